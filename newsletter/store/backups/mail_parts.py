"""The originals of mails that came in, inside a backup: put there, read again, and put back.

inbound/ab/cdef….eml   each as it is on disk
mails.sha256           one line for each: SHA-256, length in bytes, and its name below `inbound`
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from newsletter.store.backups.backup_file import (
    Contents,
    KeptMails,
    Manifest,
    Part,
    add_file,
    damaged,
    opened,
    what_is_damaged,
)
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.inbound.raw_mails import RawMails
from newsletter.store.schema.inbound import spool

__all__ = ["MailParts", "check_mails", "put_mails_back"]

_LIST = "mails.sha256"
_FOLDER = "inbound"
_LINE = re.compile(r"([0-9a-f]{64}) (\d{1,12}) ([0-9a-f]{2}/[0-9a-f]{62}\.eml)")


@dataclass(frozen=True, slots=True)
class MailParts:
    """The originals that the database in the file at `copy` names, as `mails` has them."""

    mails: RawMails
    copy: Path

    def add_to(self, archive: zipfile.ZipFile) -> Contents:
        """Put them into `archive`. One whose file is gone by now is counted as missing. Raises OSError."""
        lines: list[str] = []
        size = missing = 0
        for path in self._paths():
            try:
                part = add_file(archive, f"{_FOLDER}/{path}", self.mails.folder / path)
            except FileNotFoundError:
                missing += 1
                continue
            size += part.size_bytes
            lines.append(f"{part.sha256} {part.size_bytes} {path}\n")
        listed = "".join(lines).encode()
        archive.writestr(_LIST, listed)
        return Contents(
            mails=KeptMails(count=len(lines), size_bytes=size, missing=missing),
            parts={_LIST: Part(size_bytes=len(listed), sha256=sha256(listed).hexdigest())},
        )

    def _paths(self) -> list[str]:
        database = SqliteDatabase(self.copy, str(self.copy), read_only=True)
        there = select(spool.c.path).where(spool.c.removed_at.is_(None)).order_by(spool.c.path)
        with closing(database), database.reading() as connection:
            return list(connection.scalars(there))


def check_mails(path: Path, manifest: Manifest, *, shown: str) -> None:
    """Read every original in the backup at `path`. Raises StoreError when one is not as it was put there."""
    for _ in _mails(path, manifest, shown):
        pass


def put_mails_back(path: Path, manifest: Manifest, mails: RawMails, *, shown: str) -> int:
    """Put the originals in the backup at `path` among `mails`; return how many were not there.

    What is there stays, also where somebody who is forgotten was taken out of it. Raises StoreError.
    """
    return sum(mails.put_back(name, raw) for name, raw in _mails(path, manifest, shown))


def _mails(path: Path, manifest: Manifest, shown: str) -> Iterator[tuple[str, bytes]]:
    if manifest.mails is None:
        return
    with opened(path, shown) as archive, what_is_damaged(shown):
        listed = _read(archive, _LIST, manifest.parts[_LIST], shown)
        lines = listed.decode("ascii", "replace").splitlines()
        if len(lines) != manifest.mails.count:
            raise damaged(shown, f"{_LIST} names {len(lines)} mails, its manifest {manifest.mails.count}")
        for line in lines:
            found = _LINE.fullmatch(line)
            if found is None:
                raise damaged(shown, f"{_LIST} has a line that is none: {line[:80]}")
            part = Part(size_bytes=int(found[2]), sha256=found[1])
            yield found[3], _read(archive, f"{_FOLDER}/{found[3]}", part, shown)


def _read(archive: zipfile.ZipFile, name: str, wanted: Part, shown: str) -> bytes:
    with archive.open(name) as inside:
        data = inside.read(wanted.size_bytes + 1)  # never more than was promised
    if Part(size_bytes=len(data), sha256=sha256(data).hexdigest()) != wanted:
        raise damaged(shown, f"{name} is not what was put there")
    return data
