"""Backups of a project: made while it works, verified, put back."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import __version__
from newsletter.config.reader import FILE_NAME
from newsletter.errors import Problem, StoreError, UsageError
from newsletter.replacing import make_private_folder
from newsletter.source import Place, shown_path
from newsletter.store.backups.backup_file import Manifest, read_manifest
from newsletter.store.backups.making import BackupNote, make_backup, newest_backup, verify_backup
from newsletter.store.backups.restoring import Restored, restore_backup
from newsletter.store.database.database import Database
from newsletter.store.database.faults import file_fault
from newsletter.store.database.modes import loose_files
from newsletter.store.opening import locate_store

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["BackupNote", "Backups", "Made", "Manifest", "Restored", "Verified"]

_OURS = re.compile(r"newsletter-\d{8}T\d{6}Z(?:-\d+)?\.zip")
_FOLDERS = ("issues", "templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made: the file, what is in it, and the older ones that made room for it."""

    path: Path
    size_bytes: int
    manifest: Manifest
    removed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A backup that was looked through; `changed` are the project's files that are not as they were then."""

    manifest: Manifest
    changed: tuple[str, ...]


class Backups:
    """What can be done with backups."""

    def __init__(self, project: Project) -> None:
        """Work on the database of `project`."""
        self._project = project
        self._config = project.config
        self._root = project.config.root

    @property
    def folder(self) -> Path:
        """Return the folder for backups that are given no name."""
        return self._root / self._config.store.backups

    def make(self, target: Path | None = None, *, with_mails: bool = True) -> Made:
        """Make a backup in the file `target`, or in the folder of backups, where only the newest are kept.

        The originals of mails that came in are in it, unless not `with_mails`.
        When `target` is a folder, it is used as that one is; a file there is replaced when it is a backup.
        Letters may be sent and events taken in meanwhile. Raises UsageError when there is no database yet or
        `target` is another file, StoreError.
        """
        database = self._database()
        if not database.exists():
            raise UsageError(
                Problem(what="there is nothing to back up yet", place=Place(path=database.shown))
            )
        if target is not None and target.exists() and not target.is_dir():
            _refuse_what_is_no_backup(target)
        now = self._project.clock.now()
        folder = target if target is not None and target.is_dir() else None if target else self.folder
        path = _free_name(folder, now) if folder is not None else target
        assert path is not None, "without a folder there is a target"
        if target is None:
            self._make_folder(path.parent)
        elif not path.parent.is_dir():
            raise UsageError(Problem(what="there is no such folder", place=Place(path=str(path.parent))))
        try:
            manifest = make_backup(
                database,
                path.resolve(),
                files=dict(self._digests()),
                version=__version__,
                now=now,
                mails=self._project.replies.raw_mails if with_mails else None,
            )
        finally:
            database.close()
        removed = self._rotate(folder, path) if folder is not None else ()
        return Made(path=path, size_bytes=path.stat().st_size, manifest=manifest, removed=removed)

    def newest(self) -> BackupNote | None:
        """Return which backup was made last, None when none ever was. Raises StoreError."""
        if not self._project.has_store:
            return None
        database = self._database()
        try:
            return newest_backup(database)
        finally:
            database.close()

    def verify(self, path: Path) -> Verified:
        """Unpack the backup at `path` elsewhere and look through all of it. Raises StoreError."""
        with tempfile.TemporaryDirectory(prefix="newsletter-") as workplace:
            manifest = verify_backup(path, Path(workplace), shown=str(path))
        return Verified(manifest=manifest, changed=self._changed(manifest.files))

    def restore(self, path: Path) -> Restored:
        """Put the backup at `path` in the place of the database, and keep what was there beside it.

        Originals of mails that are gone come back. Whoever was forgotten since is forgotten again. Raises
        StoreError when the backup is damaged or of a newer version, AnotherRunner while somebody is sending;
        then nothing was changed.
        """
        self._project.close()
        database = self._database()
        try:
            restored = restore_backup(
                database,
                path,
                shown=str(path),
                now=self._project.clock.now(),
                mails=self._project.replies.raw_mails,
            )
        finally:
            database.close()
        self._project.store  # noqa: B018 (opening it erases them)
        return restored

    def loose_files(self) -> tuple[Path, ...]:
        """Return the files of the database that everybody on this machine may read or write."""
        return loose_files(self._database())

    def _database(self) -> Database:
        return locate_store(self._config.store.url, self._root)

    def _make_folder(self, folder: Path) -> None:
        try:
            make_private_folder(folder)
        except OSError as error:
            raise file_fault(error, shown_path(folder, self._root)) from error

    def _rotate(self, folder: Path, newest: Path) -> tuple[Path, ...]:
        ours = sorted((one for one in folder.iterdir() if _OURS.fullmatch(one.name)), reverse=True)
        surplus = [one for one in ours if one != newest][max(self._config.store.backups_kept - 1, 0) :]
        for one in surplus:
            one.unlink(missing_ok=True)
        return tuple(surplus)

    def _digests(self) -> Iterator[tuple[str, str]]:
        """Yield path and SHA-256 of configuration, issues and templates."""
        paths = [self._root / FILE_NAME]
        for name in _FOLDERS:
            paths += sorted(one for one in (self._root / name).rglob("*") if one.is_file())
        for path in paths:
            with path.open("rb") as file:
                yield shown_path(path, self._root), hashlib.file_digest(file, "sha256").hexdigest()

    def _changed(self, then: Mapping[str, str]) -> tuple[str, ...]:
        now = dict(self._digests())
        return tuple(sorted(path for path in {*then, *now} if then.get(path) != now.get(path)))


def _refuse_what_is_no_backup(target: Path) -> None:
    """Raise UsageError when `target`, which is there, is something else: a letter, the database, a device."""
    try:
        if target.is_file():
            read_manifest(target, shown=str(target))
            return
        why = "it is not a plain file"
    except StoreError:
        why = "it is no whole backup, and may be something you need"
    raise UsageError(
        Problem(
            what="this exists already and is not replaced",
            place=Place(path=str(target)),
            why=why,
            fix="name another file or a folder: newsletter backup -o FOLDER",
        )
    )


def _free_name(folder: Path, now: datetime) -> Path:
    stem = f"newsletter-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    path, number = folder / f"{stem}.zip", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.zip"
    return path
