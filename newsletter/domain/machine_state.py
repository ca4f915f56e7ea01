"""How the machine and the database on it stand, as read at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["BackupState", "DatabaseState", "LockState", "MachineState", "OpenFile", "ServerState"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file or folder that others may read, with its `mode` (the nine bits of rights)."""

    path: str
    mode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LockState:
    """A lock in which somebody wrote who they are: `is_held` when that process still holds it."""

    path: str
    holder: str
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """A database server that answered.

    `clock_off_s` is how far its clock is ahead of ours, in seconds; `forgets` names what it was told not to
    put on disk; `connections` are those in use and those it allows.
    """

    version: str
    encoding: str
    clock_off_s: float
    connections: tuple[int, int]
    forgets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """One database; `faults` are in words, and with any of them the rest may be unknown.

    `revision` is its schema, `head` that of this version, `is_known` whether this version knows it. `server`
    is None for a file, and of a server that did not answer nothing but `faults` is known.
    """

    path: str
    size_bytes: int
    log_bytes: int = 0
    faults: tuple[str, ...] = ()
    revision: str | None = None
    head: str = ""
    is_known: bool = True
    has_keys: bool = True
    locks: tuple[LockState, ...] = ()
    open_files: tuple[OpenFile, ...] = ()
    server: ServerState | None = None
    is_on_server: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupState:
    """The newest backup; it `is_there` or was taken away since."""

    path: str
    made_at: datetime
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineState:
    """The machine; `database` is None before there is one, `outbox` number and bytes of mails in it."""

    versions: str
    disk_free_bytes: int
    database: DatabaseState | None = None
    backup: BackupState | None = None
    outbox: tuple[int, int] | None = None
