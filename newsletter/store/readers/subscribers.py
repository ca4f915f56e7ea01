"""The list: finding readers, changing where they stand, and choosing them by a segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, exists, func, not_, select, update

from newsletter.audience.evaluate import Facts
from newsletter.audience.expression import Expression, HistoryKind
from newsletter.domain.address import AddressError, address_key
from newsletter.domain.campaign import Member
from newsletter.domain.delivery import BatchState
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.preferences import Rest
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, Suppression, SuppressionReason
from newsletter.errors import Problem, UsageError
from newsletter.protocols import VariantReaders
from newsletter.store.database.bulk import bulk_rows
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed
from newsletter.store.events.effects import suppress_many
from newsletter.store.people.withdrawals import Withdrawal, note_withdrawals
from newsletter.store.readers.list_rows import (
    SUPPRESSING,
    keep_from_undo,
    read_subscribers,
    read_suppressions,
    suppress,
    write_subscribers,
    write_tags,
)
from newsletter.store.readers.resting import rested
from newsletter.store.readers.segments import latest_issues
from newsletter.store.readers.selecting import Selector, selecting
from newsletter.store.schema.columns import json_objects
from newsletter.store.schema.tables import batch, campaign, delivery, reader_event, subscriber, subscriber_tag

__all__ = ["Choice", "SqlSubscribers", "pages_where", "variants_where"]

Choice: TypeAlias = Callable[[Selector], ColumnElement[bool]]
"""Gives the condition for who is meant."""

_ROWS_AT_ONCE = 1_000
_PAGE = 2_000  # members made at once: with fewer the processor forgets more in between


class SqlSubscribers:
    """Subscribers, their tags and the suppressions, on a database."""

    def __init__(self, database: Database) -> None:
        """Keep the list in `database`."""
        self._database = database

    # --- finding --------------------------------------------------------------------------------------

    def get(self, email: str) -> Subscriber | None:
        """Return the subscriber with that address, in whatever letter case. Raises UsageError."""
        return self.lookup([_key(email)]).get(_key(email))

    def lookup(self, keys: Iterable[str]) -> dict[str, Subscriber]:
        """Return the subscribers known under `keys`, by key; unknown keys are left out."""
        wanted = listed(keys)
        query = select(subscriber).join(wanted, subscriber.c.email_key == wanted.c.value)
        with self._database.reading() as connection:
            return {found.key: found for found in read_subscribers(connection, query)}

    def all(self) -> Iterator[Subscriber]:
        """Yield every subscriber, by id."""
        last = 0
        while True:
            query = select(subscriber).where(subscriber.c.id > last).order_by(subscriber.c.id)
            with self._database.reading() as connection:
                found = read_subscribers(connection, query.limit(_ROWS_AT_ONCE))
            if not found:
                return
            yield from found
            last = found[-1].id

    def suppressed(self, keys: Iterable[str]) -> dict[str, SuppressionReason]:
        """Return why addresses among `keys` may never be mailed, by key; others are left out."""
        with self._database.reading() as connection:
            return {key: one.reason for key, one in read_suppressions(connection, keys).items()}

    def suppression(self, email: str) -> Suppression | None:
        """Return the suppression of that address, if there is one. Raises UsageError."""
        with self._database.reading() as connection:
            return read_suppressions(connection, [_key(email)]).get(_key(email))

    def counts(self) -> Mapping[SubscriberStatus, int]:
        """Return how many subscribers have each status (absent: none)."""
        query = select(subscriber.c.status, func.count()).group_by(subscriber.c.status)
        with self._database.reading() as connection:
            return {SubscriberStatus(status): number for status, number in connection.execute(query)}

    def tags(self) -> Mapping[str, int]:
        """Return every tag with the number of its subscribers, by name."""
        query = (
            select(func.min(subscriber_tag.c.tag), func.count())
            .group_by(subscriber_tag.c.tag_key)
            .order_by(subscriber_tag.c.tag_key)
        )
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def alike(self, email: str, most: int = 1_000) -> list[str]:
        """Return addresses of the list that begin as `email` does, `most` of each length of beginning.

        The same before the @ and elsewhere, or the same first letters: by the index, however long the list.
        Raises UsageError.
        """
        key = _key(email)
        local = key.rpartition("@")[0]
        found: dict[str, None] = {}
        with self._database.reading() as connection:
            for start in (f"{local}@", local[:3], local[:1]):
                query = (
                    select(subscriber.c.email)
                    .where(subscriber.c.email_key >= start, subscriber.c.email_key < f"{start}\U0010ffff")
                    .limit(most)
                )
                found |= dict.fromkeys(connection.scalars(query))
        return list(found)

    def langs(self) -> list[str]:
        """Return every language that somebody on the list has, in order."""
        query = select(subscriber.c.lang).where(subscriber.c.lang.is_not(None)).distinct()
        with self._database.reading() as connection:
            return sorted(connection.scalars(query))

    def facts(self, who: Subscriber) -> Facts:
        """Return what happened with one subscriber, as `evaluate` needs it."""
        received = (
            select(delivery.c.issue)
            .join(batch, batch.c.id == delivery.c.batch_id)
            .where(
                delivery.c.email_key == who.key,
                delivery.c.subscriber_id == who.id,
                delivery.c.issue.in_(latest_issues()),
                delivery.c.override.is_(None),
                batch.c.state == BatchState.ACCEPTED,
            )
        )
        events = select(reader_event.c.kind, reader_event.c.issue).where(
            reader_event.c.subscriber_id == who.id
        )
        with self._database.reading() as connection:
            seen = connection.execute(events).all()
            return Facts(
                received=frozenset(connection.scalars(received)),
                replied=frozenset(issue for kind, issue in seen if kind == HistoryKind.REPLIED),
                bounced=frozenset(issue for kind, issue in seen if kind == HistoryKind.BOUNCED),
                clicked=frozenset(issue for kind, issue in seen if kind == HistoryKind.CLICKED),
                latest=tuple(connection.scalars(latest_issues())),
            )

    def delivery_state(self, campaign_id: str, key: str) -> str | None:
        """Return where the mail of a campaign to the reader known as `key` stands; None: there is none."""
        query = (
            select(func.coalesce(delivery.c.override, batch.c.state))
            .join(batch, batch.c.id == delivery.c.batch_id)
            .join(campaign, campaign.c.id == batch.c.campaign_id)
            .where(campaign.c.id == campaign_id, delivery.c.issue == campaign.c.issue)
            .where(delivery.c.email_key == key)
        )
        with self._database.reading() as connection:
            found: str | None = connection.scalar(query)
            return found

    # --- choosing -------------------------------------------------------------------------------------

    def members(self, expression: Expression, conditions: Sequence[Expression] = ()) -> Iterator[Member]:
        """Yield what `pages` yields, one by one."""
        for page in self.pages(expression, conditions):
            yield from page

    def pages(
        self, expression: Expression, conditions: Sequence[Expression] = (), rest: Rest | None = None
    ) -> Iterator[MemberColumns]:
        """Yield who would be mailed, by subscriber id, as the list stood at the first one; some at a time.

        The variant of each says which of `conditions` hold. Who rests as `rest` says is left out.
        """

        def choose(selector: Selector) -> ColumnElement[bool]:
            mailable = selector.in_order(expression)
            return mailable if rest is None else and_(mailable, not_(rested(selector, rest)))

        return pages_where(self._database, choose, conditions)

    def variants(
        self, expression: Expression, conditions: Sequence[Expression], issue: str | None
    ) -> Mapping[str, VariantReaders]:
        """Return who has each key that occurs among those who would be mailed, by key.

        Who has a delivery of `issue` does not count; None leaves nobody out.
        """

        def choose(selector: Selector) -> ColumnElement[bool]:
            mailable = selector.mailable(expression)
            if issue is None or not _has_deliveries(selector.connection, issue):
                return mailable
            return and_(mailable, not_(selector.taken(issue)))

        return variants_where(self._database, choose, conditions)

    def count(self, expression: Expression) -> int:
        """Return how many would be mailed."""
        return self.counts_of([expression])[0]

    def counts_of(self, expressions: Sequence[Expression]) -> list[int]:
        """Return how many each of `expressions` would mail, all at one moment."""
        with selecting(self._database) as selector:
            return [selector.count(one) for one in expressions]

    def count_planned(self, expression: Expression, issue: str) -> int:
        """Return how many of those who would be mailed have a delivery of `issue`, save cancelled ones."""
        with selecting(self._database) as selector:
            if not _has_deliveries(selector.connection, issue):
                return 0  # the usual case, without a look at every subscriber
            return _count(selector.connection, and_(selector.mailable(expression), selector.taken(issue)))

    def left_out(self, expression: Expression) -> Mapping[str, int]:
        """Return how many fit `expression` but would not be mailed, by status; "suppressed" if active."""
        is_active = subscriber.c.status == SubscriberStatus.ACTIVE
        reason = case((is_active, "suppressed"), else_=subscriber.c.status)
        with selecting(self._database) as selector:
            query = (
                select(reason, func.count())
                .where(selector.holds(expression), not_(selector.mailable(expression)))
                .group_by(reason)
                .order_by(reason)
            )
            return dict(selector.connection.execute(query).all())

    # --- changing -------------------------------------------------------------------------------------

    def add(self, new: Subscriber) -> Subscriber:
        """Add one subscriber, whose `id` is given here. Raises UsageError when the address is known."""
        with self._database.writing() as connection:
            if connection.scalar(select(exists().where(subscriber.c.email_key == new.key))):
                raise UsageError(f"{new.email} is on the list already")
            ids = write_subscribers(connection, [new])
            write_tags(connection, {ids[new.key]: new.tags})
            return read_subscribers(connection, select(subscriber).where(subscriber.c.email_key == new.key))[
                0
            ]

    def set_status(self, email: str, status: SubscriberStatus, now: datetime) -> Subscriber:
        """Set where a subscriber stands; whoever leaves, bounces or complains is suppressed too.

        Raises UsageError when nobody has that address. A suppression is never taken back here.
        """
        key = _key(email)
        with self._database.writing() as connection:
            changed = connection.execute(
                update(subscriber).where(subscriber.c.email_key == key).values(status=status)
            )
            if changed.rowcount == 0:
                raise UsageError(
                    Problem(
                        what=f"{email} is not on the list", fix=f"look: newsletter subscribers why {email}"
                    )
                )
            if status in SUPPRESSING:
                reason = SUPPRESSING[status]
                if suppress(connection, key, reason, now):
                    left = Withdrawal(key=key, reason=reason, at=now, source="taken off by hand")
                    note_withdrawals(connection, [left])
                keep_from_undo(connection, key)
            return read_subscribers(connection, select(subscriber).where(subscriber.c.email_key == key))[0]

    def unsubscribe(self, email: str, now: datetime) -> Subscriber:
        """Let a subscriber leave, for good. Raises UsageError when nobody has that address."""
        found = self.get(email)
        if found is not None and found.status in (SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED):
            return found  # gone already, and for a reason that must not be lost
        return self.set_status(email, SubscriberStatus.UNSUBSCRIBED, now)

    def suppress(self, email: str, reason: SuppressionReason, now: datetime) -> None:
        """Never mail that address again, on the list or not; the first reason stays."""
        with self._database.writing() as connection:
            suppress(connection, _key(email), reason, now)
            keep_from_undo(connection, _key(email))

    def suppress_listed(
        self, wanted: Sequence[Suppression], *, is_applied: bool
    ) -> Mapping[SuppressionReason, int]:
        """Never mail again whoever is in `wanted`; return how many that is news for, by reason.

        A reader on the list gets the status that goes with the reason. Without `is_applied` it only counts.
        """
        if not is_applied:
            known = self.suppressed(one.key for one in wanted)
            return Counter(one.reason for one in wanted if one.key not in known)
        with self._database.writing() as connection:
            return suppress_many(connection, wanted)


def pages_where(
    database: Database, choose: Choice, conditions: Sequence[Expression] = ()
) -> Iterator[MemberColumns]:
    """Yield the subscribers `choose` gives a condition for, by id, as the list stood at the first one.

    The variant of each says which of `conditions` hold.
    """
    fields = cast(subscriber.c.fields, Text)  # parsed here, many at once
    with selecting(database) as selector:
        columns = (subscriber.c.id, subscriber.c.email, subscriber.c.email_key, fields)
        query = (
            select(*columns, *selector.marks(conditions)).where(choose(selector)).order_by(subscriber.c.id)
        )
        for rows in bulk_rows(selector.connection, query, _PAGE):
            ids, emails, keys, texts, *marks = zip(*rows, strict=True)
            variants = ["".join(map(str, row)) for row in zip(*marks, strict=True)]
            yield MemberColumns.plain(ids, emails, keys, json_objects(texts), variants)


def variants_where(
    database: Database, choose: Choice, conditions: Sequence[Expression]
) -> Mapping[str, VariantReaders]:
    """Return who has each key that occurs among the subscribers `choose` gives a condition for, by key."""
    with selecting(database) as selector:
        marked_readers = select(subscriber.c.id, *selector.marks(conditions)).where(choose(selector))
        first, *marked = marked_readers.subquery().c
        grouped = select(func.count(), func.min(first).label("first"), *marked).group_by(*marked)
        number, example, *key = grouped.subquery().c
        query = select(number, subscriber.c.email, *key).join(subscriber, subscriber.c.id == example)
        return {
            "".join(map(str, row[2:])): VariantReaders(count=row[0], example=row[1])
            for row in selector.connection.execute(query.order_by(*key))
        }


def _has_deliveries(connection: Connection, issue: str) -> bool:
    return bool(connection.scalar(select(exists().where(delivery.c.issue == issue))))


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(subscriber).where(condition)) or 0


def _key(email: str) -> str:
    try:
        return address_key(email)
    except AddressError as error:
        raise UsageError(Problem(what=f'"{email}" is not an address', why=str(error))) from error
