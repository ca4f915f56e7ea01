"""Freezing an audience: campaign, batches and deliveries, visible all at once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    insert,
    select,
    update,
)

from newsletter.domain.campaign import NewCampaign
from newsletter.domain.delivery import BatchState, CampaignState
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.token import delivery_ids
from newsletter.errors import AnotherRunner, DeliveryRefused, Problem, StoreError, UsageError
from newsletter.store.database.bulk import bulk_insert
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed, listed_ids, look_at_rows, new_ids
from newsletter.store.events.evidence import sent_before
from newsletter.store.ledger import clearances, waves
from newsletter.store.ledger.mailable import left_out
from newsletter.store.ledger.stopping import is_replacement, stop_faulty
from newsletter.store.ledger.timings import timing_text
from newsletter.store.schema.columns import json_text
from newsletter.store.schema.tables import batch, campaign, delivery, wave

__all__ = ["discard_unfinished", "freeze_audience"]

_CHUNK = 30_000  # members in one transaction: short, so that a reader who leaves meanwhile need not wait
_BATCH_COLUMNS = ("id", "campaign_id", "seq", "state", "size", "variant", "wave", "lane")
_DELIVERY_COLUMNS = ("batch_id", "position", "id", "issue", "subscriber_id", "email", "email_key", "values")


class _Kind(NamedTuple):
    """What readers of one batch have in common."""

    variant: str
    wave: int
    lane: str


_Row: TypeAlias = tuple[int, str, str, str]
"""A reader before there is a batch: subscriber id, address, key and values."""


@dataclass(slots=True)
class _Plan:
    """What has been written of a plan so far."""

    new: NewCampaign
    secret: bytes
    batch_ids: Iterator[int] = field(default_factory=lambda: iter(()))  # of the transaction that is under way
    total: int = 0
    batches: int = 0
    may_take_over: bool = False  # an earlier campaign of the issue was cancelled
    statuses: set[str] = field(default_factory=set)
    waiting: dict[_Kind, list[_Row]] = field(default_factory=dict)  # who may share a batch: less than one


def freeze_audience(
    database: Database,
    secret: bytes,
    new: NewCampaign,
    pages: Iterable[MemberColumns],
    progress: Callable[[int], None],
) -> None:
    """Write `new` with a delivery for everybody in `pages` who may get the issue and has not.

    Chunks are committed one by one and stay invisible until the last commit; whatever goes wrong before
    it leaves nothing. Raises UsageError when nobody is left, AnotherRunner when another process plans,
    DeliveryRefused when a provider has told of mail to them that this ledger does not know it sent.
    """
    with database.hold(".plan-lock", f"planning issue {new.issue}"):
        _discard(database)
        plan = _Plan(new=new, secret=secret)
        try:
            _write(database, plan, iter(pages), progress)
        except BaseException:
            _discard_quietly(database)
            raise
        database.shrink()  # who plans holds many pages of indexes, and who sends needs none of them


def discard_unfinished(database: Database) -> None:
    """Remove what a process left that died while planning; one that is still planning is left alone."""
    with database.reading() as connection:
        if not connection.scalar(select(exists().where(campaign.c.is_planned == 0))):
            return
    try:
        with database.hold(".plan-lock", "clearing an unfinished plan"):
            _discard(database)
    except AnotherRunner:
        return


def _write(
    database: Database, plan: _Plan, pages: Iterator[MemberColumns], progress: Callable[[int], None]
) -> None:
    if is_replacement(plan.new):
        _replace(database, plan, pages, progress)
        return
    first = next(pages, None)  # before writing: so who reads the list has no writer's large cache
    with database.writing() as connection:
        connection.execute(insert(campaign).values(_campaign_row(plan.new)))
        waves.write(connection, plan.new.id, plan.new.waves)
        plan.may_take_over = bool(connection.scalar(select(_was_cancelled(plan.new.issue))))
    while first:
        with database.writing() as connection:
            plan.batch_ids = _batch_ids(connection)
            for page in _chunk(first, pages):
                _write_page(connection, plan, page)
        progress(plan.total)
        first = next(pages, None)
    with database.writing() as connection:
        plan.batch_ids = _batch_ids(connection)
        _write_rest(connection, plan)
        _finish(connection, plan)
    progress(plan.total)


def _replace(
    database: Database, plan: _Plan, pages: Iterator[MemberColumns], progress: Callable[[int], None]
) -> None:
    """Stop the faulty campaign and write the one that replaces it, in one transaction.

    Its readers are moved, and a death in between must leave them where they were.
    """
    with database.writing() as connection:
        connection.execute(insert(campaign).values(_campaign_row(plan.new)))
        waves.write(connection, plan.new.id, plan.new.waves)
        stop_faulty(connection, plan.new)
        plan.may_take_over = True
        plan.batch_ids = _batch_ids(connection)
        for page in pages:
            _write_page(connection, plan, page)
            progress(plan.total)
        _write_rest(connection, plan)
        _finish(connection, plan)
    progress(plan.total)


def _write_page(connection: Connection, plan: _Plan, page: MemberColumns) -> None:
    mailable = _mailable(connection, plan, page)
    rows = zip(mailable.subscriber_ids, mailable.emails, mailable.keys, mailable.value_texts, strict=True)
    kinds = [*zip(mailable.variants, mailable.waves, mailable.lanes, strict=True)]
    if len(set(kinds)) == 1:
        plan.waiting.setdefault(_Kind(*kinds[0]), []).extend(rows)
    else:
        for kind, row in zip(kinds, rows, strict=True):
            plan.waiting.setdefault(_Kind(*kind), []).append(row)
    for kind, waiting in plan.waiting.items():
        whole = len(waiting) - len(waiting) % _batch_size(plan.new, kind)
        _write_batches(connection, plan, kind, waiting[:whole])
        del waiting[:whole]


def _write_rest(connection: Connection, plan: _Plan) -> None:
    for kind, waiting in plan.waiting.items():
        _write_batches(connection, plan, kind, waiting)


def _finish(connection: Connection, plan: _Plan) -> None:
    if plan.total == 0:
        raise UsageError(
            Problem(
                what=f'nobody is left to get issue "{plan.new.issue}"',
                why=f"everybody in {plan.new.segment} has it already, left, or may not be mailed",
                fix=f"see who there is: newsletter segments count {plan.new.segment}",
            )
        )
    if sent := sent_before(connection, plan.new.id):
        raise DeliveryRefused(
            Problem(
                what=f'{sent} readers have issue "{plan.new.issue}" already, by their provider\'s word',
                why="this ledger knows nothing of it: it is older than the mail, as after restoring a backup",
                fix="restore a newer backup; or leave these readers out, and ask your provider who has it",
            )
        )
    if plan.new.clearance is not None:
        clearances.keep(connection, plan.new.id, plan.new.clearance)
    connection.execute(
        update(campaign)
        .where(campaign.c.id == plan.new.id)
        .values(is_planned=1, total=plan.total, statuses=json_text(sorted(plan.statuses)))
    )
    look_at_rows(connection, batch, delivery)  # the first claims come before the server does it by itself


def _chunk(first: MemberColumns, others: Iterator[MemberColumns]) -> Iterator[MemberColumns]:
    """Yield `first` and as many of the `others` as are written in one transaction with it."""
    yield first
    written = len(first)
    while written < _CHUNK and (page := next(others, None)):
        yield page
        written += len(page)


def _mailable(connection: Connection, plan: _Plan, page: MemberColumns) -> MemberColumns:
    """Return who is in `page`, each once, without those who have the issue already or may not be mailed."""
    without = {key for rows in plan.waiting.values() for _, _, key, _ in rows}
    left = left_out(connection, plan.new.issue, page)
    plan.statuses |= left.chosen
    without |= left.keys
    if without.isdisjoint(page.keys) and len(set(page.keys)) == len(page):
        return page
    first = {key: at for at, key in reversed([*enumerate(page.keys)])}  # the first of a key stays
    return page.chosen(at for at, key in enumerate(page.keys) if key not in without and first[key] == at)


def _write_batches(connection: Connection, plan: _Plan, kind: _Kind, rows: Sequence[_Row]) -> None:
    """Write `rows`, all of one `kind`, in batches."""
    if not rows:
        return
    size = _batch_size(plan.new, kind)
    ids = [next(plan.batch_ids) for _ in range(0, len(rows), size)]
    batches: list[tuple[object, ...]] = []
    deliveries: list[tuple[object, ...]] = []
    for number, batch_id in enumerate(ids):
        inside = rows[number * size : (number + 1) * size]
        plan.batches += 1
        batches.append((batch_id, plan.new.id, plan.batches, BatchState.PENDING, len(inside), *kind))
        deliveries += _delivery_rows(plan, batch_id, inside)
    if plan.may_take_over:
        _take_over(connection, plan, rows)
    bulk_insert(connection, batch, _BATCH_COLUMNS, batches)
    bulk_insert(connection, delivery, _DELIVERY_COLUMNS, deliveries)
    plan.total += len(rows)


def _delivery_rows(plan: _Plan, batch_id: int, inside: Sequence[_Row]) -> Iterator[tuple[object, ...]]:
    """Return the rows of a batch, in the order of _DELIVERY_COLUMNS; made column by column, for speed."""
    subscriber_ids, emails, keys, values = zip(*inside, strict=True)
    return zip(
        repeat(batch_id, len(inside)),
        range(len(inside)),
        delivery_ids(plan.secret, plan.new.issue, keys),
        repeat(plan.new.issue, len(inside)),
        subscriber_ids,
        emails,
        keys,
        values,
        strict=True,
    )


def _batch_ids(connection: Connection) -> Iterator[int]:
    """Return ids for the batches written in this transaction, which nobody else can write in."""
    return new_ids(connection, batch)


def _batch_size(new: NewCampaign, kind: _Kind) -> int:
    """Return the largest batch that readers of one `kind` may be in."""
    return min(new.batch_size, new.lane_sizes.get(kind.lane, new.batch_size))


def _was_cancelled(issue: str) -> ColumnElement[bool]:
    return exists().where(campaign.c.issue == issue, campaign.c.state == CampaignState.CANCELLED)


def _take_over(connection: Connection, plan: _Plan, rows: Sequence[_Row]) -> None:
    """Free readers of their cancelled deliveries; how many there were stays in their batches' sizes."""
    keys = select(listed(key for _, _, key, _ in rows).c.value)
    connection.execute(
        delete(delivery).where(delivery.c.issue == plan.new.issue, delivery.c.email_key.in_(keys))
    )


def _campaign_row(new: NewCampaign) -> dict[str, object]:
    return {
        "id": new.id,
        "issue": new.issue,
        "issue_path": new.issue_path,
        "segment": new.segment,
        "provider": new.provider,
        "sender": new.sender,
        "content_digest": new.digests.content,
        "template_digest": new.digests.template,
        "config_digest": new.digests.config,
        "audience_digest": new.digests.audience,
        "state": CampaignState.PLANNED,
        "total": 0,
        "is_planned": 0,
        "statuses": "[]",
        "created_at": new.created_at,
        "not_before": new.not_before,
        "variants": json_text(list(new.variants)),
        "plan": timing_text(new.timing),
        "corrects": new.correction.campaign if new.correction else None,
    }


def _discard(database: Database) -> None:
    with database.reading() as connection:
        unfinished = connection.scalars(select(campaign.c.id).where(campaign.c.is_planned == 0)).all()
    for campaign_id in unfinished:
        while _discard_some(database, campaign_id):
            pass
        with database.writing() as connection:
            connection.execute(delete(wave).where(wave.c.campaign_id == campaign_id))
            connection.execute(delete(campaign).where(campaign.c.id == campaign_id))


def _discard_some(database: Database, campaign_id: str) -> bool:
    """Remove some batches of an unfinished plan, about a chunk; say whether there may be more."""
    with database.writing() as connection:
        rows = connection.execute(
            select(batch.c.id, batch.c.size).where(batch.c.campaign_id == campaign_id).limit(_CHUNK)
        ).all()
        ids: list[int] = []
        deliveries = 0
        for row in rows:
            ids.append(row.id)
            deliveries += row.size
            if deliveries >= _CHUNK:
                break
        chosen = select(listed_ids(ids).c.value)
        connection.execute(delete(delivery).where(delivery.c.batch_id.in_(chosen)))
        connection.execute(delete(batch).where(batch.c.id.in_(chosen)))
        return bool(ids)


def _discard_quietly(database: Database) -> None:
    """Remove a plan that failed; if that fails too, it stays invisible until the next plan removes it."""
    with suppress(StoreError):
        _discard(database)
