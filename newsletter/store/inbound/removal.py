"""Mails taken out of the inbox: by their age, one by one, or because their writer is to be forgotten.

The digest of a mail that went is kept, so that it does not come back with the next look into the mailbox.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from newsletter.domain.inbound import InboundKind
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed, listed_ids, wipe_what_is_deleted
from newsletter.store.inbound.replied import answerings, note_replied
from newsletter.store.schema.inbound import inbound, reply_act, spool

__all__ = ["SqlInboundRemoval", "forget_mails", "is_mail_of"]


class SqlInboundRemoval:
    """Removing mails that came in, on a database. Their files go after that: see `gone`."""

    def __init__(self, database: Database) -> None:
        """Remove from `database`."""
        self._database = database

    def gone(self) -> Sequence[str]:
        """Return the paths of every raw mail that was removed; none of their files should be there."""
        query = select(spool.c.path).where(spool.c.removed_at.is_not(None))
        with self._database.reading() as connection:
            return connection.scalars(query).all()

    def drop_raw(self, before: datetime, now: datetime, *, is_trial: bool = False) -> int:
        """Let raw mails go that came in before a moment and were read; return how many."""
        unread = select(inbound.c.sha256).where(inbound.c.parsed_at.is_(None))
        old = and_(spool.c.first_seen < before, spool.c.removed_at.is_(None), spool.c.sha256.not_in(unread))
        if is_trial:
            with self._database.reading() as connection:
                return connection.scalar(select(func.count()).select_from(spool).where(old)) or 0
        with self._database.writing() as connection:
            return connection.execute(update(spool).where(old).values(removed_at=now)).rowcount

    def drop_files(self, paths: Collection[str], now: datetime) -> None:
        """Let the raw mails at `paths` go; what was read in them stays."""
        wanted = listed(paths)
        mine = and_(spool.c.path.in_(select(wanted.c.value)), spool.c.removed_at.is_(None))
        with self._database.writing() as connection:
            connection.execute(update(spool).where(mine).values(removed_at=now))

    def note_sender(self, number: int, key: str) -> None:
        """Write down whom a mail that could not be read is from, by address key."""
        with self._database.writing() as connection:
            connection.execute(update(inbound).where(inbound.c.id == number).values(from_key=key))

    def remove(self, numbers: Collection[int], now: datetime) -> int:
        """Remove mails and all that was made of them; return how many there were."""
        wanted = listed_ids(numbers)
        with self._database.writing() as connection:
            wipe_what_is_deleted(connection)
            which = inbound.c.id.in_(select(wanted.c.value))
            concerned = answerings(connection, which)
            removed = _remove(connection, which, now)
            note_replied(connection, concerned)
            return removed


def is_mail_of(ids: Sequence[int], keys: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a mail is from a person, or was made by a machine about them.

    `ids` are subscribers, `keys` address keys.
    """
    about = and_(inbound.c.via_subscriber_id.in_(ids), inbound.c.kind != InboundKind.HUMAN)
    return or_(inbound.c.from_key.in_(keys), inbound.c.subscriber_id.in_(ids), about)


def forget_mails(connection: Connection, ids: Sequence[int], keys: Sequence[str], now: datetime) -> int:
    """Remove every mail of a person within a transaction; return how many. Mails of others lose them."""
    removed = _remove(connection, is_mail_of(ids, keys), now)
    via = inbound.c.via_subscriber_id.in_(ids)
    connection.execute(update(inbound).where(via).values(via_subscriber_id=None))
    connection.execute(delete(reply_act).where(reply_act.c.subscriber_id.in_(ids)))
    return removed


def _remove(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    digests = connection.scalars(select(inbound.c.sha256).where(which)).all()
    wanted = listed(digests)
    connection.execute(update(spool).where(spool.c.sha256.in_(select(wanted.c.value))).values(removed_at=now))
    connection.execute(delete(inbound).where(which))  # with its tags, answers, quotes and acts
    return len(digests)
