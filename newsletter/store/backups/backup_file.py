"""The one file a backup is: a ZIP archive with the database and a manifest that says what has to be in it.

manifest.json   format, when and by which version it was made, schema, rows of each table, and the
                length and SHA-256 of every part; also the SHA-256 of the project's own text files
newsletter.db   the database, as of one moment
and the originals of mails that came in, see `mail_parts`
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Protocol

from newsletter.errors import Problem, StoreError
from newsletter.replacing import private_draft
from newsletter.source import Place
from newsletter.store.database.faults import file_fault

__all__ = [
    "DATABASE",
    "Contents",
    "KeptMails",
    "Manifest",
    "Part",
    "add_file",
    "damaged",
    "extract",
    "opened",
    "read_manifest",
    "what_is_damaged",
    "write_archive",
]

DATABASE = "newsletter.db"
_MANIFEST = "manifest.json"
_FORMAT = 1
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 16 << 20
_BROKEN = (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_LEVEL = 1  # a database shrinks to a third either way, and higher levels take five times as long


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file inside: its length in bytes and its SHA-256 (hex)."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMails:
    """How many originals of mails are inside, their bytes, and how many had no file when it was made."""

    count: int
    size_bytes: int
    missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What was put into an archive beside the database."""

    mails: KeptMails
    parts: Mapping[str, Part]


class More(Protocol):
    """What goes into an archive beside the database."""

    def add_to(self, archive: zipfile.ZipFile) -> Contents:
        """Put it there. Raises OSError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself.

    `version` is that of the program, `revision` the schema's; `counts` are rows by table. `files` are the
    digests of configuration, issues and templates as they were, by path: they are not inside, for they live
    in version control. `mails` are the originals of mails that came in, None where they were left out.
    """

    made_at: datetime
    version: str
    revision: str | None
    counts: Mapping[str, int]
    files: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    mails: KeptMails | None = None


def write_archive(
    target: Path, database: Path, manifest: Manifest, more: More | None = None, *, shown: str
) -> Manifest:
    """Put `database`, `more` and `manifest` into the archive `target`; return the manifest with its parts.

    It is for its owner only, and on disk when this returns; a crash leaves nothing under the name `target`,
    and a file that was there stays until then. Raises StoreError.
    """
    try:
        with (
            private_draft(target) as draft,
            zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive,
        ):
            whole = replace(manifest, parts={DATABASE: add_file(archive, DATABASE, database)})
            if more is not None:
                added = more.add_to(archive)
                whole = replace(whole, mails=added.mails, parts={**whole.parts, **added.parts})
            archive.writestr(_MANIFEST, _as_json(whole))
    except OSError as error:
        raise StoreError(
            Problem(
                what=f"the backup cannot be written: {error.strerror or error}",
                place=Place(path=shown),
                fix="name a folder that is yours and has room: newsletter backup -o FOLDER",
            )
        ) from error
    return whole


def read_manifest(path: Path, *, shown: str) -> Manifest:
    """Return what the backup at `path` says of itself. Raises StoreError when it is none."""
    with opened(path, shown) as archive:
        return _manifest(archive, shown)


def extract(path: Path, target: Path, *, shown: str) -> Manifest:
    """Write the database in the backup at `path` to `target` and return the manifest.

    Raises StoreError when the backup is none, is damaged, or holds something else than its manifest says;
    then there is no `target`.
    """
    with opened(path, shown) as archive:
        manifest = _manifest(archive, shown)
        wanted = manifest.parts.get(DATABASE)
        if wanted is None:
            raise damaged(shown, f"its manifest names no {DATABASE}")
        try:
            with what_is_damaged(shown):
                found = _copy_out(archive, target, wanted.size_bytes)
            if found != wanted:
                why = f"{DATABASE} is not what the manifest says: SHA-256 {found.sha256[:12]}…"
                raise damaged(shown, why)
        except StoreError:
            target.unlink(missing_ok=True)
            raise
    return manifest


@contextmanager
def what_is_damaged(shown: str) -> Iterator[None]:
    """Raise StoreError, naming the backup as `shown`, for what an archive that is not whole raises inside."""
    try:
        yield
    except _BROKEN as error:
        raise damaged(shown, str(error).strip("'\"") or "it ends in the middle") from error
    except OSError as error:
        raise file_fault(error, shown) from error


def opened(path: Path, shown: str) -> zipfile.ZipFile:
    """Open the archive at `path`. Raises StoreError when it is none."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError) as error:
        raise StoreError(
            Problem(
                what="this is no backup, or only a part of one",
                place=Place(path=shown),
                why=str(error),
                fix="name a file that `newsletter backup` wrote",
            )
        ) from error
    except OSError as error:
        raise StoreError(
            Problem(
                what=f"it cannot be read: {error.strerror or error}",
                place=Place(path=shown),
                fix="name a file that `newsletter backup` wrote; they are in .newsletter/backups,"
                " or where [store] backups says",
            )
        ) from error


def add_file(archive: zipfile.ZipFile, name: str, path: Path) -> Part:
    """Put the file at `path` into `archive` as `name`. Raises OSError, with nothing put there."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as inside:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            inside.write(chunk)
    return Part(size_bytes=size, sha256=digest.hexdigest())


def _copy_out(archive: zipfile.ZipFile, target: Path, size: int) -> Part:
    digest, length = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with archive.open(DATABASE) as inside, os.fdopen(descriptor, "wb") as out:
        while length <= size and (chunk := inside.read(_CHUNK)):  # never more than was promised
            digest.update(chunk)
            length += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Part(size_bytes=length, sha256=digest.hexdigest())


def _as_json(manifest: Manifest) -> str:
    document = {"format": _FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _manifest(archive: zipfile.ZipFile, shown: str) -> Manifest:
    try:
        with archive.open(_MANIFEST) as inside:
            return _parsed(inside, shown)
    except _BROKEN as error:
        raise damaged(shown, f"{_MANIFEST} cannot be read: {error}") from error


def _parsed(inside: IO[bytes], shown: str) -> Manifest:
    try:
        told = json.loads(inside.read(_LARGEST_MANIFEST))
        number = told["format"]
        if number == _FORMAT:
            return Manifest(
                made_at=datetime.fromisoformat(told["made_at"]),
                version=str(told["version"]),
                revision=None if told["revision"] is None else str(told["revision"]),
                counts={str(name): int(count) for name, count in told["counts"].items()},
                files={str(name): str(digest) for name, digest in told["files"].items()},
                parts={
                    str(name): Part(size_bytes=int(part["size_bytes"]), sha256=str(part["sha256"]))
                    for name, part in told["parts"].items()
                },
                mails=_mails(told.get("mails")),
            )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged(shown, f"{_MANIFEST} is not one of ours: {error!r}") from error
    raise StoreError(
        Problem(
            what="the backup is of a newer version of newsletter",
            place=Place(path=shown),
            why=f"its format is {number}; this version knows {_FORMAT}",
            fix="upgrade: pip install --upgrade newsletter-as-code",
        )
    )


def _mails(told: Any) -> KeptMails | None:
    if told is None:
        return None
    return KeptMails(
        count=int(told["count"]), size_bytes=int(told["size_bytes"]), missing=int(told["missing"])
    )


def damaged(shown: str, why: str) -> StoreError:
    """Return the error that the backup called `shown` is damaged."""
    return StoreError(
        Problem(what="the backup is damaged", place=Place(path=shown), why=why, fix="take another one")
    )
