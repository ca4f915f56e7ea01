"""Numbers as bars in a terminal: an eighth of a column fine, in colour where somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

__all__ = ["Bar", "bars"]

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LABEL, _NUMBER, _BAR = 16, 10, 40  # with the percentage 76 columns in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line: a label, indented by `depth`, and how many; a `note` says more behind it."""

    label: str
    count: int
    color: str | None = None
    depth: int = 0
    note: str = ""


def bars(lines: Sequence[Bar], whole: int) -> list[str]:
    """Return `lines` as text; a bar of full length stands for `whole`."""
    return [_line(one, whole) for one in lines]


def _line(one: Bar, whole: int) -> str:
    label = f"{'  ' * one.depth}{one.label}".ljust(_LABEL)
    bar = _bar(one.count, whole)
    shown = click.style(bar, fg=one.color) if one.color and bar.strip() else bar
    share = f"{one.count / whole:7.1%}" if whole and one.count else ""
    line = f"{label}{one.count:>{_NUMBER},}  {shown}{' ' * (_BAR - len(bar))}{share}".rstrip()
    return f"{line}\n{' ' * (_LABEL + _NUMBER + 2)}{one.note}" if one.note else line


def _bar(count: int, whole: int) -> str:
    """Return a bar; whatever is not nothing shows at least a sliver."""
    eighths = max(round(8 * _BAR * count / whole), 1) if whole and count else 0
    full, rest = divmod(min(eighths, 8 * _BAR), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")
