"""Freezing an audience: campaign, batches and deliveries, visible all at once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, groupby, islice, repeat
from operator import attrgetter

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, or_, select, update

from newsletter.domain.campaign import Member, NewCampaign
from newsletter.domain.delivery import BatchState, CampaignState
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.domain.token import delivery_ids
from newsletter.errors import AnotherRunner, DeliveryRefused, Problem, StoreError, UsageError
from newsletter.store import clearances, waves
from newsletter.store.columns import json_strings, json_text
from newsletter.store.database import Database
from newsletter.store.dialects import bulk_insert, listed, reserve_batch_ids
from newsletter.store.event_evidence import sent_before
from newsletter.store.locks import hold
from newsletter.store.schema import batch, campaign, delivery, subscriber, suppression, wave
from newsletter.store.stopping import is_replacement, stop_faulty
from newsletter.store.timings import timing_text

__all__ = ["GONE", "discard_unfinished", "freeze_audience", "is_taken"]

GONE = (
    SubscriberStatus.UNSUBSCRIBED,
    SubscriberStatus.SUSPENDED,
    SubscriberStatus.COMPLAINED,
    SubscriberStatus.ERASED,
)
"""Nobody with one of these statuses is mailed, whatever a segment names."""

_CHUNK = 20_000  # members in one transaction: short, so that a reader who leaves meanwhile need not wait
_PAGE = 1_000  # members in memory; many that live long are looked at by the garbage collector again and again
_BATCH_COLUMNS = ("id", "campaign_id", "seq", "state", "size", "variant", "wave", "lane")
_PLAIN = attrgetter("variant")  # what readers of one batch have in common
_MIXED = attrgetter("wave", "lane", "variant")
_DELIVERY_COLUMNS = ("batch_id", "position", "id", "issue", "subscriber_id", "email", "email_key", "values")


def is_taken(issue: str, email_key: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that the reader known as `email_key` has a delivery of `issue` (a slug).

    One that was cancelled before it was submitted does not count: provably nothing left, so that a later
    campaign of the issue may take the reader over.
    """
    return exists().where(
        delivery.c.issue == issue,
        delivery.c.email_key == email_key,
        batch.c.id == delivery.c.batch_id,
        or_(batch.c.state != BatchState.CANCELLED, delivery.c.override.is_not(None)),
    )


@dataclass(slots=True)
class _Plan:
    """What has been written of a plan so far."""

    new: NewCampaign
    secret: bytes
    total: int = 0
    batches: int = 0
    may_take_over: bool = False  # an earlier campaign of the issue was cancelled
    statuses: set[str] = field(default_factory=set)
    waiting: dict[object, list[Member]] = field(default_factory=dict)  # who may share a batch: less than one


def freeze_audience(
    database: Database,
    secret: bytes,
    new: NewCampaign,
    members: Iterable[Member],
    progress: Callable[[int], None],
) -> None:
    """Write `new` with a delivery for everybody in `members` who may get the issue and has not.

    Chunks are committed one by one and stay invisible until the last commit; whatever goes wrong before
    it leaves nothing. Raises UsageError when nobody is left, AnotherRunner when another process plans,
    DeliveryRefused when a provider has told of mail to them that this ledger does not know it sent.
    """
    with hold(database.beside(".plan-lock"), f"planning issue {new.issue}", shown=database.shown):
        _discard(database)
        plan = _Plan(new=new, secret=secret)
        try:
            _write(database, plan, members, progress)
        except BaseException:
            _discard_quietly(database)
            raise


def discard_unfinished(database: Database) -> None:
    """Remove what a process left that died while planning; one that is still planning is left alone."""
    with database.reading() as connection:
        if not connection.scalar(select(exists().where(campaign.c.is_planned == 0))):
            return
    try:
        with hold(database.beside(".plan-lock"), "clearing an unfinished plan", shown=database.shown):
            _discard(database)
    except AnotherRunner:
        return


def _write(
    database: Database, plan: _Plan, members: Iterable[Member], progress: Callable[[int], None]
) -> None:
    if is_replacement(plan.new):
        _replace(database, plan, members, progress)
        return
    pages = _pages(members)
    first = next(pages, None)  # before writing: so who reads the list has no writer's large cache
    with database.writing() as connection:
        connection.execute(insert(campaign).values(_campaign_row(plan.new)))
        waves.write(connection, plan.new.id, plan.new.waves)
        plan.may_take_over = bool(connection.scalar(select(_was_cancelled(plan.new.issue))))
    while first:
        with database.writing() as connection:
            for page in chain((first,), islice(pages, _CHUNK // _PAGE - 1)):
                _write_page(connection, plan, page)
        progress(plan.total)
        first = next(pages, None)
    with database.writing() as connection:
        _write_rest(connection, plan)
        _finish(connection, plan)
    progress(plan.total)


def _replace(
    database: Database, plan: _Plan, members: Iterable[Member], progress: Callable[[int], None]
) -> None:
    """Stop the faulty campaign and write the one that replaces it, in one transaction.

    Its readers are moved, and a death in between must leave them where they were.
    """
    with database.writing() as connection:
        connection.execute(insert(campaign).values(_campaign_row(plan.new)))
        waves.write(connection, plan.new.id, plan.new.waves)
        stop_faulty(connection, plan.new)
        plan.may_take_over = True
        for page in _pages(members):
            _write_page(connection, plan, page)
            progress(plan.total)
        _write_rest(connection, plan)
        _finish(connection, plan)
    progress(plan.total)


def _write_page(connection: Connection, plan: _Plan, page: Sequence[Member]) -> None:
    kind = _MIXED if plan.new.waves or plan.new.lane_sizes else _PLAIN
    for shared, some in groupby(_mailable(connection, plan, page), kind):
        plan.waiting.setdefault(shared, []).extend(some)
    for waiting in plan.waiting.values():
        whole = len(waiting) - len(waiting) % _batch_size(plan.new, waiting)
        _write_batches(connection, plan, waiting[:whole])
        del waiting[:whole]


def _write_rest(connection: Connection, plan: _Plan) -> None:
    for waiting in plan.waiting.values():
        _write_batches(connection, plan, waiting)


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


def _pages(members: Iterable[Member]) -> Iterator[list[Member]]:
    iterator = iter(members)
    while page := list(islice(iterator, _PAGE)):
        yield page


def _mailable(connection: Connection, plan: _Plan, members: Sequence[Member]) -> Sequence[Member]:
    """Return `members`, each once, without those who have the issue already or may not be mailed."""
    wanted = {member.key: member for member in reversed(members)}  # the first of a key stays
    waiting = {member.key for members in plan.waiting.values() for member in members}
    without = waiting.union(_left_out(connection, plan, [*wanted]))
    if not without and len(wanted) == len(members):
        return members
    return [one for one in members if one.key not in without and wanted[one.key] is one]


def _left_out(connection: Connection, plan: _Plan, wanted: Sequence[str]) -> Iterator[str]:
    """Yield those of the keys `wanted` that get no mail; note the statuses chosen on purpose."""
    keys = listed(wanted)
    key = keys.c.value
    is_out = or_(exists().where(suppression.c.email_key == key), is_taken(plan.new.issue, key))
    is_unusual = subscriber.c.status != SubscriberStatus.ACTIVE
    query = (
        select(key, subscriber.c.status, is_out)
        .select_from(keys.outerjoin(subscriber, subscriber.c.email_key == key))
        .where(or_(is_unusual, is_out))
    )
    for one, status, is_left_out in connection.execute(query):
        if is_left_out or status in GONE:
            yield one
        if status is not None and status != SubscriberStatus.ACTIVE and status not in GONE:
            plan.statuses.add(status)


def _write_batches(connection: Connection, plan: _Plan, members: Sequence[Member]) -> None:
    """Write `members`, all of one variant, wave and lane, in batches."""
    if not members:
        return
    place = _place(members[0])
    size = _batch_size(plan.new, members)
    ids = reserve_batch_ids(connection, -(-len(members) // size))
    batches: list[tuple[object, ...]] = []
    deliveries: list[tuple[object, ...]] = []
    for number, batch_id in enumerate(ids):
        inside = members[number * size : (number + 1) * size]
        plan.batches += 1
        batches.append(
            (batch_id, plan.new.id, plan.batches, BatchState.PENDING, len(inside), inside[0].variant, *place)
        )
        deliveries += _delivery_rows(plan, batch_id, inside)
    if plan.may_take_over:
        _take_over(connection, plan, members)
    bulk_insert(connection, batch, _BATCH_COLUMNS, batches)
    bulk_insert(connection, delivery, _DELIVERY_COLUMNS, deliveries)
    plan.total += len(members)


def _delivery_rows(plan: _Plan, batch_id: int, inside: Sequence[Member]) -> Iterator[tuple[object, ...]]:
    """Return the rows of a batch, in the order of _DELIVERY_COLUMNS; made column by column, for speed."""
    keys = [one.key for one in inside]
    return zip(
        repeat(batch_id, len(inside)),
        range(len(inside)),
        delivery_ids(plan.secret, plan.new.issue, keys),
        repeat(plan.new.issue, len(inside)),
        [one.subscriber_id for one in inside],
        [one.email for one in inside],
        keys,
        [json_strings(one.values) for one in inside],
        strict=True,
    )


def _place(member: Member) -> tuple[int, str]:
    """Return wave and lane of `member`."""
    return member.wave, member.lane


def _batch_size(new: NewCampaign, members: Sequence[Member]) -> int:
    """Return the largest batch that `members`, all of one lane, may be in."""
    lane = _place(members[0])[1] if members else ""
    return min(new.batch_size, new.lane_sizes.get(lane, new.batch_size))


def _was_cancelled(issue: str) -> ColumnElement[bool]:
    return exists().where(campaign.c.issue == issue, campaign.c.state == CampaignState.CANCELLED)


def _take_over(connection: Connection, plan: _Plan, members: Sequence[Member]) -> None:
    """Free `members` of their cancelled deliveries; how many there were stays in their batches' sizes."""
    keys = select(listed(member.key for member in members).c.value)
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
        chosen = select(listed(ids).c.value)
        connection.execute(delete(delivery).where(delivery.c.batch_id.in_(chosen)))
        connection.execute(delete(batch).where(batch.c.id.in_(chosen)))
        return bool(ids)


def _discard_quietly(database: Database) -> None:
    """Remove a plan that failed; if that fails too, it stays invisible until the next plan removes it."""
    with suppress(StoreError):
        _discard(database)
