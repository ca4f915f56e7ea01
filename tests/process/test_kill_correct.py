"""`newsletter correct` may be killed at every state-changing system call: nobody gets both, nobody neither.

By default some positions are tried; `NEWSLETTER_FULL=1` tries them all.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kill import Launcher, Position, try_position
from kill_correct import CORRECT, CORRECT_PRELOAD
from kill_launcher import warm_launcher
from kill_steps import sweep


@pytest.fixture(scope="module")
def launcher():
    return warm_launcher(CORRECT_PRELOAD)


@pytest.mark.kill
def test_a_killed_correction_typed_again_reaches_everybody_else_once(
    launcher: Launcher, tmp_path: Path
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    CORRECT["outbox"].prepare(template)

    for syscall, number in (("fdatasync", 1), ("pwrite64", 9), ("link", 3)):
        position = Position(syscall=syscall, number=number)
        verdict = try_position(launcher, CORRECT["outbox"], position, template, tmp_path / "case")

        assert verdict.was_hit, f"{position}\n{verdict.talk}"
        assert verdict.violations == (), f"{position}\n{verdict.talk}"


if os.environ.get("NEWSLETTER_FULL"):

    @pytest.mark.kill
    @pytest.mark.parametrize("name", CORRECT)
    def test_no_system_call_of_a_correction_is_a_bad_moment_to_die(
        launcher: Launcher, tmp_path: Path, name: str
    ) -> None:
        swept = sweep(launcher, CORRECT[name], tmp_path)

        print(swept)
        assert not swept.violations
