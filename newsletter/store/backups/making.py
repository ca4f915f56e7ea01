"""Backups of a store: made while others write, looked through, and the newest of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, insert, select

from newsletter.errors import Problem, StoreError
from newsletter.source import Place
from newsletter.store.backups.backup_file import Manifest, extract, write_archive
from newsletter.store.backups.mail_parts import MailParts, check_mails
from newsletter.store.database.copies import CopyFacts, look_through
from newsletter.store.database.database import Database
from newsletter.store.database.migrate import PACKAGED, is_known, revision_of
from newsletter.store.inbound.raw_mails import RawMails
from newsletter.store.moving.as_file import write_as_file
from newsletter.store.moving.moved import refuse_what_is_closed
from newsletter.store.schema.columns import json_text
from newsletter.store.schema.tables import meta

__all__ = ["BackupNote", "make_backup", "newest_backup", "unpack", "verify_backup", "write_note"]

_NOTE = "newest_backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupNote:
    """When the newest backup was made, and the file it is, as an absolute path; it may be gone by now."""

    path: Path
    made_at: datetime


def make_backup(  # as few as it takes
    database: Database,
    target: Path,
    *,
    files: Mapping[str, str],
    version: str,
    now: datetime,
    mails: RawMails | None = None,
) -> Manifest:
    """Write a backup of `database` to `target`, verified, also while others write; return its manifest.

    The originals among `mails` that the database names go in as well.
    Raises StoreError, also for a store that was moved; then there is no new file and an older one of that
    name is as it was.
    """
    if revision_of(database) is not None:
        refuse_what_is_closed(database)
    with database.wait_for(".backup-lock"):
        copy = database.beside(".backup")
        try:
            write_as_file(database, copy)
            facts = look_through(copy, shown=database.shown)
            manifest = Manifest(
                made_at=now, version=version, revision=facts.revision, counts=facts.counts, files=files
            )
            more = None if mails is None else MailParts(mails, copy)
            made = write_archive(target, copy, manifest, more, shown=str(target))
        finally:
            copy.unlink(missing_ok=True)
        write_note(database, BackupNote(path=target, made_at=now))
    return made


def newest_backup(database: Database) -> BackupNote | None:
    """Return what is known of the newest backup of `database`, None when none was ever made."""
    with database.reading() as connection:
        text = connection.scalar(select(meta.c.value).where(meta.c.name == _NOTE))
    if text is None:
        return None
    told = json.loads(text)
    return BackupNote(path=Path(told["path"]), made_at=datetime.fromisoformat(told["made_at"]))


def verify_backup(path: Path, workplace: Path, *, shown: str) -> Manifest:
    """Unpack the backup at `path` into the directory `workplace` and look through all of it.

    Raises StoreError for what is damaged or of a newer version.
    """
    copy = workplace / "verified.db"
    try:
        manifest = unpack(path, copy, shown=shown)
        check_mails(path, manifest, shown=shown)
        return manifest
    finally:
        copy.unlink(missing_ok=True)


def unpack(path: Path, copy: Path, *, shown: str) -> Manifest:
    """Unpack the backup at `path` to `copy`, look through all of it and return what it says of itself.

    Raises StoreError for what is damaged or of a newer version.
    """
    manifest = extract(path, copy, shown=shown)
    facts = look_through(copy, shown=shown)
    if facts != CopyFacts(revision=manifest.revision, counts=manifest.counts):
        raise StoreError(
            Problem(
                what="the backup is damaged",
                place=Place(path=shown),
                why="the database inside has other rows than the manifest says",
                fix="take another one",
            )
        )
    if facts.revision is None or not is_known(facts.revision):
        raise StoreError(
            Problem(
                what="the backup is of a newer version of newsletter, or of another program",
                place=Place(path=shown),
                why=f"its schema is {facts.revision}; this version knows {PACKAGED.head} and older",
                fix="upgrade: pip install --upgrade newsletter-as-code",
            )
        )
    return manifest


def write_note(database: Database, told: BackupNote) -> None:
    """Write down in `database` which its newest backup is."""
    value = json_text({"path": str(told.path), "made_at": told.made_at.isoformat()})
    with database.writing(is_durable=False) as connection:
        connection.execute(delete(meta).where(meta.c.name == _NOTE))
        connection.execute(insert(meta).values(name=_NOTE, value=value))
