"""Kills a sending process at every state-changing system call, or fills its disk, and compares both sides.

strace counts system calls per thread from the moment it is attached, and kills the process when it enters
call number N. N is swept from 1 until the process ends by itself, one system call after the other. After
each kill a fresh process goes on, and then the ledger's word is compared with what the peer really took.
With an error in place of the kill, call number N and all later ones fail, as on a full or broken disk.
(With strace 6.1, `--seccomp-bpf` keeps injected signals from being delivered, so it is not used.)
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

__all__ = [
    "SYSCALLS",
    "Launcher",
    "Peer",
    "Position",
    "Scenario",
    "Verdict",
    "judge",
    "sweep",
    "try_position",
]

SYSCALLS = (
    "pwrite64",
    "fdatasync",
    "fsync",
    "write",
    "sendto",
    "sendmsg",
    "connect",
    "rename",
    "link",
    "unlink",
    "ftruncate",
    "openat",
)
"""Calls after or before which the disk or the peer knows something new."""

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_S = 60
_KILLED = -9
_AFTER_ERROR = (0, 4, 5, 6)  # an error is told with its exit code; 70 would be a bug
_MISSES = 3  # an error that does no harm, as in a checkpoint, may come before one that does


class Scenario(Protocol):
    """One way of sending, with the peer that takes the mail.

    `batch` is the size of a batch and `concurrency` how many may be under way at once, which bounds what
    may be unknown; `is_conclusive` says that nothing may stay unknown after a resume. `left` are the states,
    beside accepted and unknown, that readers may be left in. `ends` are the exit codes of a run nobody kills.
    """

    name: str
    entry: str
    batch: int
    concurrency: int
    is_conclusive: bool
    syscalls: Sequence[str]
    left: frozenset[str]
    ends: frozenset[int]

    def prepare(self, project: Path) -> None:
        """Make the project with its list; done once, and copied for every case."""

    def open_peer(self, project: Path) -> Peer:
        """Start what takes the mail of one case."""

    def send(self) -> Sequence[str]:
        """Return the arguments that plan and send the campaign."""

    def resume(self, project: Path) -> Sequence[str]:
        """Return the arguments that go on after a crash; the same as `send` when nothing was planned."""

    def states(self, project: Path) -> Mapping[str, str]:
        """Return the ledger's word: the state of every planned recipient by address."""

    def everybody(self) -> frozenset[str]:
        """Return the addresses that have to get the letter."""


class Peer(Protocol):
    """The other side of one case."""

    environment: Mapping[str, str]

    def accepted(self) -> Counter[str]:
        """Return how often each address was taken."""

    def requests(self) -> int:
        """Return how many submissions arrived, so that a resume that does nothing shows."""

    def close(self) -> None:
        """Stop."""


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
class Verdict:
    """What came of one case; no `violations` is what we want. `was_hit`: the process did not end well."""

    position: Position
    was_hit: bool
    unknown: int = 0
    violations: tuple[str, ...] = ()
    talk: str = field(default="", repr=False)


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
        assert self._answer() == {"ready": True}

    def __enter__(self) -> Launcher:
        """Return itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End the launcher."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(_LONGEST_S)

    def run(
        self, scenario: Scenario, argv: Sequence[str], project: Path, environment: Mapping[str, str]
    ) -> int:
        """Run to the end and return the exit code."""
        self._ask(scenario, argv, project, environment, gate="")
        return int(self._answer()["code"])

    def run_until(
        self,
        position: Position,
        scenario: Scenario,
        argv: Sequence[str],
        project: Path,
        environment: Mapping[str, str],
    ) -> int:
        """Run under strace, to be killed at `position`; return the exit code, -9 when it was killed."""
        gate = project / "gate"
        os.mkfifo(gate)
        pid = self._ask(scenario, argv, project, environment, gate=str(gate))
        tracer = subprocess.Popen(
            [
                "strace",
                *("-f", "-p", str(pid), "-o", "/dev/null"),
                *("-e", f"trace={position.syscall}"),
                *("-e", f"inject={position.injection}"),
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert tracer.stderr is not None
        with tracer.stderr:
            attached = tracer.stderr.readline()
            assert "attached" in attached, f"strace could not attach: {attached}"
            gate.write_bytes(b"go")
            code = int(self._answer()["code"])
            tracer.wait(_LONGEST_S)
        gate.unlink()
        return code

    def _ask(
        self,
        scenario: Scenario,
        argv: Sequence[str],
        project: Path,
        environment: Mapping[str, str],
        *,
        gate: str,
    ) -> int:
        request = {
            "entry": scenario.entry,
            "argv": list(argv),
            "cwd": str(project),
            "env": {"KILL_CONCURRENCY": str(scenario.concurrency), **environment},
            "output": str(project / "talk"),
            "gate": gate,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

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
        return answer


def try_position(
    launcher: Launcher, scenario: Scenario, position: Position, template: Path, project: Path
) -> Verdict:
    """Kill one sending process at `position`, go on in a fresh one, and judge."""
    shutil.copytree(template, project)
    peer = scenario.open_peer(project)
    try:
        code = launcher.run_until(position, scenario, scenario.send(), project, peer.environment)
        expected = _AFTER_ERROR if position.error else {_KILLED, *scenario.ends}
        violations = [] if code in expected else [f"the process itself ended with {code}"]
        launcher.run(scenario, scenario.resume(project), project, peer.environment)
        before = peer.requests()
        launcher.run(scenario, scenario.resume(project), project, peer.environment)
        if peer.requests() != before:
            violations.append("a second resume submitted something")
        states = scenario.states(project)
        violations += judge(scenario, states, peer.accepted())
        return Verdict(
            position=position,
            was_hit=code not in scenario.ends,
            unknown=sum(state == "unknown" for state in states.values()),
            violations=tuple(violations),
            talk=(project / "talk").read_text(encoding="utf-8", errors="replace"),
        )
    finally:
        peer.close()
        shutil.rmtree(project)


def judge(scenario: Scenario, states: Mapping[str, str], accepted: Counter[str]) -> list[str]:
    """Compare the ledger's word with what the peer took; return what is wrong."""
    wrong = [f"{email} got it {times} times" for email, times in accepted.items() if times > 1]
    wrong += [f"{email} got it without being in the plan" for email in accepted.keys() - states.keys()]
    wrong += [f"{email} is nowhere in the ledger" for email in scenario.everybody() - states.keys()]
    for email, state in states.items():
        if state == "accepted" and not accepted[email]:
            wrong.append(f"{email} is accepted in the ledger, but was never taken")
        elif state in scenario.left and (state == "submitting" or not accepted[email]):
            continue
        elif state not in ("accepted", "unknown"):
            wrong.append(f"{email} is left {state}" + (", but has it" if accepted[email] else ""))
    unknown = sum(state == "unknown" for state in states.values())
    allowed = 0 if scenario.is_conclusive else scenario.batch * scenario.concurrency
    if unknown > allowed:
        wrong.append(f"{unknown} are unknown, at most {allowed} may be")
    return wrong


def sweep(
    launcher: Launcher,
    scenario: Scenario,
    work: Path,
    places: Sequence[tuple[str, str]] | None = None,
) -> Iterator[Verdict]:
    """Try every position of every system call until the process is no longer hit by it.

    `places` are pairs of system call and error; by default the scenario's system calls, with kills.
    """
    template = work / "template"
    template.mkdir()
    scenario.prepare(template)
    for syscall, error in places or [(syscall, "") for syscall in scenario.syscalls]:
        misses = 0
        for number in count(1):
            position = Position(syscall=syscall, number=number, error=error)
            verdict = try_position(launcher, scenario, position, template, work / f"{syscall}-{number}")
            misses = 0 if verdict.was_hit else misses + 1
            if verdict.was_hit or verdict.violations:
                yield verdict
            if misses == (_MISSES if error else 1):
                break
