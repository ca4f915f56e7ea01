"""Which process a worker is, so that another one on the same machine can see that it is gone."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ProcessId", "is_gone", "new_worker_id"]

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_STARTED = 19  # of the fields after the name: see proc_pid_stat(5), field 22
_ENDED = ("Z", "X")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessId:
    """A process on one machine since one start of it, in one space of process numbers; never given twice."""

    boot: str
    space: str
    number: int
    started: str

    @classmethod
    def own(cls) -> ProcessId | None:
        """Return this process; None where the system does not tell."""
        return cls.of(os.getpid())

    @classmethod
    def of(cls, number: int) -> ProcessId | None:
        """Return the process `number` as seen from here; None when there is none, or nothing tells."""
        try:
            state, *fields = _stat(number)
            space = str(Path("/proc/self/ns/pid").stat().st_ino)
            boot = _BOOT.read_text(encoding="ascii").strip().replace("-", "")
        except OSError:
            return None
        if state in _ENDED:  # it only waits for its parent to notice
            return None
        return cls(boot=boot, space=space, number=number, started=fields[_STARTED - 1])


def new_worker_id() -> str:
    """Return an id that no other worker has: chance, and which process it is where the system tells."""
    own = ProcessId.own()
    chance = secrets.token_hex(8)
    return f"{chance}.{own.boot}.{own.space}.{own.number}.{own.started}" if own else chance


def is_gone(worker: str) -> bool:
    """Say whether the process of a worker has certainly ended; of another machine nothing is certain."""
    parts = worker.split(".")
    own = ProcessId.own()
    if len(parts) != 5 or own is None or not parts[3].isdigit():
        return False
    _, boot, space, number, started = parts
    if (boot, space) != (own.boot, own.space):
        return False
    now = ProcessId.of(int(number))
    return now.started != started if now is not None else _has_ended(int(number))


def _has_ended(number: int) -> bool:
    """Say whether there is no process `number`, or one that only waits for its parent; unseen is not ended.

    The system may hide what others run (hidepid, see proc(5)), or have no file left to be opened.
    """
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    try:
        return _stat(number)[0] in _ENDED
    except OSError:
        return False


def _stat(number: int) -> list[str]:
    """Return the fields that follow the name of a process, which may hold anything."""
    text = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    return text.rpartition(")")[2].split()
