"""Applying an import to the list, all of it or nothing, and undoing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, select, update

from newsletter.domain.subscriber import Subscriber
from newsletter.errors import Problem, UsageError
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed, listed_ids, look_at_rows
from newsletter.store.imports.consent import note_import, note_import_undone
from newsletter.store.imports.decisions import digest_of_subscriber
from newsletter.store.imports.snapshots import from_snapshot
from newsletter.store.imports.staging import Staging
from newsletter.store.imports.writing import leave_alone, write_additions, write_barred, write_changes
from newsletter.store.people.consent import note_head
from newsletter.store.readers.list_rows import overwrite_subscribers
from newsletter.store.schema.tables import (
    import_change,
    import_journal,
    subscriber,
    subscriber_tag,
    suppression,
)

__all__ = ["ImportRecord", "SqlImports", "UndoReport"]

_CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One import as the journal has it; `source` is the file, `digest` the SHA-256 (hex) of its bytes."""

    id: int
    at: datetime
    source: str
    digest: str
    added: int
    changed: int
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoReport:
    """What an undo came to; `left_alone` are addresses that somebody changed after the import."""

    record: ImportRecord
    removed: int
    restored: int
    left_alone: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    left_alone: list[str] = field(default_factory=list)


class SqlImports:
    """Imports and their journal, on a database."""

    def __init__(self, database: Database) -> None:
        """Keep list and journal in `database`."""
        self._database = database

    def stage(self, *, source: str, replaces_tags: bool) -> Staging:
        """Return a place to lay out the rows of an import; `source` is of readers whose rows do not say."""
        return Staging(self._database, source=source, replaces_tags=replaces_tags)

    def apply(
        self,
        staging: Staging,
        *,
        source: str,
        digest: str,
        now: datetime,
        told: Callable[[int], None] = lambda _lines: None,
    ) -> tuple[ImportRecord, tuple[str, ...]]:
        """Do what the rows in `staging` say, in one transaction; return the record, and who was left alone.

        Left alone is whoever is not any more as the plan found them: suppressed, added or changed
        meanwhile. So nobody who left while the plan was looked at comes back. `source` is the file and
        `digest` the SHA-256 (hex) of its bytes; `told` is told how many of its lines are done.
        Raises UsageError when it was applied already.
        """
        if staging.is_applied:
            raise UsageError(Problem(what="this plan was applied already", fix="plan the file again"))
        with self._database.writing_on(staging.connection) as connection:
            values = {"at": now, "source": source, "digest": digest, "added": 0, "changed": 0}
            key = connection.execute(insert(import_journal).values(values)).inserted_primary_key
            assert key is not None, "the journal gives a number"
            left_alone = leave_alone(connection)
            write_barred(connection)
            changed = write_changes(connection, key[0], now, replaces_tags=staging.replaces_tags)
            added = write_additions(connection, key[0], staging.source, now, told)
            connection.execute(
                update(import_journal)
                .where(import_journal.c.id == key[0])
                .values(added=added, changed=changed)
            )
            note_import(connection, key[0], source, now)
            look_at_rows(connection, subscriber, subscriber_tag)
            record = _record(_find(connection, key[0]))
        note_head(self._database)
        staging.is_applied = True
        return record, tuple(left_alone)

    def journal(self) -> Sequence[ImportRecord]:
        """Return every import, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(import_journal).order_by(import_journal.c.id.desc()))
            return [_record(row) for row in rows]

    def undo(self, now: datetime, import_id: int | None = None) -> UndoReport:
        """Take back an import, the newest one when none is named: readers it added go, others are as before.

        Readers changed after the import stay as they are. Raises UsageError when there is nothing to undo.
        """
        with self._database.writing() as connection:
            row = _find(connection, import_id)
            tally = _Tally()
            for chunk in _changes_of(connection, row.id):
                _undo_chunk(connection, chunk, tally)
            connection.execute(
                update(import_journal).where(import_journal.c.id == row.id).values(undone_at=now)
            )
            note_import_undone(connection, row.id, row.source, now)
            record = _record(_find(connection, row.id, undone=True))
        note_head(self._database)
        return UndoReport(
            record=record,
            removed=tally.added,
            restored=tally.changed,
            left_alone=tuple(tally.left_alone),
        )


def _undo_chunk(connection: Connection, chunk: Sequence[Row[tuple[object, ...]]], tally: _Tally) -> None:
    wanted = listed_ids(row.subscriber_id for row in chunk)
    query = select(subscriber.c.id, subscriber.c.email, subscriber.c.email_key, digest_of_subscriber())
    found = connection.execute(query.join(wanted, subscriber.c.id == wanted.c.value))
    known = {one[0]: one for one in found}
    removed: list[int] = []
    restored: list[Subscriber] = []
    freed: list[str] = []
    for row in chunk:
        if row.subscriber_id not in known:
            continue  # forgotten meanwhile: nothing is left to take back
        _, email, key, digest = known[row.subscriber_id]
        if digest != row.after_digest:
            tally.left_alone.append(email)
            continue
        if row.suppressed:
            freed.append(key)
        if row.before is None:
            removed.append(row.subscriber_id)
        else:
            restored.append(from_snapshot(row.before, row.subscriber_id))
    connection.execute(delete(subscriber).where(subscriber.c.id.in_(select(listed_ids(removed).c.value))))
    overwrite_subscribers(connection, restored)
    connection.execute(delete(suppression).where(suppression.c.email_key.in_(select(listed(freed).c.value))))
    tally.added += len(removed)
    tally.changed += len(restored)


def _find(connection: Connection, import_id: int | None, *, undone: bool = False) -> Row[tuple[object, ...]]:
    query = select(import_journal).order_by(import_journal.c.id.desc()).limit(1)
    if import_id is not None:
        query = query.where(import_journal.c.id == import_id)
    if not undone:
        query = query.where(import_journal.c.undone_at.is_(None))
    row = connection.execute(query).first()
    if row is None:
        what = (
            "there is no import to undo" if import_id is None else f"there is no import {import_id} to undo"
        )
        raise UsageError(Problem(what=what, why="it was undone already, or never made"))
    return row


def _record(row: Row[tuple[object, ...]]) -> ImportRecord:
    return ImportRecord(
        id=row.id,
        at=row.at,
        source=row.source,
        digest=row.digest,
        added=row.added,
        changed=row.changed,
        undone_at=row.undone_at,
    )


def _changes_of(connection: Connection, import_id: int) -> Iterator[Sequence[Row[tuple[object, ...]]]]:
    """Yield what an import did, some readers at a time, so that memory does not follow its size."""
    last = -1
    query = select(import_change).where(import_change.c.import_id == import_id)
    by_id = import_change.c.subscriber_id
    while rows := connection.execute(query.where(by_id > last).order_by(by_id).limit(_CHUNK)).all():
        yield rows
        last = rows[-1].subscriber_id
