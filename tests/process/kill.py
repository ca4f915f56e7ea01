"""Kills a sending process, or fills its disk, at a chosen moment, and compares both sides afterwards.

strace counts system calls per thread from the moment it is attached, and kills the process when it enters
call number N, or lets that call and all later ones fail, as on a full or broken disk. After it a fresh
process goes on, and then the ledger's word is compared with what the peer really took. `kill_steps` does so
for every state-changing call.
(With strace 6.1, `--seccomp-bpf` keeps injected signals from being delivered, so it is not used.)
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol, TypeAlias

from kill_launcher import Launcher, Position, Step

from newsletter.testing.received import ReceivedMail

__all__ = [
    "After",
    "Launcher",
    "Peer",
    "Position",
    "Scenario",
    "Verdict",
    "disk_faults",
    "go_on",
    "judge",
    "try_position",
]

KILLED = -9
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

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Return what is wrong with the letters themselves, such as who got another reader's."""


class Peer(Protocol):
    """The other side of one case."""

    environment: Mapping[str, str]

    def accepted(self) -> Counter[str]:
        """Return how often each address was taken."""

    def mails(self) -> Sequence[ReceivedMail]:
        """Return what was taken; nothing where there is no more than a record of addresses."""

    def requests(self) -> int:
        """Return how many submissions arrived, so that a resume that does nothing shows."""

    def close(self) -> None:
        """Stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one case; no `violations` is what we want. `was_hit`: the process did not end well."""

    position: Position | Step
    was_hit: bool
    unknown: int = 0
    violations: tuple[str, ...] = ()
    talk: str = field(default="", repr=False)


After: TypeAlias = "Callable[[Launcher, Scenario, Path, Peer, Position | Step, bool, Sequence[str]], Verdict]"
"""Goes on after a death and judges, as `go_on` does."""


def try_position(
    launcher: Launcher,
    scenario: Scenario,
    position: Position,
    template: Path,
    project: Path,
    after: After | None = None,
) -> Verdict:
    """Kill one sending process at `position`, go on in a fresh one, and judge; as `after` does, if given."""
    shutil.copytree(template, project)
    peer = scenario.open_peer(project)
    try:
        code = launcher.run_until(position, scenario, scenario.send(), project, peer.environment)
        expected = _AFTER_ERROR if position.error else {KILLED, *scenario.ends}
        violations = [] if code in expected else [f"the process itself ended with {code}"]
        judged = after or go_on
        return judged(launcher, scenario, project, peer, position, code not in scenario.ends, violations)
    finally:
        peer.close()
        shutil.rmtree(project)


def go_on(
    launcher: Launcher,
    scenario: Scenario,
    project: Path,
    peer: Peer,
    position: Position | Step,
    was_hit: bool,
    violations: Sequence[str] = (),
) -> Verdict:
    """Go on in a fresh process after a death, twice, and judge; `violations` were seen before."""
    wrong = list(violations)
    launcher.run(scenario, scenario.resume(project), project, peer.environment)
    before = peer.requests()
    launcher.run(scenario, scenario.resume(project), project, peer.environment)
    if peer.requests() != before:
        wrong.append("a second resume submitted something")
    states = scenario.states(project)
    wrong += judge(scenario, states, peer.accepted())
    wrong += scenario.wrong_letters(project, peer.mails())
    return Verdict(
        position=position,
        was_hit=was_hit,
        unknown=sum(state == "unknown" for state in states.values()),
        violations=tuple(wrong),
        talk=(project / "talk").read_text(encoding="utf-8", errors="replace"),
    )


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


def disk_faults(
    launcher: Launcher, scenario: Scenario, work: Path, places: Sequence[tuple[str, str]]
) -> Iterator[Verdict]:
    """Let every call fail that `places`, pairs of system call and error, name, and all after it.

    It ends where the process is no longer hit by it.
    """
    template = work / "template"
    template.mkdir()
    scenario.prepare(template)
    for syscall, error in places:
        misses = 0
        for number in count(1):
            position = Position(syscall=syscall, number=number, error=error)
            verdict = try_position(launcher, scenario, position, template, work / f"{syscall}-{number}")
            misses = 0 if verdict.was_hit else misses + 1
            if verdict.was_hit or verdict.violations:
                yield verdict
            if misses == _MISSES:
                break
