"""A campaign afterwards: what was accepted, compared with what was told about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsletter.domain.campaign import Campaign
from newsletter.domain.campaign_figures import CampaignTally
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


def make_report(
    campaign: Campaign, tally: CampaignTally, *, has_reader: bool, replies: ReplyFigures | None = None
) -> Report:
    """Return the report of `campaign`, whose deliveries `tally` counts.

    `has_reader` says that somebody reads what its provider tells. Without, a campaign of which only bounces
    came in, or nothing, tells nothing of the others, and nobody in it counts as silent.
    """
    words = tally.words
    reasons: Counter[tuple[str, str]] = Counter()
    for one in tally.reasons:
        reasons[one.status, tidy_reason(one.reason)] += one.number
    ranked = sorted(reasons.items(), key=lambda one: (-one[1], not any(one[0]), one[0]))  # nothing said: last
    open_ends = sum(words.get(word, 0) for word in (Word.DEFERRED, Word.PROCESSED, Word.NONE))
    tells = has_reader or tally.is_told
    return Report(
        campaign=campaign,
        states=tally.states,
        words=words,
        bounces=tally.bounces,
        readers=tally.readers,
        reasons=tuple(ranked[:_MOST_REASONS]),
        silent=tally.silent if tells else 0,
        early=open_ends - tally.silent if tells else 0,
        tells=tells,
        replies=replies or ReplyFigures(),
    )


def is_silent(fate: Fate, now: datetime) -> bool:
    """Say whether a mail was accepted a day ago or longer, and nobody told how it ended."""
    return fate.accepted_at is not None and not fate.is_settled and now - fate.accepted_at >= SILENT_AFTER


def silent_ones(fates: Iterable[Fate], now: datetime) -> Iterator[Fate]:
    """Yield those of `fates` that are silent."""
    return (fate for fate in fates if is_silent(fate, now))
