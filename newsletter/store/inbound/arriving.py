"""Mail that comes in: kept once, however often and on whichever way it comes, before anything reads it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from newsletter.domain.inbound_mail import Ingested, MailboxCursor, MailFacts
from newsletter.domain.inbox import InboundState
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed
from newsletter.store.inbound.raw_mails import RawMail
from newsletter.store.inbound.replied import answering, note_replied
from newsletter.store.inbound.rows import facts_values
from newsletter.store.schema.inbound import arrival, inbound, mailbox_cursor, spool

__all__ = ["SqlInbound", "Unread"]

_UNREAD = (InboundState.WAITING, InboundState.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A mail that is on disk and that the program has to read; `tries` is how often it began to."""

    id: int
    path: str
    tries: int


class SqlInbound:
    """Mail that came in, on a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Keep it in `database`."""
        self._database = database

    def keep(
        self, raw: RawMail, source: str, key: str, now: datetime, cursor: MailboxCursor | None = None
    ) -> Ingested:
        """Write down that `raw`, which is on disk, came in from `source` as `key`; it is durable then.

        The same bytes are one mail. `cursor` moves `source` on in the same transaction.
        """
        with self._database.writing() as connection:
            kept = connection.execute(select(spool.c.removed_at).where(spool.c.sha256 == raw.sha256)).first()
            if kept is None:
                connection.execute(
                    insert(spool).values(
                        sha256=raw.sha256, path=raw.path, size_bytes=raw.size_bytes, first_seen=now
                    )
                )
                values = {"sha256": raw.sha256, "state": InboundState.WAITING, "received_at": now}
                connection.execute(insert(inbound).values(values))
            _arrive(connection, raw.sha256, source, key, now)
            if cursor is not None:
                _move(connection, source, cursor, now)
            number = connection.scalar(select(inbound.c.id).where(inbound.c.sha256 == raw.sha256))
        is_removed = kept is not None and kept.removed_at is not None
        return Ingested(id=number, is_new=kept is None, is_removed=is_removed)

    def known(self, sha256: str, source: str, key: str) -> Ingested | None:
        """Return what became of a mail that came in from `source` as `key` before, None when it did not."""
        query = (
            select(inbound.c.id, spool.c.removed_at)
            .select_from(arrival)
            .join(spool, spool.c.sha256 == arrival.c.sha256)
            .outerjoin(inbound, inbound.c.sha256 == arrival.c.sha256)
            .where(arrival.c.source == source, arrival.c.key == key, arrival.c.sha256 == sha256)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return Ingested(id=row.id, is_new=False, is_removed=row.removed_at is not None)

    def arrived(self, source: str, keys: Collection[str], since: datetime | None = None) -> frozenset[str]:
        """Return those of `keys` that came in from `source` already, or came in from a moment on."""
        wanted = listed(keys)
        query = select(arrival.c.key).join(wanted, arrival.c.key == wanted.c.value)
        if since is not None:
            query = query.where(arrival.c.at >= since)
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query.where(arrival.c.source == source)))

    def cursor(self, source: str) -> MailboxCursor | None:
        """Return how far `source` was read; None: never."""
        query = select(mailbox_cursor).where(mailbox_cursor.c.source == source)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return MailboxCursor(
            validity=row.validity,
            last_uid=row.last_uid,
            fetched_at=row.fetched_at,
            checked_at=row.checked_at,
        )

    def checked(self, source: str, cursor: MailboxCursor, now: datetime) -> None:
        """Write down that `source` was asked, and how far it is in."""
        with self._database.writing(is_durable=False) as connection:
            _move(connection, source, cursor, now, is_fetch=False)

    def unread(
        self, after: int, most: int, *, states: Collection[InboundState] = _UNREAD
    ) -> Sequence[Unread]:
        """Return mails that the program has to read, oldest first, numbered above `after`."""
        query = (
            select(inbound.c.id, spool.c.path, inbound.c.tries)
            .join(spool, spool.c.sha256 == inbound.c.sha256)
            .where(inbound.c.state.in_(states), inbound.c.id > after, spool.c.removed_at.is_(None))
            .order_by(inbound.c.id)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [Unread(id=row.id, path=row.path, tries=row.tries) for row in connection.execute(query)]

    def begin(self, number: int) -> None:
        """Write down that reading a mail begins, so that one that kills the program is known by its tries."""
        self._tries(number, inbound.c.tries + 1)

    def stop(self, number: int) -> None:
        """Write down that reading a mail ended, however it did."""
        self._tries(number, 0)

    def note(self, number: int, facts: MailFacts, now: datetime, *, trouble: str | None = None) -> None:
        """Write down what was made of a mail; with `trouble` it is parked, unless it was read before.

        What the author did with it stays.
        """
        values = {**facts_values(facts), "parsed_at": now, "trouble": trouble, "tries": 0}
        fresh = InboundState.NEW if trouble is None else InboundState.PARKED
        with self._database.writing() as connection:
            before = answering(connection, number)
            connection.execute(update(inbound).where(inbound.c.id == number).values(values))
            connection.execute(
                update(inbound)
                .where(inbound.c.id == number, inbound.c.state.in_(_UNREAD))
                .values(state=fresh)
            )
            note_replied(connection, (before, answering(connection, number)))

    def park(self, number: int, trouble: str) -> None:
        """Put a mail aside that cannot be read, with the reason; what was known of it stays."""
        with self._database.writing() as connection:
            connection.execute(update(inbound).where(inbound.c.id == number).values(trouble=trouble))
            connection.execute(
                update(inbound)
                .where(inbound.c.id == number, inbound.c.state.in_(_UNREAD))
                .values(state=InboundState.PARKED)
            )

    def _tries(self, number: int, tries: ColumnElement[int] | int) -> None:
        statement = update(inbound).where(inbound.c.id == number).values(tries=tries)
        with self._database.writing(is_durable=False) as connection:
            connection.execute(statement)


def _arrive(connection: Connection, sha256: str, source: str, key: str, now: datetime) -> None:
    known = select(arrival.c.at).where(
        arrival.c.source == source, arrival.c.key == key, arrival.c.sha256 == sha256
    )
    if connection.scalar(known) is None:
        connection.execute(insert(arrival).values(source=source, key=key, sha256=sha256, at=now))


def _move(
    connection: Connection, source: str, cursor: MailboxCursor, now: datetime, *, is_fetch: bool = True
) -> None:
    """Put the cursor of `source` forward; never back, but for another UIDVALIDITY, which begins anew."""
    mine = mailbox_cursor.c.source == source
    before = connection.execute(select(mailbox_cursor).where(mine)).first()
    last = cursor.last_uid
    if before is not None and before.validity == cursor.validity:
        last = max(last, before.last_uid)
    fetched = now if is_fetch else (before.fetched_at if before is not None else None)
    values = {"validity": cursor.validity, "last_uid": last, "fetched_at": fetched, "checked_at": now}
    if before is None:
        connection.execute(insert(mailbox_cursor).values(source=source, **values))
    else:
        connection.execute(update(mailbox_cursor).where(mine).values(values))
