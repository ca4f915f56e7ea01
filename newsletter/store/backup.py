"""Backups of a store: made, looked through, and put back without anybody being mailed again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, case, delete, func, insert, select

from newsletter.domain.delivery import BatchState
from newsletter.domain.subscriber import Suppression, SuppressionReason
from newsletter.errors import Problem, StoreError
from newsletter.source import Place
from newsletter.store.backup_file import Manifest, extract, write_archive
from newsletter.store.campaigns import note
from newsletter.store.columns import json_text
from newsletter.store.copies import CopyFacts, fold_in_log, look_through, put_into
from newsletter.store.database import Database
from newsletter.store.event_effects import suppress_many
from newsletter.store.event_evidence import hold_restored
from newsletter.store.faults import is_damage
from newsletter.store.locks import hold, wait_for
from newsletter.store.migrate import PACKAGED, ensure_schema, is_known, revision_of
from newsletter.store.schema import batch, campaign, meta, suppression

__all__ = ["BackupNote", "Restored", "make_backup", "newest_backup", "restore_backup", "verify_backup"]

_NOTE = "newest_backup"
_Standing = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupNote:
    """When the newest backup was made, and the file it is, as an absolute path; it may be gone by now."""

    path: Path
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What putting a backup back did.

    `kept` is the copy of what was there, None when nothing was. `left_since` counts the addresses that were
    never to be mailed since the backup was made, and still are not. `held` are the campaigns whose waiting
    deliveries may have been sent since, with how many those are; `lost` the issues of campaigns planned
    since, of which the database knows nothing any more. `is_blind` says that the database that was there
    could not be read, so that nobody knows who left since.
    """

    manifest: Manifest
    kept: Path | None
    left_since: int = 0
    held: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    is_blind: bool = False


def make_backup(
    database: Database, target: Path, *, files: Mapping[str, str], version: str, now: datetime
) -> Manifest:
    """Write a backup of `database` to `target`, verified, also while others write; return its manifest.

    Raises StoreError; then there is no new file and an older one of that name is as it was.
    """
    with wait_for(database.beside(".backup-lock"), shown=database.shown):
        copy = database.beside(".backup")
        try:
            database.copy_to(copy)
            facts = look_through(copy, shown=database.shown)
            manifest = Manifest(
                made_at=now, version=version, revision=facts.revision, counts=facts.counts, files=files
            )
            made = write_archive(target, copy, manifest, shown=str(target))
        finally:
            copy.unlink(missing_ok=True)
        _write_note(database, BackupNote(path=target, made_at=now))
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
        return _unpacked(path, copy, shown=shown)
    finally:
        copy.unlink(missing_ok=True)


def restore_backup(database: Database, path: Path, *, shown: str, now: datetime) -> Restored:
    """Put the backup at `path` in the place of `database`.

    What was there is kept in a copy beside it. Whoever left since the backup stays away, and campaigns that
    may have sent since are held. All of that is done to the unpacked copy, which then takes the place in one
    step. Raises StoreError, and AnotherRunner while somebody is sending.
    """
    copy = database.beside(".restore")
    with _alone(database):
        try:
            manifest = _unpacked(path, copy, shown=shown)
            found = _Present.of(database)
            kept = _keep(database, found, now)
            restored = Restored(manifest=manifest, kept=kept, is_blind=found.is_blind)
            unpacked = Database(copy, shown)
            try:
                ensure_schema(unpacked)
                with unpacked.writing() as connection:
                    restored = replace(
                        restored,
                        left_since=_keep_away(connection, found),
                        held=_hold(connection, found),
                        lost=_lost(connection, found),
                    )
                    note(connection, "restore", None, f"backup of {manifest.made_at.isoformat()}")
            finally:
                unpacked.close()
            fold_in_log(copy, shown=shown)
            _put_in_place(database, copy, found)
            _write_note(database, BackupNote(path=path.resolve(), made_at=manifest.made_at))
        finally:
            for left in (copy, *(copy.with_name(copy.name + end) for end in ("-wal", "-shm", ".plan-lock"))):
                left.unlink(missing_ok=True)
    return restored


@dataclass(frozen=True, slots=True, kw_only=True)
class _Present:
    """What the database that is there tells: who is never mailed, and how far campaigns are."""

    is_there: bool
    is_blind: bool
    suppressions: tuple[Suppression, ...] = ()
    standing: Mapping[str, _Standing] = field(default_factory=dict)
    issues: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, database: Database) -> _Present:
        """Return what can be read of `database`, be it missing, empty or damaged. Raises StoreError."""
        if not database.path.exists() or not database.path.stat().st_size:
            return cls(is_there=database.path.exists(), is_blind=True)
        try:
            look_through(database.path, shown=database.shown)
        except StoreError as error:
            if not is_damage(error):
                raise
            return cls(is_there=True, is_blind=True)
        revision_of(database)  # refuses what is not ours
        with database.reading() as connection:
            gone = connection.execute(select(suppression)).all()
            standing = _standing(connection)
            issues = connection.execute(_ISSUES).all()
        return cls(
            is_there=True,
            is_blind=False,
            suppressions=tuple(
                Suppression(key=row.email_key, reason=SuppressionReason(row.reason), since=row.since)
                for row in gone
            ),
            standing=standing,
            issues=dict(issues),
        )


_STANDING = select(
    batch.c.campaign_id,
    func.sum(batch.c.attempt),
    func.sum(batch.c.is_in_doubt),
    func.sum(case((batch.c.state == BatchState.PENDING, batch.c.size), else_=0)),
).group_by(batch.c.campaign_id)
"""What changes whenever a campaign sends, and also when a backup put back before this one held it."""

_ISSUES = select(campaign.c.id, campaign.c.issue).where(campaign.c.is_planned == 1)


def _unpacked(path: Path, copy: Path, *, shown: str) -> Manifest:
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


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Keep out whoever sends, plans or makes a backup."""
    database.make_folder()
    with ExitStack() as stack:
        stack.enter_context(
            hold(database.beside(".runner-lock"), "putting a backup back", shown=database.shown)
        )
        for name in (".plan-lock", ".backup-lock"):
            stack.enter_context(wait_for(database.beside(name), shown=database.shown))
        yield


def _keep(database: Database, found: _Present, now: datetime) -> Path | None:
    if not found.is_there:
        return None
    kept = database.beside(f".before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}")
    if not found.is_blind:
        database.copy_to(kept)
        return kept
    database.close()
    for end in ("", "-wal", "-shm"):  # as it is, for nobody can read it: perhaps somebody can mend it
        part = database.beside(end)
        if part.exists():
            part.rename(kept.with_name(kept.name + end))
    return kept


def _put_in_place(database: Database, copy: Path, found: _Present) -> None:
    if found.is_there and not found.is_blind:
        put_into(copy, database.path, shown=database.shown)
    else:
        copy.rename(database.path)


def _keep_away(connection: Connection, found: _Present) -> int:
    return sum(suppress_many(connection, found.suppressions).values()) if found.suppressions else 0


def _hold(connection: Connection, found: _Present) -> Mapping[str, int]:
    """Hold the campaigns that may have sent since; return how many deliveries of each that doubts."""
    waiting = connection.scalars(
        select(batch.c.campaign_id).where(batch.c.state == BatchState.PENDING).distinct()
    ).all()
    then = _standing(connection)
    doubted = {one: hold_restored(connection, one) for one in waiting if found.standing.get(one) != then[one]}
    return {one: number for one, number in doubted.items() if number}


def _standing(connection: Connection) -> Mapping[str, _Standing]:
    return {
        campaign_id: (tried, doubted, waiting)
        for campaign_id, tried, doubted, waiting in connection.execute(_STANDING)
    }


def _lost(connection: Connection, found: _Present) -> tuple[str, ...]:
    then = set(connection.scalars(select(campaign.c.id)))
    return tuple(dict.fromkeys(issue for one, issue in found.issues.items() if one not in then))


def _write_note(database: Database, told: BackupNote) -> None:
    value = json_text({"path": str(told.path), "made_at": told.made_at.isoformat()})
    with database.writing(is_durable=False) as connection:
        connection.execute(delete(meta).where(meta.c.name == _NOTE))
        connection.execute(insert(meta).values(name=_NOTE, value=value))
