"""What the JSON Schema of front matter refuses, reading refuses; and the other way round where it can."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.content.front_matter import KEYS, read_front_matter, split_front_matter
from newsletter.content.front_matter_keys import front_matter_schema
from newsletter.content.values import read_free

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = front_matter_schema(KEYS)
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

KNOWS_MORE = ("from", "reply_to", "date")
"""Keys of which reading knows more than JSON Schema can say: addresses, and days that do not exist."""

WORDS = (
    *(
        "x",
        "nl",
        "nl-NL",
        "zz zz",
        "wel-of-niet",
        "Wel of niet",
        "letter",
        "TX004",
        "2026-11-24",
        "24-11-2026",
    ),
    *("2026-02-30", "2026-11-24T09:30", "2026-11-24T09:30:00+01:00", "You <you@b.example>", "tag:a", " x "),
)
TEXT = st.sampled_from(WORDS) | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
NUMBER = st.sampled_from((0, 1, 12, -1, 10**9)) | st.just(0.5)
SCALAR = st.one_of(TEXT, NUMBER, st.booleans())
VALUE = st.one_of(
    SCALAR,
    st.none(),
    st.lists(TEXT, max_size=2),
    st.dictionaries(st.sampled_from(("colour", "ignore", "TX004", "no name")), SCALAR, max_size=2),
    st.fixed_dictionaries({"ignore": st.dictionaries(st.sampled_from(("TX004", "tx4")), SCALAR, max_size=2)}),
)
STRANGE = ("sbject", "tags", "x-tags", "x-", "layout")


@st.composite
def heads(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a front matter with a subject and some other keys, most of them known."""
    keys = draw(st.lists(st.sampled_from(KEYS[1:] * 3 + STRANGE), max_size=3, unique=True))
    subject = draw(
        st.one_of(st.just({"subject": "Een brief"}), VALUE.map(lambda one: {"subject": one}), st.just({}))
    )
    return subject | {key: draw(VALUE) for key in keys}


def as_yaml(head: dict[str, Any]) -> str:
    """Write `head` as people do: text in quotes, everything else as YAML 1.2 has it, nothing for None."""
    return "\n".join(f"{key}: {'' if value is None else json.dumps(value)}" for key, value in head.items())


def refusal(source: str) -> str | None:
    """Return what reading says is wrong with `source`, None when nothing is."""
    _, problems = read_front_matter(source, "issue.md", UTC)
    return "; ".join(problem.what for problem in problems) or None


def test_the_schema_is_one_and_knows_what_every_key_means() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)

    assert {key for key, one in SCHEMA["properties"].items() if not one.get("description")} == set()


@given(heads())
@example({"subject": "x", "vars": ""})
@example({"subject": "x", "checks": {"ignore": {"TX004": ""}}})
@example({"subject": " "})
@settings(max_examples=200, deadline=None)
def test_schema_and_reading_agree(head: dict[str, Any]) -> None:
    refused = refusal(as_yaml(head))

    if not VALIDATOR.is_valid(head):
        assert refused is not None, [error.message for error in VALIDATOR.iter_errors(head)]
    elif refused is not None:
        assert any(key in head for key in KNOWS_MORE), refused


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"subject": 12},
        {"subject": "x", "sbject": "y"},
        {"subject": "x", "number": "12"},
        {"subject": "x", "number": -1},
        {"subject": "x", "slug": "Wel of niet"},
        {"subject": "x", "date": "24-11-2026"},
        {"subject": "x", "lang": "Nederlands"},
        {"subject": "x", "template": "../letter"},
        {"subject": "x", "vars": ["#0b5"]},
        {"subject": "x", "vars": {"no name": 1}},
        {"subject": "x", "checks": {"ignored": {}}},
        {"subject": "x", "checks": {"ignore": {"TX004": ""}}},
    ],
)
def test_what_people_get_wrong_is_refused_by_both(head: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(head)
    assert refusal(as_yaml(head)) is not None


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "issues").glob("*.md")), *sorted((ROOT / "newsletter").rglob("starter/*.md"))],
    ids=lambda path: path.name,
)
def test_every_letter_of_ours_is_taken(path: Path) -> None:
    split = split_front_matter(path.read_text("utf-8").replace("{subject}", '"x"'), path.name)
    assert isinstance(split, tuple)
    head = read_free(yaml.compose(split[0], Loader=yaml.BaseLoader))

    assert [error.message for error in VALIDATOR.iter_errors(head)] == []
