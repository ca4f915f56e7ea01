"""A backup put in the place of a database, without anybody being mailed again or coming back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, and_, case, func, or_, select

from newsletter.domain.delivery import BatchState
from newsletter.domain.held import HELD_BY_RESTORE
from newsletter.domain.subscriber import SubscriberStatus, Suppression, SuppressionReason
from newsletter.errors import StoreError
from newsletter.store.backups.backup_file import Manifest
from newsletter.store.backups.carrying_over import CarriedOver, carry_over, read_carried_over
from newsletter.store.backups.mail_parts import check_mails, put_mails_back
from newsletter.store.backups.making import BackupNote, unpack, write_note
from newsletter.store.backups.owed import owe_erasures
from newsletter.store.database.closed import closed_as
from newsletter.store.database.copies import fold_in_log, look_through, put_into
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed
from newsletter.store.database.faults import is_damage
from newsletter.store.database.migrate import ensure_schema, revision_of
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.events.effects import suppress_many
from newsletter.store.events.evidence import hold_restored
from newsletter.store.inbound.raw_mails import RawMails
from newsletter.store.ledger.campaigns import note
from newsletter.store.moving.alone import alone, refuse_workers
from newsletter.store.moving.as_file import put_on_server, write_as_file
from newsletter.store.moving.moved import open_again
from newsletter.store.moving.tables import first_full_table
from newsletter.store.schema.tables import batch, campaign, subscriber, suppression

__all__ = ["Restored", "restore_backup"]

_Standing = tuple[int, int, int]
_PENDING = SubscriberStatus.PENDING
_HERE = (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED)
_KNOWN_BEFORE = "the database that a backup was put in the place of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What putting a backup back did.

    `kept` is the copy of what was there, None when nothing was. `left_since` counts the addresses that were
    never to be mailed since the backup was made, and still are not; `paused_since` the readers who pause
    since then, and still do; `chose_since` those who chose topics, language or how often since, and keep
    that; `came_since` the readers who were added or confirmed since, and are not on the list any more.
    `held` are the campaigns whose waiting deliveries may have been sent since, with how many those are;
    `held_mails` how many mails to one person wait no more, for the same reason; `lost` the issues of
    campaigns planned since, of which the database knows nothing any more. `is_blind` says that the database
    that was there could not be read, so that nobody knows who left since. `mails` counts the originals of
    mails that were not there and are again.
    """

    manifest: Manifest
    kept: Path | None
    left_since: int = 0
    paused_since: int = 0
    chose_since: int = 0
    held_mails: int = 0
    came_since: int = 0
    held: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    is_blind: bool = False
    mails: int = 0


def restore_backup(
    database: Database, path: Path, *, shown: str, now: datetime, mails: RawMails | None = None
) -> Restored:
    """Put the backup at `path` in the place of `database`.

    What was there is kept in a copy beside it. Whoever left since the backup stays away, and campaigns that
    may have sent since are held. All of that is done to the unpacked copy, which then takes the place in one
    step. Before it does, originals in the backup that are gone are put back among `mails`. Raises StoreError,
    and AnotherRunner while somebody is sending.
    """
    copy = database.beside(".restore")
    _make_ready(database)
    with alone(database, "putting a backup back"):
        try:
            manifest = unpack(path, copy, shown=shown)
            if mails is not None:
                check_mails(path, manifest, shown=shown)
            found = _Present.of(database, manifest.made_at)
            kept = _keep(database, found, now)
            restored = Restored(manifest=manifest, kept=kept, is_blind=found.is_blind)
            unpacked = SqliteDatabase(copy, shown)
            try:
                older = ensure_schema(unpacked)
                if older is not None:  # the backup itself is the copy from before
                    older.unlink()
                with unpacked.writing() as connection:
                    open_again(connection)
                    gone = _keep_away(connection, found)
                    kept_on = carry_over(connection, found.carried_over)
                    restored = replace(
                        restored,
                        left_since=gone,
                        paused_since=kept_on.paused,
                        chose_since=kept_on.chose,
                        held_mails=kept_on.held_mails,
                        came_since=_came_since(database, connection) if not found.is_blind else 0,
                        held=_hold(connection, found),
                        lost=_lost(connection, found),
                    )
                    owe_erasures(connection)
                    note(connection, "restore", None, f"backup of {manifest.made_at.isoformat()}")
            finally:
                unpacked.close()
            fold_in_log(copy, shown=shown)
            if (
                mails is not None
            ):  # first: a mail of which nothing is known does no harm, as when one comes in
                restored = replace(restored, mails=put_mails_back(path, manifest, mails, shown=shown))
            _put_in_place(database, copy, found)
            write_note(database, BackupNote(path=path.resolve(), made_at=manifest.made_at))
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
    carried_over: CarriedOver | None = None

    @classmethod
    def of(cls, database: Database, since: datetime) -> _Present:
        """Return what can be read of `database`, be it missing, empty or damaged, of the time `since`.

        Raises StoreError.
        """
        if isinstance(database, SqliteDatabase):
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
            if database.server is not None:
                refuse_workers(connection, database.shown)
                if first_full_table(connection) is None:
                    return cls(is_there=False, is_blind=True)
            gone = connection.execute(select(suppression)).all()
            standing = _standing(connection)
            issues = connection.execute(_ISSUES).all()
            carried_over = read_carried_over(connection, since)
            if closed_as(connection) is not None:  # what was sent since is known elsewhere
                standing, carried_over = {}, carried_over.leapt_over()
        return cls(
            is_there=True,
            is_blind=False,
            suppressions=tuple(
                Suppression(key=row.email_key, reason=SuppressionReason(row.reason), since=row.since)
                for row in gone
            ),
            standing=standing,
            issues=dict(issues),
            carried_over=carried_over,
        )


_STANDING = select(
    batch.c.campaign_id,
    func.sum(batch.c.attempt),
    func.sum(batch.c.is_in_doubt),
    func.sum(case((batch.c.state == BatchState.PENDING, batch.c.size), else_=0)),
).group_by(batch.c.campaign_id)
"""What changes whenever a campaign sends, and also when a backup put back before this one held it."""

_ISSUES = select(campaign.c.id, campaign.c.issue).where(campaign.c.is_planned == 1)


def _make_ready(database: Database) -> None:
    """Make the place for files beside the database; a server gets our tables, or those of this version."""
    if isinstance(database, SqliteDatabase):
        database.make_folder()
    else:
        database.create()
        ensure_schema(database)


def _keep(database: Database, found: _Present, now: datetime) -> Path | None:
    if not found.is_there:
        return None
    kept = database.beside(f".before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}")
    if not found.is_blind:
        write_as_file(database, kept)
        return kept
    database.close()
    for end in ("", "-wal", "-shm"):  # as it is, for nobody can read it: perhaps somebody can mend it
        part = database.beside(end)
        if part.exists():
            part.rename(kept.with_name(kept.name + end))
    return kept


def _put_in_place(database: Database, copy: Path, found: _Present) -> None:
    if database.server is not None:
        put_on_server(copy, database)
    elif found.is_there and not found.is_blind:
        put_into(copy, database.path, shown=database.shown)
    else:
        copy.rename(database.path)


def _keep_away(connection: Connection, found: _Present) -> int:
    return sum(suppress_many(connection, found.suppressions, _KNOWN_BEFORE).values())


def _hold(connection: Connection, found: _Present) -> Mapping[str, int]:
    """Hold the campaigns that may have sent since; return how many deliveries of each that doubts."""
    waiting = connection.scalars(
        select(batch.c.campaign_id).where(batch.c.state == BatchState.PENDING).distinct()
    ).all()
    then = _standing(connection)
    doubted = {
        one: hold_restored(connection, one, HELD_BY_RESTORE, even_released=True)
        for one in waiting
        if found.standing.get(one) != then[one]
    }
    return {one: number for one, number in doubted.items() if number}


def _came_since(database: Database, then: Connection) -> int:
    last = then.scalar(select(func.max(subscriber.c.id))) or 0
    pending = then.scalars(select(subscriber.c.email_key).where(subscriber.c.status == _PENDING)).all()
    with database.reading() as connection:
        confirmed = and_(
            subscriber.c.email_key.in_(select(listed(pending).c.value)), subscriber.c.status.in_(_HERE)
        )
        newer = select(func.count()).select_from(subscriber).where(or_(subscriber.c.id > last, confirmed))
        return connection.scalar(newer) or 0


def _standing(connection: Connection) -> Mapping[str, _Standing]:
    return {
        campaign_id: (tried, doubted, waiting)
        for campaign_id, tried, doubted, waiting in connection.execute(_STANDING)
    }


def _lost(connection: Connection, found: _Present) -> tuple[str, ...]:
    then = set(connection.scalars(select(campaign.c.id)))
    return tuple(dict.fromkeys(issue for one, issue in found.issues.items() if one not in then))
