"""What is typed after a crash may itself be killed, at every state-changing system call.

By default some positions are tried; `NEWSLETTER_FULL=1` tries them all.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kill import Launcher, Position, try_position
from kill_after import AFTER, AFTER_PRELOAD
from kill_launcher import warm_launcher
from kill_steps import sweep

QUICK = {
    "outbox: resume": [("link", 2), ("pwrite64", 6)],
    "smtp: cancel": [("pwrite64", 2)],
    "smtp: assume sent": [("pwrite64", 5)],
    "sendgrid: resume": [("sendto", 3), ("fdatasync", 2)],
    "sendgrid: retry": [("pwrite64", 5)],
}


@pytest.fixture(scope="module")
def launcher():
    return warm_launcher(AFTER_PRELOAD)


@pytest.mark.kill
@pytest.mark.parametrize("name", QUICK)
def test_a_command_killed_after_a_crash_and_typed_again_does_what_it_says(
    launcher: Launcher, tmp_path: Path, name: str
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    AFTER[name].prepare(template)

    for syscall, number in QUICK[name]:
        position = Position(syscall=syscall, number=number)
        verdict = try_position(launcher, AFTER[name], position, template, tmp_path / "case")

        assert verdict.was_hit, verdict.talk
        assert verdict.violations == (), f"{position}\n{verdict.talk}"


if os.environ.get("NEWSLETTER_FULL"):

    @pytest.mark.kill
    @pytest.mark.parametrize("name", AFTER)
    def test_no_system_call_of_what_is_typed_after_a_crash_is_a_bad_moment_to_die(
        launcher: Launcher, tmp_path: Path, name: str
    ) -> None:
        swept = sweep(launcher, AFTER[name], tmp_path)

        print(swept)
        assert not swept.violations
