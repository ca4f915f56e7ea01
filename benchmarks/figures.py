"""One figure of a benchmark, and many of them as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

__all__ = ["Figure", "as_json", "as_table", "short"]

_HEADING = ("benchmark", "measure", "ours", "floor", "ratio", "floor is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured; `ours` and `floor` are in `unit`. Without a floor the figure stands alone."""

    benchmark: str
    measure: str
    unit: str
    ours: float
    floor: float | None = None
    floor_name: str = ""

    @property
    def ratio(self) -> float | None:
        """Return how many times the floor ours is; None without a floor."""
        return self.ours / self.floor if self.floor else None


def as_table(figures: Sequence[Figure]) -> str:
    """Return `figures` as aligned columns."""
    rows = [
        _HEADING,
        *(
            (
                one.benchmark,
                one.measure,
                f"{short(one.ours)} {one.unit}",
                "" if one.floor is None else f"{short(one.floor)} {one.unit}",
                "" if one.ratio is None else f"{short(one.ratio)} ×",
                one.floor_name,
            )
            for one in figures
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADING))]
    return "\n".join(_line(row, widths) for row in rows)


def as_json(figures: Sequence[Figure]) -> str:
    """Return `figures` as a JSON array of objects."""
    return json.dumps([{**asdict(one), "ratio": one.ratio} for one in figures], indent=2, ensure_ascii=False)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    is_number = (False, False, True, True, True, False)
    cells = [
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(row, widths, is_number, strict=True)
    ]
    return "  ".join(cells).rstrip()


def short(value: float) -> str:
    """Return `value` with three digits that say something."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
