"""What the packaged templates ask of mail clients is written down, and who cannot give it."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import newsletter.checks
from newsletter.checks.client_support import baseline
from newsletter.checks.context import CheckContext
from newsletter.config.reader import load_config
from newsletter.project.issues.templates import KITCHEN_SINK
from newsletter.render.catalogue import list_templates
from newsletter.render.clients import Support
from newsletter.render.clients.support import feature
from newsletter.render.clients.uses import features_used

ROOT = Path(__file__).parents[2]
FILE = Path(newsletter.checks.__file__).parent / "data" / "client_baseline.txt"
HEAD = """# What the packaged templates use, by caniemail.com: the clients that do not support it.
# Written by NEWSLETTER_UPDATE_GOLDEN=1 pytest tests/checks/test_client_baseline.py
"""


@pytest.fixture(scope="module")
def found() -> dict[str, frozenset[str]]:
    config = load_config(ROOT / "newsletter.toml", environment={})
    used: dict[str, frozenset[str]] = {}
    for template in list_templates(ROOT):
        settings = replace(config.newsletter, template=template.name)
        context = CheckContext(
            path=KITCHEN_SINK,
            config=replace(config, newsletter=settings, quotes_dir=KITCHEN_SINK.parent),
            now=datetime(2026, 11, 24, tzinfo=UTC),
        )
        for name in features_used(context.markup):
            known = feature(name)
            assert known is not None
            used[name] = frozenset(c for c, support in known.support.items() if support is Support.NO)
    if os.environ.get("NEWSLETTER_UPDATE_GOLDEN"):
        lines = (f"{name}: {' '.join(sorted(clients))}".rstrip() for name, clients in sorted(used.items()))
        FILE.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
        baseline.cache_clear()
    return used


def test_the_baseline_is_what_the_packaged_templates_use(found: dict[str, frozenset[str]]) -> None:
    assert sorted(baseline()) == sorted(found)


def test_no_client_lost_what_the_packaged_templates_use(found: dict[str, frozenset[str]]) -> None:
    lost = {name: clients - baseline()[name] for name, clients in found.items() if name in baseline()}

    assert {} == {name: clients for name, clients in lost.items() if clients}
