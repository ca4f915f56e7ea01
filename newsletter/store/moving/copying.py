"""A store copied to another database: of one moment, all of it or nothing, and never sent from twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from newsletter.domain.delivery import BatchState
from newsletter.domain.held import HELD_BY_RESTORE
from newsletter.errors import Problem, UsageError
from newsletter.source import Place
from newsletter.store.database.copies import fold_in_log, put_into
from newsletter.store.database.database import Database
from newsletter.store.database.faults import file_fault
from newsletter.store.database.migrate import ensure_schema
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.events.evidence import hold_restored
from newsletter.store.ledger.campaigns import note
from newsletter.store.ledger.planning import discard_unfinished
from newsletter.store.moving.alone import alone, refuse_workers
from newsletter.store.moving.as_file import remove_draft
from newsletter.store.moving.moved import mark_as_moved, refuse_what_was_moved
from newsletter.store.moving.tables import count_all, empty_tables, fill_tables, first_full_table
from newsletter.store.people.consent import heads_path
from newsletter.store.people.erased_list import erased_path
from newsletter.store.people.held_mails import hold_mails
from newsletter.store.schema.tables import batch

__all__ = ["Copied", "Copying", "copy_store"]

_PURPOSE = "copying the store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """How a store is copied.

    `is_live`: others go on with it meanwhile and afterwards, so what still waits in the copy is held. Else it
    is moved: nobody writes to it meanwhile, and it is marked so that nobody sends from it again. `replaces`:
    what the other database holds goes. `begun` is told how many rows there are, `tell` how many are done.
    """

    is_live: bool = False
    replaces: bool = False
    begun: Callable[[int], None] = lambda _total: None
    tell: Callable[[int], None] = lambda _done: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was copied: rows and a digest over the values, by table.

    `files` lie beside the new database now; `kept` is the copy of what was there, when that was a
    file. `held` are campaigns that wait in a copy of a store in use, with how many readers.
    """

    rows: Mapping[str, int]
    digests: Mapping[str, str]
    files: tuple[Path, ...] = ()
    kept: Path | None = None
    held: Mapping[str, int] = field(default_factory=dict)


def copy_store(source: Database, target: Database, how: Copying, *, now: datetime) -> Copied:
    """Copy the store in `source` to `target`, which is made; on an error `target` is as it was.

    Every table is read again in `target` before it is committed, and only then is `source` marked as moved.
    Raises UsageError when there is nothing to copy or `target` is not empty, AnotherRunner while somebody
    sends, StoreError.
    """
    if not source.exists():
        raise UsageError(
            Problem(
                what="there is no store to copy",
                place=Place(path=source.shown),
                fix="name first the one there is, as [store] url in newsletter.toml has it",
            )
        )
    if _is_one(source, target):
        raise UsageError(
            Problem(
                what="both are the same database",
                place=Place(path=target.shown),
                fix="name as TO the database to move to; for a copy to keep: newsletter backup",
            )
        )
    ensure_schema(source)
    _make_ready(target)
    with ExitStack() as stack:
        stack.enter_context(alone(target, _PURPOSE))
        if how.is_live:
            reading = stack.enter_context(source.reading())
        else:
            refuse_what_was_moved(source)
            discard_unfinished(source)
            stack.enter_context(alone(source, _PURPOSE))
            reading = stack.enter_context(source.writing())
            refuse_workers(reading, source.shown)
            note(reading, "move", None, f"to {target.shown}")
            mark_as_moved(reading, target.shown, now)
        how.begun(count_all(reading))
        if isinstance(target, SqliteDatabase):
            return _into_file(reading, source, target, how, now)
        return _into_server(reading, source, target, how)


def _is_one(source: Database, target: Database) -> bool:
    if source.server is not None or target.server is not None:
        return source.server == target.server
    return source.path.resolve() == target.path.resolve()


def _make_ready(target: Database) -> None:
    """Make the place for the store; what is there becomes one of this version, or is refused."""
    if not isinstance(target, SqliteDatabase):
        target.create()
    else:
        target.make_folder()
        if not _has_content(target):
            return
    ensure_schema(target)


def _has_content(target: SqliteDatabase) -> bool:
    return target.path.exists() and target.path.stat().st_size > 0


def _into_server(reading: Connection, source: Database, target: Database, how: Copying) -> Copied:
    with target.writing() as writing:
        _refuse_what_is_full(writing, target, how)
        empty_tables(writing)
        return _filled(reading, writing, source, target, how)


def _into_file(
    reading: Connection, source: Database, target: SqliteDatabase, how: Copying, now: datetime
) -> Copied:
    """Fill a file beside `target`, which then takes its place in one step."""
    is_there = _has_content(target)
    kept = None
    if is_there:
        with target.reading() as there:
            is_full = first_full_table(there) is not None
            _refuse_what_is_full(there, target, how)
        if is_full:
            kept = target.beside(f".before-copy-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}")
            target.copy_to(kept)
    draft = SqliteDatabase(target.beside(".copying"), target.shown)
    try:
        remove_draft(draft)
        draft.create()
        ensure_schema(draft)
        with draft.writing() as writing:
            copied = _filled(reading, writing, source, target, how)
        draft.close()
        fold_in_log(draft.path, shown=target.shown)
        if is_there:
            put_into(draft.path, target.path, shown=target.shown)
        else:
            draft.path.rename(target.path)
    finally:
        draft.close()
        remove_draft(draft)
    return Copied(rows=copied.rows, digests=copied.digests, files=copied.files, held=copied.held, kept=kept)


def _refuse_what_is_full(connection: Connection, target: Database, how: Copying) -> None:
    full = first_full_table(connection)
    if full is not None and not how.replaces:
        raise UsageError(
            Problem(
                what="there is a store already",
                place=Place(path=target.shown),
                why=f"its table {full} has rows",
                fix="name an empty database; or let what is there go: --replace",
            )
        )


def _filled(
    reading: Connection, writing: Connection, source: Database, target: Database, how: Copying
) -> Copied:
    found = fill_tables(reading, writing, how.tell, shown=target.shown)
    held = _hold(writing) if how.is_live else {}
    return Copied(
        rows={name: one.rows for name, one in found.items()},
        digests={name: one.hex for name, one in found.items()},
        files=tuple(_carry_files(source, target)),
        held=held,
    )


def _hold(connection: Connection) -> Mapping[str, int]:
    """Hold what waits in a copy of a store that is in use: it leaves from there."""
    waiting = connection.scalars(
        select(batch.c.campaign_id).where(batch.c.state == BatchState.PENDING).distinct()
    ).all()
    hold_mails(connection, {})
    return {
        one: number
        for one in waiting
        if (number := hold_restored(connection, one, HELD_BY_RESTORE, even_released=True))
    }


def _carry_files(source: Database, target: Database) -> Iterator[Path]:
    """Copy the files beside a store that no backup overwrites: who is erased, and the heads of consent."""
    for path_of in (erased_path, heads_path):
        path, new = path_of(source), path_of(target)
        try:
            if new.exists() and new.read_bytes() != (path.read_bytes() if path.exists() else b""):
                new.replace(new.with_name(f"{new.name}.before-copy"))
            if path.exists():
                shutil.copy(path, new)
                new.chmod(0o600)
                yield new
        except OSError as error:
            raise file_fault(error, str(new)) from error
