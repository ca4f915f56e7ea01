"""The sending process is killed at every state-changing system call, and nobody is mailed twice or lost.

By default some positions are tried; `NEWSLETTER_FULL=1` tries them all.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import kill_driver
import pytest
from kill import SYSCALLS, Launcher, Position, judge, sweep, try_position

from newsletter.store.opening import open_store
from newsletter.testing.scripted_provider import PeerRecord

IS_FULL = bool(os.environ.get("NEWSLETTER_FULL"))


@dataclass(kw_only=True)
class RecordPeer:
    """The scripted provider's record; a batch in it was taken in one submission."""

    record: PeerRecord
    environment: Mapping[str, str] = field(default_factory=dict)

    def accepted(self) -> Counter[str]:
        """Return how often each address was taken."""
        return self.record.emails()

    def requests(self) -> int:
        """Return how many submissions arrived."""
        return len({row["key"] for row in self.record.rows()})

    def close(self) -> None:
        """Do nothing: the record is a file."""


@dataclass(kw_only=True)
class ScriptedScenario:
    """The engine alone, with a provider that writes down what it takes."""

    is_conclusive: bool = False
    name: str = "scripted"
    entry: str = "kill_driver:main"
    preload: Sequence[str] = ("kill_driver", "alembic.command", "sqlalchemy.dialects.sqlite")
    batch: int = kill_driver.BATCH
    concurrency: int = 1
    syscalls: Sequence[str] = SYSCALLS

    def prepare(self, project: Path) -> None:
        """Make the database, so that the sweep need not make it again and again."""
        open_store(kill_driver.STORE, project).close()

    def open_peer(self, project: Path) -> RecordPeer:
        """Return the record of this case."""
        return RecordPeer(record=PeerRecord(project / "peer.jsonl"))

    def send(self) -> Sequence[str]:
        """Plan and send."""
        return ("send", *self._word())

    def resume(self, project: Path) -> Sequence[str]:
        """Go on."""
        return ("resume", *self._word())

    def states(self, project: Path) -> Mapping[str, str]:
        """Read the ledger."""
        with open_store(kill_driver.STORE, project) as store:
            return {row.email: str(row.state) for row in store.ledger.deliveries(kill_driver.CAMPAIGN)}

    def everybody(self) -> frozenset[str]:
        """Return every reader."""
        return frozenset(kill_driver.READERS)

    def _word(self) -> Sequence[str]:
        return ("evidence",) if self.is_conclusive else ()


QUICK = [
    Position(syscall=syscall, number=number)
    for syscall, number in (
        ("pwrite64", 1),
        ("pwrite64", 12),
        ("pwrite64", 25),
        ("fdatasync", 3),
        ("fdatasync", 6),
        ("write", 1),
        ("fsync", 1),
        ("openat", 10),
    )
]


@pytest.fixture(scope="module")
def launcher():
    with Launcher(ScriptedScenario().preload) as warm:
        yield warm


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    project = tmp_path_factory.mktemp("kill") / "template"
    project.mkdir()
    ScriptedScenario().prepare(project)
    return project


@pytest.mark.kill
@pytest.mark.parametrize("position", QUICK, ids=str)
def test_a_killed_run_is_resumed_without_sending_twice_or_losing_anybody(
    launcher, template, tmp_path, position
):
    verdict = try_position(launcher, ScriptedScenario(), position, template, tmp_path / "case")

    assert verdict.was_killed, verdict.talk
    assert verdict.violations == (), verdict.talk


if IS_FULL:

    @pytest.mark.kill
    @pytest.mark.parametrize("is_conclusive", [False, True], ids=["held", "evidence"])
    def test_no_system_call_is_a_bad_moment_to_die(launcher, tmp_path, is_conclusive):
        scenario = ScriptedScenario(is_conclusive=is_conclusive)

        verdicts = list(sweep(launcher, scenario, tmp_path))

        killed = Counter(verdict.position.syscall for verdict in verdicts if verdict.was_killed)
        unknown = sum(verdict.unknown > 0 for verdict in verdicts)
        print(f"{sum(killed.values())} kills {dict(killed)}, {unknown} left a batch unknown")
        assert not [verdict for verdict in verdicts if verdict.violations]


@pytest.mark.parametrize(
    ("states", "accepted", "wrong"),
    [
        ({"a": "accepted"}, {"a": 2}, "a got it 2 times"),
        ({"a": "accepted"}, {"a": 1, "b": 1}, "b got it without being in the plan"),
        ({}, {}, "a is nowhere in the ledger"),
        ({"a": "accepted"}, {}, "a is accepted in the ledger, but was never taken"),
        ({"a": "pending"}, {"a": 1}, "a is left pending, but has it"),
        ({"a": "submitting"}, {}, "a is left submitting"),
        (dict.fromkeys("abcdef", "unknown"), {}, "6 are unknown, at most 5 may be"),
    ],
)
def test_the_judge_sees_every_kind_of_broken_promise(states, accepted, wrong):
    class One(ScriptedScenario):
        def everybody(self):
            return frozenset("a")

    assert wrong in judge(One(), states, Counter(accepted))
