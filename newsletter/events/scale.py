"""Scales of plots: round numbers along an axis, and time that is drawn by its logarithm where it is long.

The plots of a report are drawn by a template, as SVG in the page. Charting libraries were looked at: pygal
brings a stylesheet and a script into every picture and fixes its colours there, matplotlib takes a second
to load, and neither lets a page's own colours, dark scheme and print style reach the picture. What is
needed of one is in this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

__all__ = ["Axis", "TimeAxis", "round_ticks"]

_STEPS = (1, 2, 5, 10)
_MARKS = (0, 1, 5, 15, 60, 240, 1440, 3 * 1440, 7 * 1440, 30 * 1440, 90 * 1440, 365 * 1440)
_NEAREST = 46
"""How far apart two times are named, so that they can be read."""
_LONG_MIN = 90


def round_ticks(top: int, number: int = 4) -> tuple[int, ...]:
    """Return about so many round whole numbers from 0 to the first that is not below `top`."""
    least = max(1.0, top / number)
    power = 10 ** floor(log10(least))
    step = next(one * power for one in _STEPS if one * power >= least)
    return tuple(range(0, ceil(max(top, 1) / step) * step + 1, step))


@dataclass(frozen=True, slots=True)
class Axis:
    """Where numbers from 0 to `top` stand on a line from `start` to `end`, in the units of a picture."""

    top: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return where `value` stands."""
        return round(self.start + (self.end - self.start) * value / self.top, 1)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Where minutes after the first stand; from an hour and a half on by logarithm: most happens soon."""

    longest: int
    start: float
    end: float

    @property
    def is_long(self) -> bool:
        """Say whether time is drawn by its logarithm."""
        return self.longest >= _LONG_MIN

    def place(self, minute: int) -> float:
        """Return where `minute` stands."""
        far = self._far(self.longest)
        return round(self.start + (self.end - self.start) * self._far(minute) / (far or 1), 1)

    def ticks(self) -> tuple[int, ...]:
        """Return the minutes to name, none too near another."""
        if not self.is_long:
            return round_ticks(max(self.longest, 1))[:-1] or (0,)
        found: list[int] = []
        for minute in _MARKS:
            if minute > self.longest:
                break
            if not found or self.place(minute) - self.place(found[-1]) >= _NEAREST:
                found.append(minute)
        return tuple(found)

    def _far(self, minute: int) -> float:
        return log10(minute + 1) if self.is_long else minute
