"""The examples of the page about Python run as they stand, and it names all that a project has."""

from __future__ import annotations

import doctest
import re
from functools import cached_property
from pathlib import Path

import pytest

from newsletter.project import Project

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/api.md"


def test_the_examples_run_and_print_what_stands_below_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = re.sub(r"^```.*$", "", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    told: list[str] = []
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)

    result = doctest.DocTestRunner().run(examples, out=told.append)

    assert (result.failed, "".join(told)) == (0, "")
    assert result.attempted > 25


def test_every_part_of_a_project_has_a_section() -> None:
    sections = set(re.findall(r"^### `project\.(\w+)`$", PAGE.read_text("utf-8"), re.MULTILINE))
    parts = {
        name
        for name, member in vars(Project).items()
        if isinstance(member, (property, cached_property)) and not name.startswith("_")
    }

    assert parts - sections <= {"store", "has_store", "list_store", "telemetry"}
