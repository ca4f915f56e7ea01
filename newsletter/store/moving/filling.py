"""A database filled with a store: a server in one transaction, a file by another that takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from newsletter.domain.delivery import BatchState
from newsletter.domain.held import HELD_BY_RESTORE
from newsletter.errors import Problem, UsageError
from newsletter.replacing import replace_file, sync_folder
from newsletter.source import Place
from newsletter.store.database.closed import closed_as
from newsletter.store.database.copies import fold_in_log, put_into
from newsletter.store.database.database import Database
from newsletter.store.database.faults import file_fault
from newsletter.store.database.migrate import ensure_schema
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.events.evidence import hold_restored
from newsletter.store.moving.alone import refuse_workers
from newsletter.store.moving.as_file import remove_draft
from newsletter.store.moving.moved import Move
from newsletter.store.moving.portable import TableDigest
from newsletter.store.moving.tables import count_all, empty_tables, fill_tables, first_full_table
from newsletter.store.people.consent import heads_path
from newsletter.store.people.erased_list import erased_path
from newsletter.store.people.held_mails import hold_mails
from newsletter.store.schema.tables import batch, operator_log

__all__ = ["Copied", "Copying", "Filling", "carry_files", "has_content"]


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

    @classmethod
    def of(
        cls,
        found: Mapping[str, TableDigest],
        files: tuple[Path, ...] = (),
        held: Mapping[str, int] | None = None,
    ) -> Copied:
        """Return what was copied, of which `found` is what each table has."""
        return cls(
            rows={name: one.rows for name, one in found.items()},
            digests={name: one.hex for name, one in found.items()},
            files=files,
            held=held or {},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A store, of which `reading` sees one moment, put into `target`; as the `move` says, when it is one."""

    reading: Connection
    source: Database
    target: Database
    how: Copying
    now: datetime
    move: Move | None = None

    def fill(self) -> Copied:
        """Fill `target`, or leave it as it was. Raises UsageError when it is not empty, StoreError."""
        self.how.begun(count_all(self.reading))
        if isinstance(self.target, SqliteDatabase):
            return self._into_file(self.target)
        with self.target.writing() as writing:
            self._is_full(writing)
            empty_tables(writing)
            return self._filled(writing)

    def _into_file(self, target: SqliteDatabase) -> Copied:
        """Fill a file beside `target`, which then takes its place in one step."""
        is_there = has_content(target)
        kept = None
        if is_there:
            with target.reading() as there:
                is_full = self._is_full(there)
            if is_full:
                kept = target.beside(f".before-copy-{self.now.astimezone(UTC):%Y%m%dT%H%M%S%f}")
                target.copy_to(kept)
        draft = SqliteDatabase(target.beside(".copying"), target.shown)
        try:
            remove_draft(draft)
            draft.create()
            ensure_schema(draft)
            with draft.writing() as writing:
                copied = self._filled(writing)
            draft.close()
            fold_in_log(draft.path, shown=target.shown)
            if is_there:
                put_into(draft.path, target.path, shown=target.shown)
            else:
                draft.path.rename(target.path)
                sync_folder(target.path.parent)
        finally:
            draft.close()
            remove_draft(draft)
        return replace(copied, kept=kept)

    def _is_full(self, there: Connection) -> bool:
        """Say whether `target` has rows that may go; raises UsageError when they may not.

        What an earlier try of the same move left there was nobody's yet.
        """
        closed = closed_as(there)
        if closed is not None and not closed.is_moved and closed.other == self.source.shown:
            return False
        full = first_full_table(there)
        if full is not None and not self.how.replaces:
            raise UsageError(
                Problem(
                    what="there is a store already",
                    place=Place(path=self.target.shown),
                    why=f"its table {full} has rows",
                    fix="name an empty database; or let what is there go: --replace",
                )
            )
        if full is not None:
            self._refuse_emptying()
            refuse_workers(there, self.target.shown)
        return full is not None

    def _refuse_emptying(self) -> None:
        """Raise UsageError when there is nothing to put in the place of what is there."""
        if first_full_table(self.reading, operator_log) is None:  # the move itself is in the log already
            raise UsageError(
                Problem(
                    what="the store to copy is empty, and the other one is not",
                    place=Place(path=self.source.shown),
                    why=f"all that is in {self.target.shown} would be gone",
                    fix="name first the one to copy from: newsletter store copy FROM TO",
                )
            )

    def _filled(self, writing: Connection) -> Copied:
        found = fill_tables(self.reading, writing, self.how.tell, shown=self.target.shown)
        if self.move is not None:
            self.move.close_target(writing)
        return Copied.of(
            found,
            files=carry_files(self.source, self.target),
            held=_hold(writing) if self.how.is_live else {},
        )


def has_content(target: SqliteDatabase) -> bool:
    """Say whether there is a database, and not only room for one."""
    return target.path.exists() and target.path.stat().st_size > 0


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


def carry_files(source: Database, target: Database) -> tuple[Path, ...]:
    """Copy the files beside a store that no backup overwrites: who is erased, and the heads of consent.

    Return those that lie beside the new one then. Raises StoreError.
    """
    return tuple(_carried(source, target))


def _carried(source: Database, target: Database) -> Iterator[Path]:
    for path_of in (erased_path, heads_path):
        path, new = path_of(source), path_of(target)
        try:
            for left in new.parent.glob(f".{new.name}.*.tmp"):  # by one that was killed
                left.unlink(missing_ok=True)
            told = path.read_bytes() if path.exists() else None
            if new.exists() and new.read_bytes() != (told or b""):
                new.replace(new.with_name(f"{new.name}.before-copy"))
            if told is not None:
                replace_file(new, told, new_mode=0o600)
                yield new
        except OSError as error:
            raise file_fault(error, str(new)) from error
