"""Changes to a text, gathered first and made at once, so that no rule sees the work of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Edit", "apply_edits", "in_order"]


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters from `start` to `end` become `text`; an insertion when the two are equal."""

    start: int
    end: int
    text: str


def in_order(edits: Iterable[Edit], fixed: bytearray) -> list[Edit]:
    """Return `edits` by place, without those that touch a character marked in `fixed`, or each other."""
    result: list[Edit] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start >= done and not any(fixed[edit.start : max(edit.end, edit.start + 1)]):
            result.append(edit)
            done = edit.end
    return result


def apply_edits(text: str, edits: Iterable[Edit], *, offset: int = 0) -> str:
    """Return `text`, which begins at `offset`, with `edits` (in order) made."""
    return "".join(_pieces(text, edits, offset))


def _pieces(text: str, edits: Iterable[Edit], offset: int) -> Iterator[str]:
    done = 0
    for edit in edits:
        yield text[done : edit.start - offset]
        yield edit.text
        done = edit.end - offset
    yield text[done:]
