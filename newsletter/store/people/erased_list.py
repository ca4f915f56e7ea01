"""The list of who is erased, kept in a file that no restored backup overwrites.

Each line is a hash and since when; a line that ends in "returned" says that they came back by their own wish.
The first line names the key of the hashes, since hashes of another key say nothing here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from newsletter.errors import Problem, StoreError
from newsletter.source import Place
from newsletter.store.database.database import Database
from newsletter.store.database.faults import file_fault
from newsletter.store.schema.columns import utc_text

__all__ = ["ErasedList", "erased_path"]

_SUFFIX = ".erased"
_RETURNED = "returned"
_LINE = re.compile(r"(?P<hash>[0-9a-f]{32}) \S+(?P<back> returned)?")


def erased_path(database: Database) -> Path:
    """Return the file beside `database` with the hashes of who is erased."""
    return database.beside(_SUFFIX)


class ErasedList:
    """The file beside a database with the hashes of who is erased."""

    def __init__(self, database: Database, person_key: bytes) -> None:
        """Keep the list beside `database`, whose `person_key` makes the hashes."""
        self._path = erased_path(database)
        self._shown = f"{database.shown}{_SUFFIX}"
        self._heading = f"# key {blake2b(person_key, digest_size=8).hexdigest()}"

    @property
    def path(self) -> Path:
        """Return where the list is."""
        return self._path

    def read(self) -> frozenset[str]:
        """Return the hashes of who is erased and did not come back.

        Raises StoreError with its line for what cannot be read, and for a list of another database.
        """
        try:
            lines = self._path.read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise file_fault(error, self._shown) from error
        erased: set[str] = set()
        for number, line in enumerate(lines, start=1):
            match = _LINE.fullmatch(line)
            if match is not None:
                (erased.discard if match["back"] else erased.add)(match["hash"])
            elif line.startswith("#"):
                self._check_heading(line, number)
            elif line.strip():
                raise StoreError(
                    Problem(
                        what="this line of the list of erased people cannot be read",
                        place=Place(path=self._shown, line=number),
                        fix="take the list from your backup of files, or remove the line",
                    )
                )
        return frozenset(erased)

    def add(self, hashes: Iterable[str], now: datetime) -> None:
        """Write down who was erased; on disk when this returns. Raises StoreError."""
        known = self.read()
        self._append([f"{one} {utc_text(now)}" for one in hashes if one not in known])

    def note_return(self, hashed: str, now: datetime) -> None:
        """Write down that somebody came back by their own wish. Raises StoreError."""
        if hashed in self.read():
            self._append([f"{hashed} {utc_text(now)} {_RETURNED}"])

    def _append(self, lines: list[str]) -> None:
        if not lines:
            return
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                heading = [] if os.fstat(descriptor).st_size else [self._heading]
                os.write(descriptor, "".join(f"{line}\n" for line in [*heading, *lines]).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise file_fault(error, self._shown) from error

    def _check_heading(self, line: str, number: int) -> None:
        if line != self._heading:
            raise StoreError(
                Problem(
                    what="the list of erased people belongs to another database",
                    place=Place(path=self._shown, line=number),
                    why="its hashes were made with another key, so nobody can be found by them",
                    fix=f"restore a backup of that database, or: mv {self._shown} erased.old",
                )
            )
