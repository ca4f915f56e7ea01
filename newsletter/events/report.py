"""A campaign afterwards: what was accepted, compared with what was told about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.fate import Fate, Word
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.reply_figures import ReplyFigures
from newsletter.events.reasons import tidy_reason

__all__ = ["ALARMING_BLOCKS", "SILENT_AFTER", "Report", "is_silent", "make_report", "silent_ones"]

SILENT_AFTER = timedelta(hours=24)
"""When nothing was told by then how a mail ended, its reader may well not have it."""

ALARMING_BLOCKS = 3
"""So many refusals of us, not of the reader, in one campaign are worth a look."""

_MOST_REASONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One campaign in numbers.

    `states` counts deliveries by state; the rest is about the accepted ones alone: `words` by the last word
    on each, `bounces` by class, `readers` by what readers did. `silent` is how many have no end a day after
    they were taken, `early` how many have none but are younger than that. `reasons` are the most frequent
    reasons for bouncing or dropping, as (status, reason), without addresses. `tells` is False when the
    provider tells nothing afterwards; bounces that came by mail are counted all the same. `replies` are those
    of its readers.
    """

    campaign: Campaign
    states: Mapping[DeliveryState, int] = field(default_factory=dict)
    words: Mapping[Word, int] = field(default_factory=dict)
    bounces: Mapping[BounceClass | None, int] = field(default_factory=dict)
    readers: Mapping[EventKind, int] = field(default_factory=dict)
    reasons: tuple[tuple[tuple[str, str], int], ...] = ()
    silent: int = 0
    early: int = 0
    tells: bool = True
    replies: ReplyFigures = field(default_factory=ReplyFigures)

    @property
    def accepted(self) -> int:
        """Return how many the provider took."""
        return self.states.get(DeliveryState.ACCEPTED, 0)

    @property
    def is_blocked(self) -> bool:
        """Say whether mail servers refuse us, more often than by chance."""
        return self.bounces.get(BounceClass.BLOCKED, 0) >= ALARMING_BLOCKS


_TOLD_BY_MAIL = frozenset({EventKind.BOUNCED, EventKind.DEFERRED, EventKind.COMPLAINED})
"""Whoever hears of nothing else knows nothing of the mails nobody told of."""

_BY_READERS = (EventKind.COMPLAINED, EventKind.UNSUBSCRIBED, EventKind.OPENED, EventKind.CLICKED)


def make_report(
    campaign: Campaign,
    fates: Iterable[Fate],
    now: datetime,
    *,
    has_reader: bool,
    replies: ReplyFigures | None = None,
) -> Report:
    """Count `fates`, those of all deliveries of `campaign`.

    `has_reader` says that somebody reads what its provider tells. Without, a campaign of which only bounces
    came in, or nothing, tells nothing of the others, and nobody in it counts as silent.
    """
    states: Counter[DeliveryState] = Counter()
    words: Counter[Word] = Counter()
    bounces: Counter[BounceClass | None] = Counter()
    readers: Counter[EventKind] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    silent = 0
    tells = has_reader
    for fate in fates:
        states[fate.state] += 1
        if fate.state is not DeliveryState.ACCEPTED:
            continue
        word = fate.word
        words[word] += 1
        silent += is_silent(fate, now)
        if fate.kinds:
            readers.update(kind for kind in _BY_READERS if kind in fate.kinds)
            tells = tells or not fate.kinds <= _TOLD_BY_MAIL
        if word is Word.BOUNCED:
            bounces[fate.bounce] += 1
        if word in (Word.BOUNCED, Word.DROPPED):
            reasons[fate.status or "", tidy_reason(fate.reason or "")] += 1
    open_ends = words[Word.DEFERRED] + words[Word.PROCESSED] + words[Word.NONE]
    return Report(
        campaign=campaign,
        states=states,
        words=words,
        bounces=bounces,
        readers=readers,
        reasons=tuple(reasons.most_common(_MOST_REASONS)),
        silent=silent if tells else 0,
        early=open_ends - silent if tells else 0,
        tells=tells,
        replies=replies or ReplyFigures(),
    )


def is_silent(fate: Fate, now: datetime) -> bool:
    """Say whether a mail was accepted a day ago or longer, and nobody told how it ended."""
    return fate.accepted_at is not None and not fate.is_settled and now - fate.accepted_at >= SILENT_AFTER


def silent_ones(fates: Iterable[Fate], now: datetime) -> Iterator[Fate]:
    """Yield those of `fates` that are silent."""
    return (fate for fate in fates if is_silent(fate, now))
