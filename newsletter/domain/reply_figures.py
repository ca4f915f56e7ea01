"""How many answered a letter, how long they took, and how long the author took to answer them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles

__all__ = ["SPANS", "AnswerTimes", "ReplyFigures", "Spread", "spread_of"]

SPANS: tuple[tuple[str, float], ...] = (
    ("in an hour", 3600),
    ("in a day", 86_400),
    ("in three days", 3 * 86_400),
    ("in a week", 7 * 86_400),
    ("later", float("inf")),
)
"""How soon readers answer, in words, and up to how many seconds that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Lengths of time in seconds: the middle one, and between which two the middle half lies (quartiles)."""

    count: int
    first_s: float
    median_s: float
    third_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTimes:
    """What one mail of a reader took: to be written after the letter, and to be answered; None: not yet."""

    reader: int
    replied_after_s: float
    answered_after_s: float | None
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFigures:
    """The replies of a campaign's readers in numbers.

    `mails` from `readers` different readers, of `accepted` who got the letter. `replied` is the time to each
    reader's first mail, `spans` how many of these there are in each of SPANS. `answered` is the time to the
    author's answer; `waiting` mails have none and are not in the archive. `strangers` are mails about the
    same issue of nobody on the list.
    """

    accepted: int = 0
    mails: int = 0
    readers: int = 0
    strangers: int = 0
    waiting: int = 0
    replied: Spread | None = None
    answered: Spread | None = None
    spans: tuple[int, ...] = (0,) * len(SPANS)

    @property
    def rate(self) -> float:
        """Return which share of those who got the letter answered it, from 0 to 1."""
        return self.readers / self.accepted if self.accepted else 0.0

    @classmethod
    def of(cls, mails: Iterable[AnswerTimes], *, accepted: int, strangers: int = 0) -> ReplyFigures:
        """Return the figures of `mails`, each of a reader who got the letter."""
        known = list(mails)
        first: dict[int, float] = {}
        for one in known:
            first[one.reader] = min(one.replied_after_s, first.get(one.reader, one.replied_after_s))
        return cls(
            accepted=accepted,
            mails=len(known),
            readers=len(first),
            strangers=strangers,
            waiting=sum(one.is_waiting for one in known),
            replied=spread_of(first.values()),
            answered=spread_of(one.answered_after_s for one in known if one.answered_after_s is not None),
            spans=_spans(first.values()),
        )


def spread_of(seconds: Iterable[float]) -> Spread | None:
    """Return median and quartiles of `seconds`; None when there are none. Time runs backwards for nobody."""
    known = sorted(max(0.0, one) for one in seconds)
    if not known:
        return None
    first, median, third = quantiles(known, n=4, method="inclusive") if len(known) > 1 else known * 3
    return Spread(count=len(known), first_s=first, median_s=median, third_s=third)


def _spans(seconds: Iterable[float]) -> tuple[int, ...]:
    counts = [0] * len(SPANS)
    for one in seconds:
        counts[next(index for index, (_, most) in enumerate(SPANS) if one <= most)] += 1
    return tuple(counts)
