"""Figures of a campaign out of what the database counted: grouped so that nobody can be singled out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from newsletter.domain.campaign import Campaign
from newsletter.domain.campaign_figures import (
    CampaignFigures,
    CampaignTally,
    DomainFigures,
    KindFigures,
    LetterFigures,
    ReasonCount,
    Step,
    Timeline,
)
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.fate import Word
from newsletter.domain.provider_event import BounceClass
from newsletter.domain.reply_figures import ReplyFigures
from newsletter.events.reasons import tidy_reason

__all__ = ["FEWEST_READERS", "MOST_DOMAINS", "group_kinds", "make_figures"]

FEWEST_READERS = 10
"""A domain with fewer readers stands among the others: its figures would be those of known people."""

MOST_DOMAINS = 10
MOST_REASONS = 8
MOST_LETTERS = 12

_MOST_POINTS = 240


def make_figures(
    campaign: Campaign,
    tally: CampaignTally,
    letters: Sequence[LetterFigures],
    replies: ReplyFigures,
    *,
    now: datetime,
    has_reader: bool,
) -> CampaignFigures:
    """Return the figures of `campaign`, whose deliveries `tally` counts; `letters` are all, oldest first.

    `has_reader` says that somebody reads what its provider tells.
    """
    return CampaignFigures(
        campaign=campaign,
        at=now,
        tells=has_reader or tally.is_told,
        states=tally.states,
        words=tally.words,
        bounces=tally.bounces,
        readers=tally.readers,
        timeline=_timeline(tally.minutes),
        domains=_domains(tally),
        reasons=_reasons(tally.reasons),
        parts=tally.parts,
        letters=_beside(campaign, letters),
        replies=replies,
    )


def _beside(campaign: Campaign, letters: Sequence[LetterFigures]) -> tuple[LetterFigures, ...]:
    """Return the letter of `campaign` and those before it; also when nobody got it."""
    own = next((one for one in letters if one.campaign == campaign.id), None) or LetterFigures(
        campaign=campaign.id, issue=campaign.issue, segment=campaign.segment, at=campaign.created_at
    )
    earlier = [one for one in letters if (one.at, one.campaign) < (own.at, own.campaign)]
    return (*earlier[-MOST_LETTERS + 1 :], own)


def _timeline(minutes: Mapping[Step, Mapping[datetime, int]]) -> Timeline | None:
    accepted = minutes.get(Step.ACCEPTED)
    if not accepted:
        return None
    start = min(accepted)
    by_minute: dict[int, Counter[Step]] = defaultdict(Counter)
    for step, moments in minutes.items():
        for moment, number in moments.items():
            after = max(0, int((moment - start).total_seconds() // 60))  # clocks of servers differ
            by_minute[after][step] += number
    kept = _thinned(sorted(by_minute))
    totals: dict[Step, list[int]] = {step: [] for step in Step}
    so_far: Counter[Step] = Counter()
    for minute in sorted(by_minute):
        so_far.update(by_minute[minute])
        if minute in kept:
            for step in Step:
                totals[step].append(so_far[step])
    return Timeline(
        start=start,
        minutes=tuple(sorted(kept)),
        totals={step: tuple(numbers) for step, numbers in totals.items()},
    )


def _thinned(minutes: Sequence[int]) -> frozenset[int]:
    """Return those minutes that a plot can show; the first and the last are among them."""
    if len(minutes) <= _MOST_POINTS:
        return frozenset(minutes)
    ratio = (minutes[-1] + 1) ** (1 / _MOST_POINTS)
    kept, least = [minutes[0], minutes[-1]], 0.0
    for minute in minutes:
        if minute + 1 >= least:
            kept.append(minute)
            least = max((minute + 1) * ratio, minute + 2)
    return frozenset(kept)


def _domains(tally: CampaignTally) -> tuple[DomainFigures, ...]:
    """Return the domains with most readers, and all others together; few together are nobody's to see."""
    by_domain: dict[str, Counter[Word]] = defaultdict(Counter)
    for one in tally.fates:
        if one.state is DeliveryState.ACCEPTED:
            by_domain[one.domain.rpartition("@")[2]][one.word] += one.number
    ranked = sorted(by_domain, key=lambda name: (-by_domain[name].total(), name))
    shown = [name for name in ranked if name and by_domain[name].total() >= FEWEST_READERS][:MOST_DOMAINS]
    rest = [name for name in ranked if name not in shown]
    while shown and rest and sum(by_domain[name].total() for name in rest) < FEWEST_READERS:
        rest.append(shown.pop())
    figures = [DomainFigures(name=name, domains=1, words=by_domain[name]) for name in shown]
    if rest:
        others: Counter[Word] = Counter()
        for name in rest:
            others.update(by_domain[name])
        figures.append(DomainFigures(name="", domains=len(rest), words=others))
    return tuple(figures)


def group_kinds(kinds: Iterable[KindFigures]) -> tuple[KindFigures, ...]:
    """Return kinds of readers, the largest first; those with few readers stand together, as "".

    The names of a kind in several letter cases are one.
    """
    by_name: dict[str, list[KindFigures]] = defaultdict(list)
    for one in kinds:
        by_name[one.name.casefold()].append(one)
    joined = [_joined(many[0].name, many) for many in by_name.values()]
    ranked = sorted(joined, key=lambda one: (-one.accepted, one.name))
    shown = [one for one in ranked if one.name and one.accepted >= FEWEST_READERS][:MOST_DOMAINS]
    rest = [one for one in ranked if one not in shown]
    while shown and rest and sum(one.accepted for one in rest) < FEWEST_READERS:
        rest.append(shown.pop())
    return (*shown, *([_joined("", rest)] if rest else []))


def _joined(name: str, kinds: Sequence[KindFigures]) -> KindFigures:
    accepted, replied = (sum(getattr(one, part) for one in kinds) for part in ("accepted", "replied"))
    return KindFigures(name=name, accepted=accepted, replied=replied)


def _reasons(reasons: Sequence[ReasonCount]) -> tuple[ReasonCount, ...]:
    """Return the most frequent reasons, without the addresses that servers repeat; the rest as one."""
    counted: Counter[tuple[Word, BounceClass | None, str, str]] = Counter()
    for one in reasons:
        counted[one.word, one.bounce, one.status, tidy_reason(one.reason)] += one.number
    ranked = counted.most_common()
    found = [_reason(key, number) for key, number in ranked[:MOST_REASONS]]
    rest = sum(number for _, number in ranked[MOST_REASONS:])
    if rest:
        found.append(_reason((Word.NONE, None, "", ""), rest))
    return tuple(found)


def _reason(key: tuple[Word, BounceClass | None, str, str], number: int) -> ReasonCount:
    word, bounce, status, reason = key
    return ReasonCount(word=word, bounce=bounce, status=status, reason=reason, number=number)
