"""What is typed after a send has died, put to the kill sweep itself: resume, pause, cancel and resolve.

Every case begins with three batches: one accepted, one that a dead process left under way, one pending.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from kill import Launcher, Peer, Position
from kill_commands import COMMAND_PRELOAD, COMMANDS, CommandScenario
from kill_launcher import warm_launcher

from newsletter.domain.fate import Word
from newsletter.project import Project
from newsletter.testing.received import ReceivedMail

__all__ = ["AFTER", "AFTER_PRELOAD", "AfterScenario"]

AFTER_PRELOAD = (
    *COMMAND_PRELOAD,
    "newsletter.cli.cancel",
    "newsletter.cli.pause",
    "newsletter.cli.resolve",
    "newsletter.cli.events",
    "newsletter.project.upkeep.events",
    "newsletter.events.neutral",
)
_BATCH = 4
_ISSUE = "herfst"
_REPORT = "report.jsonl"
_LATE = 72  # no run makes as many of these calls
# Where the first run dies, so that the peer has taken the second batch and nobody has written it down; or,
# with `is_taken` False, has not.
_DEATHS = {True: "pwrite64", False: "sendto"}


@dataclass(frozen=True, kw_only=True)
class AfterScenario:
    """`command` on an interrupted campaign of one provider; `left` are the states its readers may end in.

    `is_taken` says whether the peer has taken the batch that was under way; `is_told`, that a report has come
    in that proves it.
    """

    name: str
    command: Sequence[str]
    of: CommandScenario
    is_taken: bool = True
    is_told: bool = False
    left: frozenset[str] = frozenset()
    ends: frozenset[int] = frozenset({0, 4})  # 4: somebody is left, as most of these commands mean to
    concurrency: int = 1
    batch: int = _BATCH

    @property
    def entry(self) -> str:
        """Return what is called."""
        return self.of.entry

    @property
    def is_conclusive(self) -> bool:
        """Say whether nobody may stay unknown: what was told is proof, and so is the outbox if asked."""
        return self.is_told or (self.of.is_conclusive and self.command[0] in ("resume", "resolve"))

    def prepare(self, project: Path) -> None:
        """Plan three batches, and let a run die in the second."""
        planned = project / "planned"
        planned.mkdir()
        self.of.prepare(planned)
        _freeze(planned)
        case = self._interrupted(warm_launcher(AFTER_PRELOAD), planned, project / "case")
        shutil.rmtree(planned)
        for path in case.iterdir():
            shutil.move(path, project)
        case.rmdir()
        _write_report(project)
        if self.is_told:
            with Project.open(project, environment={}) as opened:
                opened.events.import_files([project / _REPORT])

    def _interrupted(self, launcher: Launcher, planned: Path, case: Path) -> Path:
        """Return a copy of `planned` whose run died at the right moment, which is looked for by halving."""
        early, late = 0, _LATE
        while late - early > 1:
            middle = (early + late) // 2
            shutil.rmtree(case, ignore_errors=True)
            shutil.copytree(planned, case)
            taken, under_way = self._die_at(launcher, case, middle)
            if taken == self._wanted and under_way == _BATCH:
                return case
            early, late = (middle, late) if taken < self._wanted else (early, middle)
        raise AssertionError(f"no {self._syscall} leaves the second batch under way")

    @property
    def _wanted(self) -> int:
        return _BATCH * (1 + self.is_taken)

    @property
    def _syscall(self) -> str:
        return "link" if self.of.name == "outbox" and not self.is_taken else _DEATHS[self.is_taken]

    def _die_at(self, launcher: Launcher, case: Path, number: int) -> tuple[int, int]:
        """Let a run die; return how many the peer has taken, and how many are under way."""
        peer = self.of.open_peer(case)
        try:
            position = Position(syscall=self._syscall, number=number)
            launcher.run_until(position, self.of, ("resume",), case, peer.environment)
            states = Counter(self.of.states(case).values())
            return peer.accepted().total(), states["submitting"]
        finally:
            peer.close()

    def open_peer(self, project: Path) -> Peer:
        """Start what takes the mail."""
        return self.of.open_peer(project)

    def send(self) -> Sequence[str]:
        """Return the command under test."""
        return self.command

    def resume(self, project: Path) -> Sequence[str]:
        """Return the command once more."""
        del project
        return self.command

    def states(self, project: Path) -> Mapping[str, str]:
        """Read the ledger; who is not known to have it although the report was taken in is left wrongly."""
        states = self.of.states(project)
        if self.command[0] != "events":
            return states
        with Project.open(project, environment={}) as opened:
            known = {fate.email for fate in opened.events.fates() if fate.word is Word.DELIVERED}
        return {
            email: state if (email in known) == (state != "pending") else f"{state} wrongly"
            for email, state in states.items()
        }

    def everybody(self) -> frozenset[str]:
        """Return every reader."""
        return self.of.everybody()

    def wrong_letters(self, project: Path, mails: Sequence[ReceivedMail]) -> Sequence[str]:
        """Return what is wrong with the letters themselves."""
        return self.of.wrong_letters(project, mails)


def _freeze(project: Path) -> None:
    with pytest.MonkeyPatch.context() as environment, Project.open(project, environment={}) as opened:
        environment.setenv("KILL_KEY", "unused")
        path = opened.issues.find(_ISSUE)
        prepared = opened.sending.prepare(path)
        clearance = opened.gate.judge(path, prepared.plan.segment).require()
        plan = replace(prepared.plan, batch_size=_BATCH)
        opened.sending.freeze(replace(prepared, plan=plan), clearance)


def _write_report(project: Path) -> None:
    """Write what the provider tells of the batches it has taken."""
    with Project.open(project, environment={}) as opened:
        rows = opened.sending.deliveries(opened.sending.find(None).id)
        told = [row.delivery_id for row in rows if row.state in ("accepted", "submitting")]
    events = (
        {"id": one, "delivery": one, "event": "delivered", "at": "2026-11-24T09:31:00Z"} for one in told
    )
    (project / _REPORT).write_text("\n".join(map(json.dumps, events)), "utf-8")


def _scenarios(name: str, of: CommandScenario) -> dict[str, AfterScenario]:
    settled = frozenset({"pending"})
    made = [
        # Two deaths, each with a batch under way.
        AfterScenario(name=f"{name}: resume", command=("resume", _ISSUE), of=of, batch=2 * _BATCH),
        AfterScenario(
            name=f"{name}: pause",
            command=("pause", _ISSUE),
            of=of,
            left=frozenset({"pending", "submitting"}),
        ),
        AfterScenario(
            name=f"{name}: cancel",
            command=("cancel", _ISSUE),
            of=of,
            left=frozenset({"cancelled", "submitting"}),
        ),
        AfterScenario(
            name=f"{name}: assume sent",
            command=("resolve", _ISSUE, "--assume-sent", "--yes"),
            of=of,
            left=settled,
        ),
        AfterScenario(
            name=f"{name}: retry",
            command=("resolve", _ISSUE, "--retry-unknown", "--yes"),
            of=of,
            is_taken=False,
            left=settled,
        ),
        AfterScenario(
            name=f"{name}: from events",
            command=("resolve", _ISSUE, "--from-events"),
            of=of,
            is_told=True,
            left=settled,
        ),
        AfterScenario(
            name=f"{name}: import events",
            command=("events", "import", _REPORT),
            of=of,
            left=frozenset({"pending", "submitting"}),
        ),
    ]
    return {one.name: one for one in made}


AFTER = {key: one for name, of in COMMANDS.items() for key, one in _scenarios(name, of).items()}
