"""`newsletter store copy` is killed: the store is in use in one place at most, whole, and can be moved again.

By default some positions are tried; `NEWSLETTER_FULL=1` tries every state-changing system call on files, and
of what is said to a server every moment after which it holds something else and some hundred others.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from kill import Launcher, Position, try_position
from kill_launcher import Step
from kill_move import MOVE_PRELOAD, MoveScenario, judge_move
from kill_steps import sweep

from tests.postgres_server import PostgresServer

QUICK = {
    "file-to-file": [("rename", 1), ("fdatasync", 9)],
    "file-to-server": [("sendto", 60), ("fdatasync", 1)],
    "server-to-file": [("rename", 1), ("sendto", 60)],
}
_ONE_IN = 6


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with Launcher(MOVE_PRELOAD) as warm:
        yield warm


def _scenario(name: str, request: pytest.FixtureRequest) -> MoveScenario:
    if name == "file-to-file":
        return MoveScenario(name=name)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return MoveScenario(name=name, server=server, is_from_server=name == "server-to-file")


@pytest.mark.kill
@pytest.mark.parametrize("name", QUICK)
def test_a_move_that_is_killed_leaves_one_store_in_use_at_most_and_can_be_ended(
    name: str, launcher: Launcher, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    scenario = _scenario(name, request)
    template = tmp_path / "template"
    template.mkdir()
    scenario.prepare(template)

    for syscall, number in QUICK[name]:
        position = Position(syscall=syscall, number=number)
        verdict = try_position(launcher, scenario, position, template, tmp_path / "case", judge_move)

        assert verdict.was_hit, f"{position}\n{verdict.talk}"
        assert verdict.violations == (), f"{position}\n{verdict.talk}"


if os.environ.get("NEWSLETTER_FULL"):

    @pytest.mark.kill
    @pytest.mark.parametrize("name", QUICK)
    def test_no_moment_of_a_move_is_a_bad_one_to_die(
        name: str, launcher: Launcher, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        chosen = random.Random(20261128)

        def is_tried(step: Step) -> bool:
            return step.is_on_wire and chosen.randrange(_ONE_IN) == 0

        swept = sweep(launcher, _scenario(name, request), tmp_path, after=judge_move, is_tried=is_tried)

        print(swept)
        assert not swept.violations
