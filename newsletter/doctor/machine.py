"""What is made of how the machine and the database stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from shlex import quote

from newsletter.doctor.ailment import fine
from newsletter.doctor.ailments import machine as ailments
from newsletter.doctor.server import judge_server
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.machine_state import BackupState, DatabaseState, MachineState
from newsletter.domain.page_seen import PageSeen

__all__ = ["judge_clock", "judge_machine"]

_CLOCK_WRONG = timedelta(minutes=5)
_CLOCK_DRIFTS = timedelta(minutes=1)
_BACKUP_GOOD_FOR = timedelta(days=7)
_DISK_FULL_BYTES = 50_000_000
_DISK_SPARE_BYTES = 200_000_000
_LARGE_LOG_BYTES = 128_000_000
_LARGE_OUTBOX_BYTES = 2_000_000_000


def judge_machine(state: MachineState, now: datetime) -> Iterator[Diagnosis]:
    """Yield how everything on the machine stands; `now` is aware."""
    yield fine("versions", state.versions)
    yield _disk(state)
    database = state.database
    if database is None:
        yield fine("database", "there is none yet")
    else:
        yield from _database(database)
        if database.revision and database.is_known and not database.is_on_server:
            yield from _care(state.backup, now)
    if state.outbox is not None:
        number, size = state.outbox
        what = f"{number:,} mails, {_size(size)}"
        if size > _LARGE_OUTBOX_BYTES:
            yield ailments.OUTBOX_LARGE.found("outbox", what)
        else:
            yield fine("outbox", what)


def judge_clock(seen: PageSeen, now: datetime) -> Diagnosis:
    """Return how the clock stands beside the Date of an answer over https (RFC 9110, 6.6.1)."""
    if seen.date is None:
        return fine("clock", f"not compared: {seen.url} tells no time")
    off = now - seen.date
    way = "ahead" if off > timedelta(0) else "behind"
    what = f"{abs(off.total_seconds()):.0f} seconds {way} of {seen.url}"
    evidence = [f"here {now:%Y-%m-%d %H:%M:%S}, there {seen.date:%Y-%m-%d %H:%M:%S} (UTC)"]
    if abs(off) > _CLOCK_WRONG:
        return ailments.CLOCK_OFF.found("clock", what, evidence=evidence)
    if abs(off) > _CLOCK_DRIFTS:
        return ailments.CLOCK_DRIFTS.found("clock", what, evidence=evidence)
    return fine("clock", f"as that of {seen.url}", *evidence)


def _disk(state: MachineState) -> Diagnosis:
    what = f"{_size(state.disk_free_bytes)} free"
    size = state.database.size_bytes if state.database and not state.database.is_on_server else 0
    if state.disk_free_bytes < _DISK_FULL_BYTES:
        return ailments.DISK_FULL.found("disk", what)
    if state.disk_free_bytes < 2 * size + _DISK_SPARE_BYTES:
        return ailments.DISK_LOW.found("disk", f"{what}, and the database has {_size(size)}")
    return fine("disk", what)


def _database(state: DatabaseState) -> Iterator[Diagnosis]:
    yield from _rights(state)
    for lock in state.locks:
        if lock.is_held:
            yield fine("at work", lock.holder)
        else:
            yield ailments.LOCK_LEFT.found("lock", f"left by {lock.holder}", evidence=[lock.path])
    if state.faults and state.is_on_server:
        yield ailments.SERVER_UNFIT.found(
            "database", f"{state.path}: {state.faults[0]}", evidence=state.faults
        )
        return
    if state.server is not None:
        yield from judge_server(state.server)
    if state.faults:
        what = f"{state.path}: {state.faults[0]}"
        yield ailments.DATABASE_DAMAGED.found("database", what, evidence=state.faults)
        return
    if not state.is_known:
        known = f"this version knows {state.head} and older"
        what = f"its schema is {state.revision}, and {known}" if state.revision else "its tables are not ours"
        yield ailments.SCHEMA_NEWER.found("database", what)
        return
    if state.revision != state.head:
        what = f"its schema is {state.revision or 'not there yet'}, and this version has {state.head}"
        yield ailments.SCHEMA_OLD.found("database", what)
    if not state.has_keys:
        yield ailments.KEYS_MISSING.found("database", "the key that signs links is missing")
    if state.log_bytes > max(_LARGE_LOG_BYTES, state.size_bytes):
        what = f"its log has {_size(state.log_bytes)}, and itself {_size(state.size_bytes)}"
        yield ailments.LOG_LARGE.found("database", what)
    size = _size(state.size_bytes)
    yield fine(
        "database", f"{state.path if state.is_on_server else 'whole'}, {size}, schema {state.revision}"
    )


def _rights(state: DatabaseState) -> Iterator[Diagnosis]:
    if state.open_files:
        names = " ".join(quote(one.path) for one in state.open_files)
        yield ailments.FILES_OPEN.found(
            "rights",
            f"others may read {', '.join(one.path for one in state.open_files[:5])}",
            fix=f"chmod go= {names}",
            evidence=[f"{one.path}: {one.mode:04o}" for one in state.open_files],
        )


def _care(backup: BackupState | None, now: datetime) -> Iterator[Diagnosis]:
    if backup is None:
        yield ailments.BACKUP_NONE.found("backup", "there is none")
        return
    days = (now - backup.made_at).days
    told = f"{backup.path}, of {backup.made_at:%Y-%m-%d}"
    if not backup.is_there:
        yield ailments.BACKUP_NONE.found("backup", f"the newest is gone: {told}")
    elif now - backup.made_at > _BACKUP_GOOD_FOR:
        yield ailments.BACKUP_OLD.found("backup", f"the newest is {days} days old: {told}")
    else:
        yield fine("backup", told)


def _size(size_bytes: int) -> str:
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
