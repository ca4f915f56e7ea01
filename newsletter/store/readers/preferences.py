"""What readers chose about their letters: tags, language, fields, and a pause that ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select, update

from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.store.database.database import Database
from newsletter.store.readers.list_rows import keep_from_undo, overwrite_subscribers, read_subscribers
from newsletter.store.schema.tables import chosen, pause, subscriber

__all__ = ["Chooser", "SqlPreferences", "note_choice"]

_CHOOSING = (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """A reader who may choose, and until when they pause."""

    reader: Subscriber
    paused_until: datetime | None = None


class SqlPreferences:
    """Preferences on a database."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def find(self, subscriber_id: int) -> Chooser | None:
        """Return the reader with that id; None when they get no letters."""
        with self._database.reading() as connection:
            return _find(connection, subscriber_id)

    def choose(
        self,
        subscriber_id: int,
        change: Callable[[Subscriber], Subscriber],
        paused_until: datetime | None,
        now: datetime,
    ) -> Chooser | None:
        """Write the reader as `change` returns them, pausing until that moment; None when they have left.

        No undo of an import touches them afterwards.
        """
        with self._database.writing() as connection:
            found = _find(connection, subscriber_id)
            if found is None:
                return None
            status = SubscriberStatus.PAUSED if paused_until else SubscriberStatus.ACTIVE
            reader = replace(change(found.reader), status=status)
            overwrite_subscribers(connection, [reader])
            connection.execute(delete(pause).where(pause.c.subscriber_id == subscriber_id))
            if paused_until:
                connection.execute(insert(pause).values(subscriber_id=subscriber_id, until=paused_until))
            note_choice(connection, subscriber_id, now)
            keep_from_undo(connection, reader.key)
            return Chooser(reader=reader, paused_until=paused_until)

    def wake(self, now: datetime) -> int:
        """End the pauses that are over at `now`; return how many readers get letters again."""
        over = select(pause.c.subscriber_id).where(pause.c.until <= now)
        with self._database.reading() as connection:
            if not connection.scalar(select(exists(over))):
                return 0
        with self._database.writing() as connection:
            woken = connection.execute(
                update(subscriber)
                .where(subscriber.c.id.in_(over), subscriber.c.status == SubscriberStatus.PAUSED)
                .values(status=SubscriberStatus.ACTIVE)
            )
            connection.execute(delete(pause).where(pause.c.until <= now))
            return woken.rowcount


def note_choice(connection: Connection, subscriber_id: int, at: datetime) -> None:
    """Write down when a reader last chose."""
    connection.execute(delete(chosen).where(chosen.c.subscriber_id == subscriber_id))
    connection.execute(insert(chosen).values(subscriber_id=subscriber_id, at=at))


def _find(connection: Connection, subscriber_id: int) -> Chooser | None:
    wanted = select(subscriber).where(subscriber.c.id == subscriber_id, subscriber.c.status.in_(_CHOOSING))
    found = read_subscribers(connection, wanted)
    if not found:
        return None
    if found[0].status is not SubscriberStatus.PAUSED:  # of who left in a pause and came back, it is over
        return Chooser(reader=found[0])
    until = connection.scalar(select(pause.c.until).where(pause.c.subscriber_id == subscriber_id))
    return Chooser(reader=found[0], paused_until=until)
