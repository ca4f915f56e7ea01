"""What became of a campaign in numbers: over time, by domain, reason and part, and beside earlier letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.fate import Word
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.reply_figures import ReplyFigures

__all__ = [
    "CampaignFigures",
    "CampaignTally",
    "DomainFigures",
    "FateCount",
    "KindFigures",
    "LetterFigures",
    "PartFigures",
    "ReasonCount",
    "Step",
    "Timeline",
]


class Step(StrEnum):
    """What happens to a mail, one after the other; a mail may do each of these."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class FateCount:
    """How many deliveries to `domain` are in `state`, with `word` the last word on them."""

    domain: str
    state: DeliveryState
    word: Word
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How many mails bounced (`bounce` says how, None: not told) or were dropped, with what was said."""

    word: Word
    bounce: BounceClass | None
    status: str
    reason: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFigures:
    """The accepted mails of one letter in one wave, the last words on them and what readers did.

    `lang` is "" for an issue in one language, `marks` tell which blocks were shown, `wave` counts from 0.
    """

    lang: str
    marks: str
    wave: int
    words: Mapping[Word, int]
    readers: Mapping[EventKind, int]
    replied: int = 0

    @property
    def accepted(self) -> int:
        """Return how many the provider took."""
        return sum(self.words.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTally:
    """A campaign as the database counts it.

    `minutes` has, by step, when (UTC, to the minute) how many took it for the first time. `silent` are the
    accepted mails that were taken so long ago that somebody should have told how they ended. `is_told` says
    that more is known than what mail servers write back: somebody reports on these mails.
    """

    fates: tuple[FateCount, ...] = ()
    reasons: tuple[ReasonCount, ...] = ()
    parts: tuple[PartFigures, ...] = ()
    minutes: Mapping[Step, Mapping[datetime, int]] = field(default_factory=dict)
    silent: int = 0
    is_told: bool = False

    @property
    def states(self) -> Mapping[DeliveryState, int]:
        """Return how many deliveries are in each state."""
        found: Counter[DeliveryState] = Counter()
        for one in self.fates:
            found[one.state] += one.number
        return found

    @property
    def words(self) -> Mapping[Word, int]:
        """Return how many accepted mails have each last word."""
        found: Counter[Word] = Counter()
        for one in self.fates:
            if one.state is DeliveryState.ACCEPTED:
                found[one.word] += one.number
        return found

    @property
    def bounces(self) -> Mapping[BounceClass | None, int]:
        """Return how many accepted mails bounced, by class; None: not told."""
        found: Counter[BounceClass | None] = Counter()
        for one in self.reasons:
            if one.word is Word.BOUNCED:
                found[one.bounce] += one.number
        return found

    @property
    def readers(self) -> Mapping[EventKind, int]:
        """Return how many readers did what they can do."""
        found: Counter[EventKind] = Counter()
        for one in self.parts:
            found.update(one.readers)
        return +found


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainFigures:
    """Accepted mails to one recipient domain, or to `domains` small ones together, whose `name` is ""."""

    name: str
    domains: int
    words: Mapping[Word, int]

    @property
    def accepted(self) -> int:
        """Return how many the provider took."""
        return sum(self.words.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """How many mails had taken each step, so many minutes after the first was accepted, at `start`.

    `minutes` rise; each of `totals` is as long and never falls.
    """

    start: datetime
    minutes: tuple[int, ...]
    totals: Mapping[Step, tuple[int, ...]]

    def at(self, minute: int) -> Mapping[Step, int]:
        """Return the totals so many minutes after the first."""
        past = sum(one <= minute for one in self.minutes)
        return {step: totals[past - 1] if past else 0 for step, totals in self.totals.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFigures:
    """A letter beside others, in readers: `left` by a link, a page or the provider; complaints apart."""

    campaign: str
    issue: str
    segment: str
    at: datetime
    accepted: int = 0
    bounced: int = 0
    complained: int = 0
    left: int = 0
    replied: int = 0

    def share(self, number: int) -> float:
        """Return which share of the accepted `number` is, from 0 to 1."""
        return number / self.accepted if self.accepted else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFigures:
    """Readers of one kind, by a field of theirs: how many got the letter, and how many of them replied.

    `name` is what the field holds; "" for all others together.
    """

    name: str
    accepted: int
    replied: int

    @property
    def rate(self) -> float:
        """Return the share of those who replied, from 0 to 1."""
        return self.replied / self.accepted if self.accepted else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFigures:
    """All that a report shows of `campaign`.

    `words`, `bounces` and `readers` are about the accepted ones; `left` are those of them who unsubscribed
    before the next letter. `timeline` is None when nothing was accepted. `letters` are this one and earlier
    ones, the oldest first. `kinds` are its readers by the field `kind_field`. `tells` is False where the
    provider tells nothing afterwards.
    """

    campaign: Campaign
    at: datetime
    tells: bool
    states: Mapping[DeliveryState, int]
    words: Mapping[Word, int]
    bounces: Mapping[BounceClass | None, int]
    readers: Mapping[EventKind, int]
    timeline: Timeline | None
    domains: tuple[DomainFigures, ...]
    reasons: tuple[ReasonCount, ...]
    parts: tuple[PartFigures, ...]
    letters: tuple[LetterFigures, ...]
    replies: ReplyFigures
    wave_kinds: Mapping[int, str] = field(default_factory=dict)
    kind_field: str = ""
    kinds: tuple[KindFigures, ...] = ()

    @property
    def accepted(self) -> int:
        """Return how many the provider took."""
        return self.states.get(DeliveryState.ACCEPTED, 0)

    @property
    def own(self) -> LetterFigures:
        """Return this letter as it stands beside the others."""
        return next(one for one in self.letters if one.campaign == self.campaign.id)
