"""A site for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.site.site_world import Site, make_site

ANNA, BERT = "anna@gemeente.example", "bert@waterschap.example"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = make_site(tmp_path, {ANNA: "nl", BERT: "en"})
    yield made
    made.project.close()
