"""Campaigns counted by the database: each delivery is looked at once, and only counts come out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from newsletter.audience.expression import HistoryKind
from newsletter.domain.campaign_figures import (
    CampaignTally,
    FateCount,
    PartFigures,
    ReasonCount,
    Step,
)
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.fate import ARRIVED, Word
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.variant import split_key
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import text_place, time_text
from newsletter.store.ledger.fates import STATE, TAKEN_AT, told_of
from newsletter.store.schema.tables import batch, delivery, provider_event, reader_event

__all__ = ["SqlTallies"]

_TO_THE_MINUTE = 16
_APART = "\x1f"
_GRAVITY = {None: "2", BounceClass.SOFT: "3", BounceClass.BLOCKED: "4", BounceClass.HARD: "5"}
_CLASSES = {gravity: bounce for bounce, gravity in _GRAVITY.items()}
_BY_READERS = (EventKind.COMPLAINED, EventKind.UNSUBSCRIBED, EventKind.OPENED, EventKind.CLICKED)
_TOLD_BY_MAIL = (EventKind.BOUNCED, EventKind.DEFERRED, EventKind.COMPLAINED)
"""Whoever hears of nothing else knows nothing of the mails nobody told of."""

_SUMS = (*map(str, _BY_READERS), "silent", "told")
_kind: ColumnElement[str] = provider_event.c.kind


class SqlTallies:
    """Counts on a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Count in `database`."""
        self._database = database

    def of_campaign(self, campaign_id: str, silent_since: datetime) -> CampaignTally:
        """Return one campaign, all of it as it was at one moment.

        Who was taken at `silent_since` or before, and nobody told how it ended, is silent.
        """
        rows: dict[str, list[Any]] = defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(_tally(campaign_id, silent_since)):
                rows[row.part].append(row)
            replied = {
                (row.variant, row.wave): row.number for row in connection.execute(_replied(campaign_id))
            }
        return CampaignTally(
            fates=tuple(
                FateCount(domain=row.a, state=DeliveryState(row.b), word=Word(row.c), number=row.number)
                for row in rows["fate"]
            ),
            reasons=tuple(_reason(row.a, Word(row.b), row.number) for row in rows["reason"]),
            parts=_parts(rows["part"], replied),
            minutes={
                step: {
                    datetime.strptime(row.a, "%Y-%m-%dT%H:%M").replace(tzinfo=UTC): row.number
                    for row in rows[step]
                }
                for step in Step
            },
            silent=sum(row.silent for row in rows["part"]),
            is_told=any(row.told for row in rows["part"]),
        )


def _fates(campaign_id: str, silent_since: datetime) -> CTE:
    """Select a row for each delivery of a campaign, with what its events say together.

    Batch by batch and place by place is the order in which they lie, so that nothing has to be sorted.
    """
    columns = select(
        batch.c.seq,
        delivery.c.position,
        func.max(batch.c.variant).label("variant"),
        func.max(batch.c.wave).label("wave"),
        func.max(_domain()).label("domain"),
        func.max(STATE).label("state"),
        func.max(_minute(TAKEN_AT)).label(Step.ACCEPTED),
        *(
            func.min(case((_kind == EventKind(step), _minute(provider_event.c.at)))).label(step)
            for step in Step
            if step is not Step.ACCEPTED
        ),
        func.max(_gravest()).label("gravest"),
        _any(_kind.in_(sorted(ARRIVED))).label("arrived"),
        _any(_kind == EventKind.DROPPED).label("dropped"),
        _any(_kind == EventKind.PROCESSED).label("processed"),
        *(_any(_kind == kind).label(f"is_{kind}") for kind in _BY_READERS),
        _any(silent_since >= TAKEN_AT).label("old"),
        _any(_kind.not_in(_TOLD_BY_MAIL)).label("told"),
    )
    return told_of(columns, campaign_id).group_by(batch.c.seq, delivery.c.position).cte("fate")


def _tally(campaign_id: str, silent_since: datetime) -> Any:
    fate = _fates(campaign_id, silent_since)
    word = _word(fate)
    accepted = fate.c.state == DeliveryState.ACCEPTED
    none = literal("", Text)
    ended = word.in_([Word.BOUNCED, Word.DROPPED])
    is_open = word.in_([Word.DEFERRED, Word.PROCESSED, Word.NONE])
    sums = [
        *(func.sum(fate.c[f"is_{kind}"]) for kind in _BY_READERS),
        func.sum(case((is_open, fate.c.old), else_=0)),
        func.max(fate.c.told),
    ]
    wave = cast(fate.c.wave, Text)
    return union_all(
        _counted("fate", fate.c.domain, fate.c.state, word).group_by(fate.c.domain, fate.c.state, word),
        _counted("reason", fate.c.gravest, word, none).where(accepted, ended).group_by(fate.c.gravest, word),
        _counted("part", fate.c.variant, wave, word, sums)
        .where(accepted)
        .group_by(fate.c.variant, wave, word),
        *(
            _counted(step, fate.c[step], none, none)
            .where(accepted, fate.c[step].is_not(None))
            .group_by(fate.c[step])
            for step in Step
        ),
    )


def _counted(
    part: str,
    first: ColumnElement[Any],
    second: ColumnElement[Any],
    third: ColumnElement[Any],
    sums: list[Any] | None = None,
) -> Select[Any]:
    numbers = sums or [literal(0, Integer) for _ in _SUMS]
    return select(
        literal(part, Text).label("part"),
        first.label("a"),
        second.label("b"),
        third.label("c"),
        func.count().label("number"),
        *(cast(one, Integer).label(name) for name, one in zip(_SUMS, numbers, strict=True)),
    )


def _word(fate: CTE) -> ColumnElement[str]:
    """Return the last word on a delivery, as `Fate.word` says it."""
    return case(
        (fate.c[Step.BOUNCED].is_not(None), literal(str(Word.BOUNCED), Text)),
        (fate.c.arrived == 1, literal(str(Word.DELIVERED), Text)),
        (fate.c.dropped == 1, literal(str(Word.DROPPED), Text)),
        (fate.c[Step.DEFERRED].is_not(None), literal(str(Word.DEFERRED), Text)),
        (fate.c.processed == 1, literal(str(Word.PROCESSED), Text)),
        else_=literal(str(Word.NONE), Text),
    )


def _gravest() -> ColumnElement[str]:
    """Return gravity, status and reason of a bounce or drop as one text, of which the gravest is the last."""
    said = (
        literal(_APART, Text)
        + func.coalesce(provider_event.c.status, "")
        + literal(_APART, Text)
        + func.coalesce(provider_event.c.reason, delivery.c.detail, "")
    )
    by_class = [
        (provider_event.c.bounce == bounce, literal(gravity, Text))
        for bounce, gravity in _GRAVITY.items()
        if bounce
    ]
    return case(
        (_kind == EventKind.BOUNCED, case(*by_class, else_=literal(_GRAVITY[None], Text)) + said),
        (_kind == EventKind.DROPPED, literal("1", Text) + said),
        else_=null(),
    )


def _any(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(case((condition, 1), else_=0))


def _minute(moment: ColumnElement[Any]) -> ColumnElement[str]:
    return func.substr(time_text(moment), 1, _TO_THE_MINUTE, type_=Text)


def _domain() -> ColumnElement[str]:
    """Return the domain of an address; "" for whoever was erased, whose address nobody knows."""
    place = text_place(delivery.c.email_key, "@")
    return case(
        (place > 0, func.substr(delivery.c.email_key, place + 1, type_=Text)), else_=literal("", Text)
    )


def _replied(campaign_id: str) -> Select[Any]:
    """Select how many readers of each letter and wave replied; the work grows with the replies."""
    return (
        select(
            batch.c.variant,
            batch.c.wave,
            func.count(reader_event.c.delivery_id.distinct()).label("number"),
        )
        .select_from(reader_event)
        .join(delivery, delivery.c.id == reader_event.c.delivery_id)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(reader_event.c.kind == HistoryKind.REPLIED, batch.c.campaign_id == campaign_id)
        .group_by(batch.c.variant, batch.c.wave)
    )


def _reason(text: str, word: Word, number: int) -> ReasonCount:
    gravity, status, reason = text.split(_APART, 2)
    bounce = _CLASSES.get(gravity) if word is Word.BOUNCED else None
    return ReasonCount(word=word, bounce=bounce, status=status, reason=reason, number=number)


def _parts(rows: list[Any], replied: Mapping[tuple[str, int], int]) -> tuple[PartFigures, ...]:
    words: dict[tuple[str, int], Counter[Word]] = defaultdict(Counter)
    readers: dict[tuple[str, int], Counter[EventKind]] = defaultdict(Counter)
    for row in rows:
        place = row.a, int(row.b)
        words[place][Word(row.c)] += row.number
        for kind in _BY_READERS:
            readers[place][kind] += getattr(row, kind)
    return tuple(
        PartFigures(
            lang=split_key(variant)[0],
            marks=split_key(variant)[1],
            wave=wave,
            words=words[variant, wave],
            readers=readers[variant, wave],
            replied=replied.get((variant, wave), 0),
        )
        for variant, wave in sorted(words)
    )
