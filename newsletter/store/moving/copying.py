"""A store copied to another database: of one moment, all of it or nothing, and never sent from twice."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from newsletter.errors import Problem, StoreError, UsageError
from newsletter.source import Place
from newsletter.store.database.closed import closed_as
from newsletter.store.database.database import Database
from newsletter.store.database.migrate import ensure_schema
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.ledger.campaigns import note
from newsletter.store.ledger.planning import discard_unfinished
from newsletter.store.moving.alone import alone, refuse_workers
from newsletter.store.moving.filling import Copied, Copying, Filling, carry_files, has_content
from newsletter.store.moving.moved import Move, open_again, refuse_what_is_closed
from newsletter.store.moving.tables import digest_tables

__all__ = ["Copied", "Copying", "copy_store"]

_PURPOSE = "copying the store"


def copy_store(source: Database, target: Database, how: Copying, *, now: datetime) -> Copied:
    """Copy the store in `source` to `target`, which is made; on an error `target` is as it was, or closed.

    Every table is read again in `target` before it is committed, and only then is `source` closed. A move
    that ended half-way is ended by doing it again. Raises UsageError when there is nothing to copy or
    `target` is not empty, AnotherRunner while somebody sends, StoreError.
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
    with alone(target, _PURPOSE):
        if how.is_live:
            with source.reading() as reading:
                return Filling(reading=reading, source=source, target=target, how=how, now=now).fill()
        move = Move(source=source.shown, target=target.shown, at=now, token=secrets.token_hex(8))
        copied = _half_done(source, target) or _moved(source, target, how, move)
        _open(target, source)
        return copied


def _moved(source: Database, target: Database, how: Copying, move: Move) -> Copied:
    """Copy the store while nobody writes to it; afterwards both are closed."""
    refuse_what_is_closed(source)
    discard_unfinished(source)
    with alone(source, _PURPOSE), source.writing() as reading:
        refuse_workers(reading, source.shown)
        note(reading, "move", None, f"to {target.shown}")
        move.close_source(reading)  # first: who does not wait for us, waits for this
        return Filling(reading=reading, source=source, target=target, how=how, now=move.at, move=move).fill()


def _half_done(source: Database, target: Database) -> Copied | None:
    """Return what a move copied that ended when both were closed, None when there was none.

    Raises StoreError when the new store is not as the old one, which nobody can have changed.
    """
    if isinstance(target, SqliteDatabase) and not has_content(target):
        return None
    with source.reading() as reading, target.reading() as there:
        old, new = closed_as(reading), closed_as(there)
        if old is None or new is None or (old.token, new.is_moved) != (new.token, False):
            return None
        copied = Copied.of(digest_tables(there))
        if copied != Copied.of(digest_tables(reading)):
            raise StoreError(
                Problem(
                    what="what was moved is not as it was",
                    place=Place(path=target.shown),
                    why=f"somebody changed it, or the store at {source.shown}",
                    fix="report this, please; put back a backup: newsletter restore FILE",
                )
            )
    return replace(copied, files=carry_files(source, target))


def _open(target: Database, source: Database) -> None:
    """Let the new store be used, now that the old one is closed."""
    try:
        with target.writing() as connection:
            open_again(connection)
    except StoreError as error:
        last = Problem(
            what="everything was copied, but the new store is not open yet",
            place=Place(path=target.shown),
            why=f"{error.problems[0].what}; nothing is lost, it is in {source.shown} as well",
            fix="do the same again: newsletter store copy FROM TO",
        )
        raise StoreError(last) from error


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
        if not has_content(target):
            return
    ensure_schema(target)
