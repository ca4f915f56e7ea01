"""Explaining segments: each clause with its numbers, and why one reader is in or out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.audience.because import because, deciding
from newsletter.audience.evaluate import Facts, belongs, matches
from newsletter.audience.expression import (
    And,
    Expression,
    IsNone,
    Not,
    Or,
    SegmentRef,
    all_of,
    any_of,
    fold_text,
    mentions_status,
)
from newsletter.audience.write import to_text
from newsletter.domain.campaign import Campaign
from newsletter.domain.nearest import nearest
from newsletter.domain.preferences import FREQUENCY_FIELD, REST_DAYS, Frequency
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import Problem, UsageError
from newsletter.project.readers.reading_language import told_language

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Answer", "Clause", "explain", "why"]

_WHATEVER_STATUS = Not(IsNone("status"))  # names it, and holds for everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of an expression, at `depth` in it.

    `count` is how many it fits alone, `so_far` how many are left (or, in an OR, found) by it and its
    neighbours before it; None where it has none. For one reader `matches` says whether it holds and
    `because` what they have that it asks for.
    """

    text: str
    depth: int
    count: int = 0
    so_far: int | None = None
    matches: bool | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether one address would be mailed, with the reasons in words.

    `language` is the one they get of an issue in several; None: they get none, or there is but one.
    """

    email: str
    is_mailed: bool
    reasons: tuple[str, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    clause: Expression
    depth: int
    so_far: Expression | None = None


def explain(project: Project, text: str, email: str | None = None) -> list[Clause]:
    """Return `text` clause by clause, with numbers, or with yes or no for the reader at `email`.

    The numbers are of readers who may be mailed. Raises UsageError.
    """
    expression = project.audience.expression(text)
    parts = list(_parts(_Part(expression, 0)))
    subscribers = project.list_store.subscribers
    if email is not None:
        reader = subscribers.get(email)
        if reader is None:
            near = _near(project, email)
            fix = f"did you mean {near}?" if near else f"look: newsletter subscribers why {email}"
            raise UsageError(Problem(what=f"{email} is not on the list", fix=fix))
        facts = subscribers.facts(reader)
        return [
            Clause(
                text=to_text(part.clause),
                depth=part.depth,
                matches=matches(part.clause, reader, facts),
                because=because(part.clause, reader, facts),
            )
            for part in parts
        ]
    names_status = mentions_status(expression)
    wanted = [one for part in parts for one in (part.clause, part.so_far) if one is not None]
    counts = iter(
        subscribers.counts_of([all_of(_WHATEVER_STATUS, one) if names_status else one for one in wanted])
    )
    return [
        Clause(
            text=to_text(part.clause),
            depth=part.depth,
            count=next(counts),
            so_far=next(counts) if part.so_far is not None else None,
        )
        for part in parts
    ]


def why(project: Project, email: str, segment: str | None = None, campaign_id: str | None = None) -> Answer:
    """Say whether `email` would be mailed, and why (not).

    With a `segment`, or the one a campaign was sent to, by that alone; else by every segment there is.
    Raises UsageError for a wrong address, segment or campaign.
    """
    subscribers = project.list_store.subscribers
    campaign = project.list_store.ledger.campaign(campaign_id) if campaign_id else None
    found = subscribers.get(email)
    if found is None:
        near = _near(project, email)
        reason = f"not on the list; did you mean {near}?" if near else "not on the list"
        return Answer(email=email, is_mailed=False, reasons=(reason, *_barred(project, email)))
    facts = subscribers.facts(found)
    reasons = _known(found)
    suppression = subscribers.suppression(found.email)
    if suppression:
        reasons.append(f"never mailed again: {suppression.reason}, {suppression.since:%Y-%m-%d}")
    is_mailed = suppression is None
    rest = _rest(project, found, campaign)
    if campaign is not None:
        state = subscribers.delivery_state(campaign.id, found.key)
        reasons.append(f"campaign {campaign.id} ({campaign.issue}): {state or 'no mail for this reader'}")
        is_mailed = state is not None
        if state is None:
            reasons.append(_verdict(project, campaign.segment, found, facts)[1])
            reasons += rest
    elif segment is not None:
        is_inside, told = _verdict(project, segment, found, facts)
        reasons.append(told)
        reasons += rest
        is_mailed = is_mailed and is_inside and not rest
    else:
        reasons += [_verdict(project, name, found, facts)[1] for name in project.config.segments]
        reasons += rest
        is_mailed = is_mailed and found.status is SubscriberStatus.ACTIVE and not rest
    if not is_mailed and suppression is None and found.status is not SubscriberStatus.ACTIVE:
        reasons.append("only active subscribers are mailed")
    spoken = told_language(project, found, campaign) if is_mailed else None
    if spoken is not None:
        reasons.append(spoken[1])
    language = spoken[0] if spoken else None
    return Answer(email=found.email, is_mailed=is_mailed, reasons=tuple(reasons), language=language)


def _near(project: Project, email: str) -> str | None:
    """Return the address on the list that looks most like `email`."""
    return nearest(email, project.list_store.subscribers.alike(email))


def _barred(project: Project, email: str) -> list[str]:
    found = project.list_store.subscribers.suppression(email)
    return [f"never mailed: {found.reason}, {found.since:%Y-%m-%d}"] if found else []


def _rest(project: Project, found: Subscriber, campaign: Campaign | None) -> list[str]:
    """Return why the reader rests from a letter sent now, or by `campaign`, in words; nothing if not."""
    at = campaign.starts_at or campaign.created_at if campaign else project.clock.now()
    rest = project.audience.rest(
        campaign.issue if campaign else "", at, campaign.created_at if campaign else None
    )
    if rest is None or fold_text(str(found.fields.get(FREQUENCY_FIELD, ""))) != Frequency.SELDOM:
        return []
    had = project.list_store.resting.letter(found.key, rest)
    if had is None:
        return []
    day = had[1].astimezone(ZoneInfo(project.config.newsletter.timezone)).date()
    again = day + timedelta(days=REST_DAYS)
    return [
        f"chose at most one letter in {REST_DAYS} days: {had[0]} is of {day}, so the next may come on {again}"
    ]


def _known(found: Subscriber) -> list[str]:
    since = f" since {found.joined:%Y-%m-%d}" if found.joined else ""
    reasons = [f"on the list, {found.status}{since}"]
    reasons += [f"{name}: {value}" for name, value in sorted(found.fields.items())]
    if found.tags:
        reasons.append(f"tags: {', '.join(sorted(found.tags))}")
    return reasons


def _verdict(project: Project, segment: str, found: Subscriber, facts: Facts) -> tuple[bool, str]:
    """Return whether the reader is in `segment`, and through which of its clauses in words."""
    expression = project.audience.expression(segment)
    is_inside = belongs(expression, found, facts)
    clause = deciding(expression, found, facts)
    if is_inside == matches(expression, found, facts):
        has = because(clause, found, facts)
        through = f"{to_text(clause)}{f' ({has})' if has else ''}"
    else:
        through = f"status is {found.status}"
    return is_inside, f"{'in' if is_inside else 'not in'} {segment}: {through}"


def _parts(part: _Part) -> Iterator[_Part]:
    yield part
    inner: tuple[_Part, ...] = ()
    depth = part.depth + 1
    match part.clause:
        case And(terms):
            inner = tuple(_Part(t, depth, all_of(*terms[:at])) for at, t in enumerate(terms, 1))
        case Or(terms):
            inner = tuple(_Part(t, depth, any_of(*terms[:at])) for at, t in enumerate(terms, 1))
        case Not(term) | SegmentRef(_, term):
            inner = (_Part(term, depth),)
        case _:
            pass
    for one in inner:
        yield from _parts(one)
