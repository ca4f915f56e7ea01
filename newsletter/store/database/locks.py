"""Locks between processes that die with their holder: `flock` on a file beside the database."""

from __future__ import annotations

import fcntl
import getpass
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newsletter.errors import AnotherRunner, Problem
from newsletter.source import Place
from newsletter.store.database.faults import file_fault

__all__ = ["RUNNER_LOCK", "hold", "operator_name", "wait_for"]

RUNNER_LOCK = ".runner-lock"
"""Beside the database: held by the one process that sends a campaign."""


def operator_name() -> str:
    """Return who is at work, as `user@host`."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


@contextmanager
def hold(path: Path, purpose: str, *, shown: str) -> Iterator[None]:
    """Hold the lock at `path`; raises AnotherRunner at once, naming the holder, when it is taken.

    `purpose` completes "another process is …" for whoever comes second.
    """
    descriptor = _open(path, shown)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _taken(descriptor, shown) from None
        _write_holder(descriptor, f"{operator_name()}, process {os.getpid()}, {purpose}", shown)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)  # gives the lock back, as the end of the process would


@contextmanager
def wait_for(path: Path, *, shown: str) -> Iterator[None]:
    """Hold the lock at `path`, waiting for whoever has it."""
    descriptor = _open(path, shown)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path, shown: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise file_fault(error, shown) from error


def _write_holder(descriptor: int, holder: str, shown: str) -> None:
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, holder.encode(errors="replace"), 0)
    except OSError as error:
        raise file_fault(error, shown) from error


def _taken(descriptor: int, shown: str) -> AnotherRunner:
    holder = os.pread(descriptor, 1000, 0).decode(errors="replace")
    return AnotherRunner(
        Problem(
            what="another process holds this database",
            place=Place(path=shown),
            why=holder or "it did not say who it is",
            fix="wait until it is done or stop it; then try again",
        )
    )
