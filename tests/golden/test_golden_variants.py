"""A letter with conditional blocks, as each kind of reader gets it; review the diff as if you were one.

Write the files again with `NEWSLETTER_UPDATE_GOLDEN=1 pytest tests/golden`.
"""

import os

import pytest
from test_golden_letter import CONFIG, EXPECTED, PROJECT, READER

from newsletter.content.loader import load_issue
from newsletter.render.pipeline import render_issue

VALUES = {**READER.values, "role": "wethouder"}
KINDS = {"iedereen": "000", "gemeente": "110", "gemeente-zonder-functie": "101", "alles": None}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_reader_gets_what_they_got(kind: str):
    issue = load_issue(PROJECT / "issues/2026-11-24-voorwaarden.md", CONFIG)

    rendered = render_issue(issue, CONFIG, variant=KINDS[kind])

    for suffix, part in (("html", rendered.html), ("txt", rendered.text)):
        path = EXPECTED / "voorwaarden" / f"{kind}.{suffix}"
        text = part.fill(VALUES)
        if os.environ.get("NEWSLETTER_UPDATE_GOLDEN") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.read_bytes().decode() == text
