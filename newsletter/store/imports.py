"""Applying an import to the list, all of it or nothing, and undoing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, Row, delete, insert, select, update

from newsletter.audience.importing import Addition, ImportChange, Update
from newsletter.domain.subscriber import Subscriber
from newsletter.errors import Problem, UsageError
from newsletter.store.consent import note_head
from newsletter.store.database import Database
from newsletter.store.dialects import bulk_insert, listed
from newsletter.store.import_consent import note_import, note_import_undone
from newsletter.store.list_rows import (
    SUPPRESSING,
    overwrite_subscribers,
    read_subscribers,
    read_suppressions,
    suppress,
    write_subscribers,
    write_tags,
)
from newsletter.store.schema import import_change, import_journal, subscriber, suppression
from newsletter.store.snapshots import digest_of, from_snapshot, snapshot

__all__ = ["ImportRecord", "SqlImports", "UndoReport"]

_CHUNK = 5_000
_CHANGE_COLUMNS = ("import_id", "subscriber_id", "before", "after_digest", "suppressed")


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

    def apply(
        self, changes: Iterable[ImportChange], *, source: str, digest: str, now: datetime
    ) -> tuple[ImportRecord, tuple[str, ...]]:
        """Make `changes` in one transaction; return what the journal says, and who was left alone.

        Left alone is whoever is not any more as the plan found them: suppressed, added or changed
        meanwhile. So nobody who left while the plan was looked at comes back.
        """
        tally = _Tally()
        with self._database.writing() as connection:
            values = {"at": now, "source": source, "digest": digest, "added": 0, "changed": 0}
            key = connection.execute(insert(import_journal).values(values)).inserted_primary_key
            assert key is not None
            for chunk in _chunks(changes):
                _apply_chunk(connection, key[0], chunk, tally, now)
            connection.execute(
                update(import_journal)
                .where(import_journal.c.id == key[0])
                .values(added=tally.added, changed=tally.changed)
            )
            note_import(connection, key[0], source, now)
            record = _record(_find(connection, key[0]))
        note_head(self._database)
        return record, tuple(tally.left_alone)

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
            query = select(import_change).where(import_change.c.import_id == row.id)
            for chunk in _row_chunks(connection.execute(query).all()):
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


def _apply_chunk(
    connection: Connection, import_id: int, chunk: Sequence[ImportChange], tally: _Tally, now: datetime
) -> None:
    keys = [_key(change) for change in chunk]
    wanted = listed(keys)
    query = select(subscriber).join(wanted, subscriber.c.email_key == wanted.c.value)
    known = {one.key: one for one in read_subscribers(connection, query)}
    barred = read_suppressions(connection, keys)
    new: list[Subscriber] = []
    updates: list[Update] = []
    for change in chunk:
        if _key(change) in barred or known.get(_key(change)) != _expected(change):
            tally.left_alone.append(change.email if isinstance(change, Addition) else change.after.email)
        elif isinstance(change, Addition):
            new.append(_added(change, 0))
        else:
            updates.append(change)
    ids = write_subscribers(connection, new)
    write_tags(connection, {ids[one.key]: one.tags for one in new})
    overwrite_subscribers(connection, [change.after for change in updates])
    rows: list[tuple[object, ...]] = [
        (import_id, ids[one.key], None, digest_of(one), _suppress_departed(connection, one, now))
        for one in new
    ]
    for change in updates:
        suppressed = _suppress_departed(connection, change.after, now)
        before, after = snapshot(change.before), digest_of(change.after)
        rows.append((import_id, change.before.id, before, after, suppressed))
    bulk_insert(connection, import_change, _CHANGE_COLUMNS, rows)
    tally.added += len(new)
    tally.changed += len(updates)


def _undo_chunk(connection: Connection, chunk: Sequence[Row[tuple[object, ...]]], tally: _Tally) -> None:
    wanted = listed(row.subscriber_id for row in chunk)
    query = select(subscriber).join(wanted, subscriber.c.id == wanted.c.value)
    known = {one.id: one for one in read_subscribers(connection, query)}
    removed: list[Subscriber] = []
    restored: list[Subscriber] = []
    freed: list[str] = []
    for row in chunk:
        current = known.get(row.subscriber_id)
        if current is None:
            continue  # forgotten meanwhile: nothing is left to take back
        if digest_of(current) != row.after_digest:
            tally.left_alone.append(current.email)
            continue
        if row.suppressed:
            freed.append(current.key)
        if row.before is None:
            removed.append(current)
        else:
            restored.append(from_snapshot(row.before, row.subscriber_id))
    gone = select(listed(one.id for one in removed).c.value)
    connection.execute(delete(subscriber).where(subscriber.c.id.in_(gone)))
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


def _key(change: ImportChange) -> str:
    return change.key if isinstance(change, Addition) else change.before.key


def _expected(change: ImportChange) -> Subscriber | None:
    return None if isinstance(change, Addition) else change.before


def _added(change: Addition, subscriber_id: int) -> Subscriber:
    return Subscriber(
        id=subscriber_id,
        email=change.email,
        key=change.key,
        status=change.status,
        lang=change.lang,
        fields=change.fields,
        tags=change.tags,
        joined=change.joined,
        confirmed=change.confirmed,
        source=change.source,
    )


def _suppress_departed(connection: Connection, who: Subscriber, now: datetime) -> int:
    reason = SUPPRESSING.get(who.status)
    return int(reason is not None and suppress(connection, who.key, reason, now))


def _chunks(changes: Iterable[ImportChange]) -> Iterator[list[ImportChange]]:
    iterator = iter(changes)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _row_chunks(rows: Sequence[Row[tuple[object, ...]]]) -> Iterator[Sequence[Row[tuple[object, ...]]]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]
