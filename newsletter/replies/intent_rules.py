"""The forms of requests to leave and to be forgotten, read once from `lang/request_forms.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from newsletter.domain.inbound import Intent

__all__ = ["Rule", "rules"]

_CERTAIN: Final = 0.9
_TO_ASK: Final = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One form of a request. `is_negative` ones say "not" themselves; `needs_own` must name this letter."""

    name: str
    lang: str
    intent: Intent
    pattern: re.Pattern[str]
    confidence: float = _CERTAIN
    is_negative: bool = False
    needs_own: bool = False


@cache
def rules() -> tuple[Rule, ...]:
    """Return all forms, each with the language it is in; those that are loose are only to ask the author."""
    content = files("newsletter.replies.lang").joinpath("request_forms.toml").read_text("utf-8")
    table = tomllib.loads(content)
    parts: dict[str, str] = table["parts"]
    return tuple(
        Rule(
            name=form["name"],
            lang=form["lang"],
            intent=Intent(form["intent"]),
            pattern=re.compile(_filled(form["pattern"], parts)),
            confidence=_TO_ASK if form.get("is_loose", False) else _CERTAIN,
            is_negative=form.get("is_negative", False),
            needs_own=form.get("needs_own", False),
        )
        for form in table["form"]
    )


def _filled(pattern: str, parts: dict[str, str]) -> str:
    """Return a pattern with its parts put in; what stands in braces and is no part counts repetitions."""
    for name, part in parts.items():
        pattern = pattern.replace(f"{{{name}}}", part)
    return pattern
