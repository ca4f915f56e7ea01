"""The kill sweep itself: it finds the moments at which the usual ways of sending go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from kill import Launcher
from kill_launcher import Step
from kill_naive import NaiveScenario
from kill_steps import sweep


@pytest.fixture(scope="module")
def launcher():
    with Launcher(("kill_naive",)) as warm:
        yield warm


@pytest.mark.kill
@pytest.mark.parametrize(
    ("marks", "wrong"),
    [
        ("before", "is accepted in the ledger, but was never taken"),
        ("after", "got it 2 times"),
    ],
)
def test_a_sender_that_marks_at_the_wrong_moment_is_found_out(
    launcher: Launcher, tmp_path: Path, marks: str, wrong: str
) -> None:
    swept = sweep(launcher, NaiveScenario(marks=marks), tmp_path)

    assert {f"r{number}@brief.example {wrong}" for number in range(2)} == {
        violation.partition(": ")[2] for violation in swept.violations
    }


@pytest.mark.kill
def test_moments_that_leave_the_same_are_tried_once(launcher: Launcher, tmp_path: Path) -> None:
    swept = sweep(launcher, NaiveScenario(marks="after"), tmp_path)

    # Two readers, two files: each is opened, written and synced; a sync changes nothing that can be seen.
    assert (swept.moments, len(swept.verdicts)) == (12, 6)


@pytest.mark.kill
def test_a_killed_process_has_not_made_the_call_it_was_killed_at(launcher: Launcher, tmp_path: Path) -> None:
    asked: list[str] = []

    def may_go_on(step: Step) -> bool:
        asked.append(str(step))
        return step.number < 2

    code = launcher.run_in_steps(NaiveScenario(marks="before"), ("before",), tmp_path, {}, may_go_on)

    assert (code, asked) == (-9, ["step 1 (openat)", "step 2 (write)"])
    assert (tmp_path / "marks").read_bytes() == b""
    assert not (tmp_path / "journal").exists()
