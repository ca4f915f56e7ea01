"""Kills a sending process at every state-changing system call, resumes it, and compares both sides.

strace counts system calls per thread from the moment it is attached, and kills the process when it enters
call number N. N is swept from 1 until the process ends by itself, one system call after the other. After
each kill a fresh process goes on, and then the ledger's word is compared with what the peer really took.
(With strace 6.1, `--seccomp-bpf` keeps injected signals from being delivered, so it is not used.)
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

__all__ = ["SYSCALLS", "Launcher", "Position", "Scenario", "Verdict", "sweep", "try_position"]

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


class Scenario(Protocol):
    """One way of sending, with the peer that takes the mail.

    `batch` is the size of a batch and `concurrency` how many may be under way at once, which bounds what
    may be unknown; `is_conclusive` says that nothing may stay unknown after a resume.
    """

    name: str
    entry: str
    preload: Sequence[str]
    batch: int
    concurrency: int
    is_conclusive: bool
    syscalls: Sequence[str]

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
    """The moment of one kill: on entering call number `number` of `syscall`."""

    syscall: str
    number: int

    def __str__(self) -> str:
        """Render as `pwrite64 #12`."""
        return f"{self.syscall} #{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one case; no `violations` is what we want."""

    position: Position
    was_killed: bool
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
            text=True,
            env=environment,
        )
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
                *("-e", f"inject={position.syscall}:signal=KILL:when={position.number}"),
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
            "env": dict(environment),
            "output": str(project / "talk"),
            "gate": gate,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["pid"])

    def _answer(self) -> dict[str, int]:
        assert self._process.stdout is not None
        answer: dict[str, int] = json.loads(self._process.stdout.readline())
        return answer


def try_position(
    launcher: Launcher, scenario: Scenario, position: Position, template: Path, project: Path
) -> Verdict:
    """Kill one sending process at `position`, go on in a fresh one, and judge."""
    shutil.copytree(template, project)
    peer = scenario.open_peer(project)
    try:
        code = launcher.run_until(position, scenario, scenario.send(), project, peer.environment)
        violations = [] if code in (-9, 0) else [f"the process itself ended with {code}"]
        launcher.run(scenario, scenario.resume(project), project, peer.environment)
        before = peer.requests()
        launcher.run(scenario, scenario.resume(project), project, peer.environment)
        if peer.requests() != before:
            violations.append("a second resume submitted something")
        states = scenario.states(project)
        violations += judge(scenario, states, peer.accepted())
        return Verdict(
            position=position,
            was_killed=code == -9,
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
        elif state not in ("accepted", "unknown"):
            wrong.append(f"{email} is left {state}" + (", but has it" if accepted[email] else ""))
    unknown = sum(state == "unknown" for state in states.values())
    allowed = 0 if scenario.is_conclusive else scenario.batch * scenario.concurrency
    if unknown > allowed:
        wrong.append(f"{unknown} are unknown, at most {allowed} may be")
    return wrong


def sweep(launcher: Launcher, scenario: Scenario, work: Path, step: int = 1) -> Iterator[Verdict]:
    """Try every `step`-th position of every system call until the process is no longer killed by it."""
    template = work / "template"
    template.mkdir()
    scenario.prepare(template)
    for syscall in scenario.syscalls:
        assert re.fullmatch(r"[a-z0-9_]+", syscall)
        number = 1
        while True:
            position = Position(syscall=syscall, number=number)
            verdict = try_position(launcher, scenario, position, template, work / f"{syscall}-{number}")
            if not verdict.was_killed and not verdict.violations:
                break
            yield verdict
            number += step
