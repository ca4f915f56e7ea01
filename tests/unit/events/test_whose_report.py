"""Whose report it is, is found out for every body that is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsletter.config.schema import Config
from newsletter.errors import UsageError
from newsletter.events.files import read_files
from newsletter.plugins import load_plugin, plugin_names
from newsletter.project.events import READERS

PROVIDERS = Path(__file__).resolve().parents[1] / "providers"
BODIES = [
    ("sendgrid", PROVIDERS / "sendgrid_events" / "all.json"),
    *((path.parents[1].name, path) for path in sorted((PROVIDERS / "corpus").glob("*/events/*.json"))),
]


@pytest.fixture(scope="module")
def readers():
    config = Config(root=Path())
    return {name: load_plugin(READERS, name)(config) for name in plugin_names(READERS)}


@pytest.mark.parametrize(("provider", "source"), BODIES, ids=[f"{one}-{path.stem}" for one, path in BODIES])
def test_a_report_is_known_for_its_providers_own(readers, tmp_path, provider, source):
    document = json.loads(source.read_bytes())
    body = document["report"] if isinstance(document, dict) and "report" in document else document
    file = tmp_path / "body.json"
    file.write_text(json.dumps(body))

    ((found, _),) = read_files([file], readers)

    assert found == provider


def test_what_nobody_knows_is_told_with_those_that_are_known(readers, tmp_path):
    file = tmp_path / "body.json"
    file.write_text('{"hello": "world"}')

    with pytest.raises(UsageError, match="known here: json, postmark, sendgrid, ses"):
        read_files([file], readers)
