"""Every key of the front matter: what it means and what shape its value has; editors are told the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newsletter.content.values import MOMENT
from newsletter.domain.issue import SLUG_PATTERN
from newsletter.domain.visibility import Visibility

__all__ = ["CODE", "LANG", "TEMPLATE", "VAR", "front_matter_schema"]

LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
"""The part of BCP 47 that people write."""
TEMPLATE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
VAR = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
CODE = re.compile(r"[A-Z]{2,3}[0-9]{3}")
"""The code of a check."""

_OPEN = ["string", "null"]
_TAG = r"^[^,]*[^,\s][^,]*$"


def _text(meaning: str, pattern: str | None = None, **more: object) -> dict[str, object]:
    shape = {"pattern": rf"^\s*(?:{pattern})\s*$"} if pattern else {}
    return {"type": _OPEN, "description": meaning, **shape, **more}


def _without_names(pattern: re.Pattern[str]) -> str:
    """Return `pattern` without the names of its groups, which JavaScript writes otherwise."""
    return re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern)


_PROPERTIES: Mapping[str, Mapping[str, object]] = {
    "subject": {"type": "string", "pattern": r"\S", "description": "What the letter is about; required."},
    "subject_b": _text("A second subject, tried on some readers beside the first."),
    "preheader": _text("The line behind the subject in the inbox."),
    "number": {
        "type": ["integer", "null"],
        "minimum": 0,
        "maximum": 999_999_999,
        "description": "The number of the issue, shown in the letter's head.",
    },
    "slug": _text(
        "The letter's name in addresses; the file name without date by default.",
        SLUG_PATTERN.pattern,
        examples=["wel-of-niet"],
    ),
    "date": _text(
        "The letter's date, such as 2026-11-24 or 2026-11-24T09:30; without a zone in the newsletter's own.",
        _without_names(MOMENT),
        examples=["2026-11-24", "2026-11-24T09:30", "2026-11-24T09:30:00+01:00"],
    ),
    "lang": _text("Language, such as nl; decides quotation marks, footer and hyphenation.", LANG.pattern),
    "segment": _text("Who gets it: a segment's name or an expression, such as tag:gemeente."),
    "from": _text("Name <address> that readers see, instead of [sender] from."),
    "reply_to": _text("Address for answers, instead of [sender] reply_to."),
    "template": _text("The letter's template, instead of [newsletter] template.", TEMPLATE.pattern),
    "title": _text("Shown in the letter's head."),
    "vars": {
        "type": ["object", "null"],
        "description": "Values for the template.",
        "propertyNames": {"pattern": f"^(?:{VAR.pattern})$"},
        "additionalProperties": {"type": ["string", "number", "boolean"]},
    },
    "checks": {
        "type": ["object", "null"],
        "description": "Checks that do not count for this letter.",
        "additionalProperties": False,
        "properties": {
            "ignore": {
                "type": ["object", "null"],
                "description": 'Codes, each with the reason: {TX004: "a quotation"}.',
                "propertyNames": {"pattern": f"^(?:{CODE.pattern})$"},
                "additionalProperties": {"type": "string", "pattern": r"\S"},
            }
        },
    },
    "tags": {
        "type": ["array", "string", "null"],
        "description": "What the letter is about; each has a page in the archive.",
        "pattern": _TAG,
        "items": {"type": "string", "pattern": _TAG},
        "examples": [["woo", "social media"]],
    },
    "archive": {
        "type": _OPEN,
        "enum": [*Visibility, None],
        "description": "Who finds the letter in the archive; unlisted is for who has its address.",
    },
}


def front_matter_schema(keys: tuple[str, ...]) -> Mapping[str, object]:
    """Return the JSON Schema (without its `$schema`) of a front matter that may have `keys`.

    What it refuses, reading refuses too; reading knows more, such as days that do not exist. It sees values
    as YAML 1.2 does, so it takes a bare `on` for text, which reading does not.
    """
    return {
        "title": "Front matter of an issue",
        "description": "What stands above a letter, between two lines of ---.",
        "type": "object",
        "required": ["subject"],
        "properties": {key: _PROPERTIES.get(key, {}) for key in keys},
        "patternProperties": {r"^x-[\s\S]": {"description": "Yours, left alone."}},
        "additionalProperties": False,
    }
