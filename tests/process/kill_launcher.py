"""Runs a scenario's program from a warm process: to its end, until a moment of its death, or step by step.

`warm_launcher` is the one for all tests of a process, as importing takes longer than most of what is run.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

__all__ = ["Launcher", "Position", "Program", "Step", "warm_launcher"]

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_S = 300  # ends a hang; a busy machine may be slow


class Program(Protocol):
    """What is run: `entry` is `module:function`; `concurrency` goes into its environment."""

    entry: str
    concurrency: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """The moment of one kill: on entering call number `number` of `syscall`.

    With an `error`, such as ENOSPC, that call and all later ones fail with it instead.
    """

    syscall: str
    number: int
    error: str = ""

    def __str__(self) -> str:
        """Render as `pwrite64 #12`."""
        return f"{self.syscall} #{self.number} {self.error}".strip()

    @property
    def injection(self) -> str:
        """Return what strace is to do."""
        if self.error:
            return f"{self.syscall}:error={self.error}:when={self.number}+"
        return f"{self.syscall}:signal=KILL:when={self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A system call that can change something, the `number`th of the whole process; `on` is its file."""

    number: int
    call: str
    on: str

    def __str__(self) -> str:
        """Render as `step 12 (pwrite64)`."""
        return f"step {self.number} ({self.call})"

    @property
    def is_on_wire(self) -> bool:
        """Say whether a peer can notice it."""
        return self.call == "connect" or self.on.startswith("socket:")


class Launcher:
    """Forks programs from a warm process; use as a context manager."""

    def __init__(self, preload: Sequence[str]) -> None:
        """Start it and import `preload` in it."""
        environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("launcher.py")), *preload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._unread = b""
        self.is_busy = False
        assert self._answer() == {"ready": True}

    def __enter__(self) -> Launcher:
        """Return itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End the launcher."""
        self.end()

    def end(self) -> None:
        """End the launcher; by force where a failed test left a program in it."""
        if self.is_busy:
            self._process.kill()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(_LONGEST_S)

    def load(self, modules: Sequence[str]) -> None:
        """Import `modules` in it too."""
        self._tell({"load": modules})
        assert self._answer() == {"ready": True}

    def run(
        self, program: Program, argv: Sequence[str], project: Path, environment: Mapping[str, str]
    ) -> int:
        """Run to the end and return the exit code."""
        self._ask(program, argv, project, environment, gate="")
        return int(self._answer()["code"])

    def run_until(
        self,
        position: Position,
        program: Program,
        argv: Sequence[str],
        project: Path,
        environment: Mapping[str, str],
    ) -> int:
        """Run under strace, to be killed at `position`; return the exit code, -9 when it was killed."""
        with self._held(program, argv, project, environment) as (pid, gate):
            command = [
                "strace",
                *("-f", "-p", str(pid), "-o", "/dev/null"),
                *("-e", f"trace={position.syscall}"),
                *("-e", f"inject={position.injection}"),
            ]
            tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            assert tracer.stderr is not None
            with tracer.stderr:
                attached = tracer.stderr.readline()
                assert "attached" in attached, f"strace could not attach: {attached}"
                gate.write_bytes(b"go")
                code = int(self._answer()["code"])
                tracer.wait(_LONGEST_S)
        return code

    def run_in_steps(
        self,
        program: Program,
        argv: Sequence[str],
        project: Path,
        environment: Mapping[str, str],
        may_go_on: Callable[[Step], bool],
    ) -> int:
        """Run, asking before each state-changing call; where the answer is no, the process is killed.

        The process stands still while it is asked. Returns the exit code, -9 when it was killed.
        """
        with self._held(program, argv, project, environment) as (pid, gate):
            command = [sys.executable, "-IS", str(Path(__file__).with_name("stepper.py")), str(pid)]
            stepper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
            assert stepper.stdin is not None
            assert stepper.stdout is not None
            with stepper.stdin, stepper.stdout:
                assert stepper.stdout.readline() == b"attached\n"
                gate.write_bytes(b"go")
                for number in count(1):
                    line = stepper.stdout.readline()
                    if not line:
                        break
                    step = Step(number=number, **json.loads(line))
                    stepper.stdin.write(b"g" if may_go_on(step) else b"k")
                code = int(self._answer()["code"])
            stepper.wait(_LONGEST_S)
        return code

    @contextmanager
    def _held(
        self, program: Program, argv: Sequence[str], project: Path, environment: Mapping[str, str]
    ) -> Iterator[tuple[int, Path]]:
        """Start it, so that it waits for a byte in the fifo; yield its id and the fifo."""
        gate = project / "gate"
        os.mkfifo(gate)
        yield self._ask(program, argv, project, environment, gate=str(gate)), gate
        gate.unlink()

    def _ask(
        self,
        program: Program,
        argv: Sequence[str],
        project: Path,
        environment: Mapping[str, str],
        *,
        gate: str,
    ) -> int:
        request = {
            "entry": program.entry,
            "argv": list(argv),
            "cwd": str(project),
            "env": {"KILL_CONCURRENCY": str(program.concurrency), **environment},
            "output": str(project / "talk"),
            "gate": gate,
        }
        self._tell(request)
        self.is_busy = True
        return int(self._answer()["pid"])

    def _tell(self, request: Mapping[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, int]:
        output = self._process.stdout
        assert output is not None
        while b"\n" not in self._unread:
            ready, _, _ = select.select([output], [], [], _LONGEST_S)
            assert ready, f"no answer within {_LONGEST_S} seconds"
            piece = os.read(output.fileno(), 4096)
            assert piece, "the launcher has ended"
            self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        answer: dict[str, int] = json.loads(line)
        self.is_busy = self.is_busy and "code" not in answer
        return answer


_SHARED: list[Launcher] = []


def warm_launcher(modules: Sequence[str]) -> Launcher:
    """Return the launcher of this process, with `modules` imported; a new one where a test left it busy."""
    if not _SHARED or _SHARED[-1].is_busy:
        _SHARED.append(Launcher(()))
        atexit.register(_SHARED[-1].end)
    _SHARED[-1].load(modules)
    return _SHARED[-1]
