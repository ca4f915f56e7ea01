"""The page's words and files: each language says everything, and each file says what it is for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "newsletter" / "studio" / "pages"
MODULES = sorted(PAGES.glob("*.js"))
PROGRAM = "\n".join(
    path.read_text("utf-8").replace('\\"', '"') for path in sorted(PAGES.parents[1].rglob("*.py"))
)
_KEY = re.compile(r'^  "([^"]+)":', re.MULTILINE)


def said(language: str) -> set[str]:
    files = [PAGES / f"words.{part}{language}.js" for part in ("", "more.", "replies.")]
    return {key for file in files for key in _KEY.findall(file.read_text("utf-8").partition("\n};")[0])}


def asked() -> set[str]:
    """Return every key that the page and its modules name as it stands."""
    keys = set(re.findall(r'data-t(?:-label|-title)?="([^"]+)"', (PAGES / "index.html").read_text("utf-8")))
    for module in MODULES:
        text = re.sub(r"^//.*$", "", module.read_text("utf-8"), flags=re.MULTILINE)
        keys |= set(re.findall(r'\bt\("([^"]+)"', text))
        keys |= {
            f"{key}.{number}"
            for key in re.findall(r'\bplural\("([^"]+)"', text)
            for number in ("one", "many")
        }
    return keys


def test_both_languages_say_the_same_things() -> None:
    assert said("nl") == said("en")


def sentences() -> dict[str, str]:
    """Return what the program says and how the page says it in Dutch."""
    text = (PAGES / "words.said.nl.js").read_text("utf-8")
    pairs = re.findall(r'^  ("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*"),$', text, re.MULTILINE)
    return {json.loads(english): json.loads(dutch) for english, dutch in pairs}


@pytest.mark.parametrize(("english", "dutch"), sentences().items())
def test_the_page_translates_what_the_program_really_says(english: str, dutch: str) -> None:
    holes = re.compile(r"\{\w+\}")

    assert sorted(holes.findall(english)) == sorted(holes.findall(dutch))
    for piece in re.split(r"\{\w+\}|: ", english):
        assert piece.strip(" ()") in PROGRAM


def test_every_line_of_the_translations_is_one() -> None:
    text = (PAGES / "words.said.nl.js").read_text("utf-8")

    assert len(sentences()) == len(re.findall(r'^  "', text, re.MULTILINE))


def test_every_word_the_page_asks_for_is_there() -> None:
    added = {
        key for module in MODULES for key in _KEY.findall(module.read_text("utf-8").replace("\n    ", "\n  "))
    }

    assert asked() - added == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_every_module_says_its_duty_and_stays_small(module: Path) -> None:
    lines = module.read_text("utf-8").splitlines()

    assert lines[0].startswith("// ")
    assert len(lines) <= 400


def test_the_notices_of_the_editor_s_packages_are_beside_it() -> None:
    notice = (PAGES / "vendor" / "editor.LICENSE").read_text("utf-8")

    assert "@codemirror/view" in notice
    assert "Permission is hereby granted, free of charge" in notice
