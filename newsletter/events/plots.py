"""What a report's template draws: places on a picture and lengths of bars, with the numbers beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.domain.campaign_figures import (
    CampaignFigures,
    DomainFigures,
    LetterFigures,
    Step,
    Timeline,
)
from newsletter.domain.fate import Word
from newsletter.events.scale import Axis, TimeAxis, round_ticks

__all__ = [
    "Bar",
    "Line",
    "Picture",
    "draw_domains",
    "draw_letters",
    "draw_timeline",
    "draw_trend",
    "part_words",
]

_TOP, _BOTTOM, _LEFT, _RIGHT = 12.0, 28.0, 62.0, 14.0
_EDGE = 4.0
FULL = 1000
"""The length of the longest bar."""

_SHOWN = (Word.DELIVERED, Word.DEFERRED, Word.BOUNCED, Word.DROPPED)


@dataclass(frozen=True, slots=True)
class Line:
    """A step of a mail over time: the path of its line (SVG), and how many took it in the end."""

    step: Step
    path: str
    total: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines in a picture of `width` by `height`: with ticks as (place, number) and (place, minutes)."""

    width: int
    height: int
    left: float
    bottom: float
    lines: tuple[Line, ...]
    numbers: tuple[tuple[float, int], ...]
    minutes: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of coloured pieces as (colour, start, length), of FULL at most; `number` stands beside it."""

    label: str
    pieces: tuple[tuple[str, float, float], ...]
    number: int
    share: float
    is_own: bool = False


def draw_timeline(timeline: Timeline, width: int, height: int) -> Picture:
    """Return a picture of the timeline."""
    longest = timeline.minutes[-1]
    numbers = round_ticks(max(totals[-1] for totals in timeline.totals.values()))
    down = Axis(top=numbers[-1], start=height - _BOTTOM, end=_TOP)
    along = TimeAxis(longest, _LEFT, width - _RIGHT)
    return Picture(
        width=width,
        height=height,
        left=_LEFT,
        bottom=height - _BOTTOM,
        lines=tuple(
            Line(step, _path(timeline.minutes, totals, along, down), totals[-1])
            for step, totals in timeline.totals.items()
            if totals[-1]
        ),
        numbers=tuple((down.place(number), number) for number in numbers),
        minutes=tuple((along.place(minute), minute) for minute in along.ticks()),
    )


def _path(minutes: Sequence[int], totals: Sequence[int], along: TimeAxis, down: Axis) -> str:
    """Return a line that goes up in steps: what was counted in a minute is there at once."""
    parts = [f"M{along.place(0)},{down.place(0)}"]
    for minute, total in zip(minutes, totals, strict=True):
        parts.append(f"H{along.place(minute)}V{down.place(total)}")
    return "".join([*parts, f"H{along.end}"])


def part_words(words: Mapping[Word, int]) -> tuple[tuple[Word, int], ...]:
    """Return how many mails ended so or are on their way, in the order in which they are drawn."""
    open_ends = words.get(Word.PROCESSED, 0) + words.get(Word.NONE, 0)
    return (*((word, words.get(word, 0)) for word in _SHOWN), (Word.NONE, open_ends))


def draw_domains(figures: CampaignFigures) -> tuple[tuple[DomainFigures, Bar], ...]:
    """Return a bar for each domain: as long as its readers are many, in pieces by what became of the mail."""
    most = max((one.accepted for one in figures.domains), default=0) or 1
    found = []
    for one in figures.domains:
        start, pieces = 0.0, []
        for word, number in part_words(one.words):
            length = FULL * number / most
            pieces.append((str(word), round(start, 1), round(length, 1)))
            start += length
        shown = tuple(piece for piece in pieces if piece[2])
        found.append((one, Bar(one.name, shown, one.accepted, one.accepted / most)))
    return tuple(found)


def draw_letters(
    letters: Sequence[LetterFigures],
    colour: str,
    count: Callable[[LetterFigures], int],
    *,
    own: str = "",
    is_share: bool = True,
) -> tuple[Bar, ...]:
    """Return a bar for each letter by the share of its readers that `count` counts, or by their number.

    `own` is the id of the campaign to mark.
    """
    sizes = [one.share(count(one)) if is_share else float(count(one)) for one in letters]
    most = max(sizes, default=0.0) or 1.0
    return tuple(
        Bar(
            one.issue,
            ((colour, 0.0, round(FULL * size / most, 1)),) if size else (),
            count(one),
            one.share(count(one)),
            is_own=one.campaign == own,
        )
        for one, size in zip(letters, sizes, strict=True)
    )


def draw_trend(bars: Sequence[Bar], width: int, height: int) -> str:
    """Return a line (SVG) from letter to letter, as high as their bars are long; "" for a single one."""
    if len(bars) < 2:
        return ""
    along = Axis(top=len(bars) - 1, start=_EDGE, end=width - _EDGE)
    down = Axis(top=FULL, start=height - _EDGE, end=_EDGE)
    lengths = [sum(length for _, _, length in one.pieces) for one in bars]
    places = [f"{along.place(at)},{down.place(length)}" for at, length in enumerate(lengths)]
    return "M" + "L".join(places)
