"""A letter in waves may be killed at every state-changing system call, also while it waits between two.

By default some positions are tried; `NEWSLETTER_FULL=1` tries them all.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kill import Launcher, Position, try_position
from kill_launcher import warm_launcher
from kill_steps import sweep
from kill_waves import WAVES, WAVES_PRELOAD


@pytest.fixture(scope="module")
def launcher():
    return warm_launcher(WAVES_PRELOAD)


@pytest.mark.kill
def test_a_letter_killed_between_two_waves_is_resumed_with_everybody_in_their_wave(
    launcher: Launcher, tmp_path: Path
) -> None:
    scenario, template = WAVES["outbox: subjects"], tmp_path / "template"
    template.mkdir()
    scenario.prepare(template)

    verdict = try_position(
        launcher, scenario, Position(syscall="link", number=4), template, tmp_path / "case"
    )

    assert verdict.was_hit, verdict.talk
    assert verdict.violations == (), verdict.talk


if os.environ.get("NEWSLETTER_FULL"):

    @pytest.mark.kill
    @pytest.mark.parametrize("name", WAVES)
    def test_no_system_call_of_a_letter_in_waves_is_a_bad_moment_to_die(
        launcher: Launcher, tmp_path: Path, name: str
    ) -> None:
        swept = sweep(launcher, WAVES[name], tmp_path)

        print(swept)
        assert not swept.violations
