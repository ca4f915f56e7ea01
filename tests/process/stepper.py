"""Stops a process on entering each system call that can change something outside it, and asks what to do.

Run as `python stepper.py PID`. It says `attached`; then for each such call one line in JSON,
`{"call": "openat", "on": "/path"}`, while no thread of the process is inside another such call. It reads one
byte: `g` lets the call happen, `k` kills the process before it does. The end of its output is the process's.

A state-changing call is one after which the disk or a peer can know something new: a write to a file or a
socket, a sync, a new length or name, a connection, an `openat` that may write. Left out are calls that
change nothing by themselves, so that dying before them is dying before the next one that does: reads,
`openat` of a file that is only read (most of all calls, for Python opens what it imports), locks, which
die with the process, and writes to standard output and to pipes.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import signal
import struct
import sys
from collections import deque
from dataclasses import dataclass, field

# Names by their number on x86-64; in the first two groups the first argument is a file descriptor.
WRITES = {
    1: "write",
    18: "pwrite64",
    20: "writev",
    44: "sendto",
    46: "sendmsg",
    296: "pwritev",
    307: "sendmmsg",
}
SYNCS = {40: "sendfile", 42: "connect", 74: "fsync", 75: "fdatasync", 77: "ftruncate", 285: "fallocate"}
# fmt: off
NAMES = {
    76: "truncate", 82: "rename", 83: "mkdir", 84: "rmdir", 85: "creat", 86: "link", 87: "unlink",
    88: "symlink", 258: "mkdirat", 263: "unlinkat", 264: "renameat", 265: "linkat", 266: "symlinkat",
    316: "renameat2", 326: "copy_file_range",
}
# fmt: on
OPENAT = 257
MAY_CHANGE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

CONTINUE, SEIZE, INTERRUPT, LISTEN, ABOUT = 24, 0x4206, 0x4207, 0x4208, 0x420E  # of <linux/ptrace.h>
MARK_CALLS, FOLLOW_THREADS, DIE_TOGETHER = 1, 8, 0x100000
ENTRY, EVENT_STOP, ALL_THREADS, CALL_STOP = 1, 128, 0x40000000, signal.SIGTRAP | 0x80

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long
_about = ctypes.create_string_buffer(88)


def ptrace(request: int, thread: int, address: int = 0, data: object = None) -> None:
    """Call ptrace; a thread that has died meanwhile is no error, since its end is waited for."""
    if _libc.ptrace(request, thread, address, data) < 0 and ctypes.get_errno() != 3:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x}")


@dataclass(kw_only=True)
class Stepper:
    """One traced process; `inside` is the thread in a state-changing call, `held` those that wait for it."""

    pid: int
    threads: set[int] = field(default_factory=set)
    inside: int = 0
    held: deque[int] = field(default_factory=deque)

    def attach(self) -> None:
        """Seize the process; it must have one thread."""
        options = MARK_CALLS | FOLLOW_THREADS | DIE_TOGETHER
        ptrace(SEIZE, self.pid, 0, options)
        ptrace(INTERRUPT, self.pid)
        self.threads.add(self.pid)

    def follow(self) -> None:
        """Let it run until it has ended."""
        while self.threads:
            thread, status = os.waitpid(-1, ALL_THREADS)
            if not os.WIFSTOPPED(status):
                self.threads.discard(thread)
                self._left(thread)
                continue
            self.threads.add(thread)
            stop, event = os.WSTOPSIG(status), status >> 16
            if stop == CALL_STOP:
                self._at_call(thread)
            elif event == EVENT_STOP and stop in (signal.SIGSTOP, signal.SIGTSTP):
                ptrace(LISTEN, thread)
            else:
                ptrace(CONTINUE, thread, 0, 0 if event else stop)

    def _at_call(self, thread: int) -> None:
        called = self._call(thread)
        if called is None:
            ptrace(CONTINUE, thread)
            self._left(thread)
        elif self.inside:
            self.held.append(thread)
        else:
            self._ask(thread, *called)

    def _left(self, thread: int) -> None:
        """Note that `thread` is no longer in its call, and let the next one be asked about."""
        if self.inside != thread:
            return
        self.inside = 0
        while self.held and not self.inside:
            waiting = self.held.popleft()
            called = self._call(waiting)
            if called is not None:
                self._ask(waiting, *called)

    def _ask(self, thread: int, call: str, on: str) -> None:
        print(json.dumps({"call": call, "on": on}), flush=True)
        if os.read(0, 1) == b"k":
            os.kill(self.pid, signal.SIGKILL)
        else:
            self.inside = thread
            ptrace(CONTINUE, thread)

    def _call(self, thread: int) -> tuple[str, str] | None:
        """Return name and object of the state-changing call that `thread` enters; None: it does not."""
        ctypes.memset(_about, 0, ctypes.sizeof(_about))  # a thread that has died tells nothing
        ptrace(ABOUT, thread, ctypes.sizeof(_about), ctypes.addressof(_about))
        if _about.raw[0] != ENTRY:
            return None
        number, first, _second, third = struct.unpack_from("4Q", _about.raw, 24)
        if number in WRITES or number in SYNCS:
            on = self._file(first)
            return ((WRITES | SYNCS)[number], on) if self._matters(number, on) else None
        if number == OPENAT:
            return ("openat", "") if third & MAY_CHANGE else None
        return (NAMES[number], "") if number in NAMES else None

    def _matters(self, number: int, on: str) -> bool:
        return number in SYNCS or (
            on != self._file(1) and not on.startswith(("pipe:", "anon_inode:", "/dev/"))
        )

    def _file(self, descriptor: int) -> str:
        try:
            return os.readlink(f"/proc/{self.pid}/fd/{descriptor & 0xFFFFFFFF}")
        except OSError:
            return ""


def main() -> None:
    """Follow the process of the first argument."""
    if platform.machine() != "x86_64":
        sys.exit("the numbers of system calls are known for x86-64 alone")
    stepper = Stepper(pid=int(sys.argv[1]))
    stepper.attach()
    print("attached", flush=True)
    stepper.follow()


if __name__ == "__main__":
    main()
