"""The power is cut at every state-changing system call, and nobody is mailed twice or lost.

By default only the sweep itself is tried; `NEWSLETTER_FULL=1` tries the ways of sending.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kill import Launcher
from kill_after import AFTER, AFTER_PRELOAD
from kill_commands import COMMANDS
from kill_correct import CORRECT, CORRECT_PRELOAD
from kill_naive import NaiveScenario
from kill_power import sweep_power_cuts
from kill_scenarios import PRELOAD, SCENARIOS

# A stub keeps what was called back in memory, so that a fence does not outlive it.
ENGINE = (
    "scripted",
    "conclusive",
    "outbox",
    "smtp",
    "smtp-ahead",
    "sendgrid",
    "sendgrid-wide",
    "ses",
    "postmark",
)
SWEPT = {
    **{name: SCENARIOS[name] for name in ENGINE},
    **{f"send {name}": one for name, one in COMMANDS.items()},
    **{f"correct {name}": one for name, one in CORRECT.items()},
    **AFTER,
}


@pytest.mark.kill
def test_what_was_not_synced_is_missed_after_a_cut(tmp_path: Path) -> None:
    with Launcher(("kill_naive",)) as launcher:
        swept = sweep_power_cuts(launcher, NaiveScenario(marks="before"), tmp_path)

    assert {f"r{number}@brief.example got it 2 times" for number in range(2)} == {
        violation.partition(": ")[2] for violation in swept.violations
    }


if os.environ.get("NEWSLETTER_FULL"):

    @pytest.fixture(scope="module")
    def launcher():
        with Launcher((*PRELOAD, *CORRECT_PRELOAD, *AFTER_PRELOAD)) as warm:
            yield warm

    @pytest.mark.kill
    @pytest.mark.parametrize("name", SWEPT)
    def test_no_system_call_is_a_bad_moment_for_a_power_cut(
        launcher: Launcher, tmp_path: Path, name: str
    ) -> None:
        swept = sweep_power_cuts(launcher, SWEPT[name], tmp_path)

        print(swept)
        assert not swept.violations
