"""Fields that stand in a JSON object in one cell, such as listmonk's attributes."""

from __future__ import annotations

import json
from collections.abc import Sequence

from newsletter.audience.columns import Member
from newsletter.audience.dialects import plain
from newsletter.audience.literals import LiteralError

__all__ = ["member_cells"]


def member_cells(members: Sequence[Member], cells: Sequence[str]) -> list[str]:
    """Return the values of `members` as cells, empty where the object has none. Raises LiteralError."""
    objects = {member.index: _object(cells[member.index]) for member in members}
    return [
        next((objects[member.index][name] for name in member.names if name in objects[member.index]), "")
        for member in members
    ]


def _object(text: str) -> dict[str, str]:
    """Return the texts of the members of a JSON object by plain name; lists and objects are left out."""
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise LiteralError(f'"{text[:40]}" is not a JSON object')
    return {plain(name): _text(value) for name, value in found.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip() if isinstance(value, str | int | float) else ""
