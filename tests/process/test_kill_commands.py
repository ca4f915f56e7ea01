"""`newsletter send` is killed at every state-changing system call; `newsletter resume` makes it good.

By default some positions are tried; `NEWSLETTER_FULL=1` tries them all.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kill import Launcher, Position, try_position
from kill_commands import COMMAND_PRELOAD, COMMANDS
from kill_launcher import warm_launcher
from kill_steps import sweep

QUICK = {
    "outbox": [("link", 5), ("fdatasync", 4), ("pwrite64", 12)],
    "smtp": [("sendto", 20), ("fdatasync", 5)],
    "sendgrid": [("sendto", 2), ("pwrite64", 40)],
}


@pytest.fixture(scope="module")
def launcher():
    return warm_launcher(COMMAND_PRELOAD)


@pytest.mark.kill
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_send_is_resumed_without_sending_twice_or_losing_anybody(
    launcher: Launcher, tmp_path: Path, name: str
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    COMMANDS[name].prepare(template)

    for syscall, number in QUICK[name]:
        position = Position(syscall=syscall, number=number)
        verdict = try_position(launcher, COMMANDS[name], position, template, tmp_path / "case")

        assert verdict.was_hit, verdict.talk
        assert verdict.violations == (), f"{position}\n{verdict.talk}"


if os.environ.get("NEWSLETTER_FULL"):

    @pytest.mark.kill
    @pytest.mark.parametrize("name", COMMANDS)
    def test_no_system_call_of_send_is_a_bad_moment_to_die(
        launcher: Launcher, tmp_path: Path, name: str
    ) -> None:
        swept = sweep(launcher, COMMANDS[name], tmp_path)

        print(swept)
        assert not swept.violations
