"""Imports and mails to one person, killed at system calls that change something; another process goes on."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from kill import KILLED, Launcher, Position, try_position
from kill_launcher import warm_launcher
from kill_post import POST, POST_PRELOAD

from newsletter.project import Project

IMPORT_PRELOAD = (
    "newsletter.cli.subscribers",
    "newsletter.project.readers.importing",
    "newsletter.audience.import_plan",
)
_ROWS = 400
_SEEDED = random.Random(20261127)


@dataclass(frozen=True, kw_only=True)
class _Import:
    entry: str = "newsletter.cli:main"
    concurrency: int = 1


@pytest.fixture(scope="module")
def launcher() -> Launcher:
    return warm_launcher((*IMPORT_PRELOAD, *POST_PRELOAD))


def _listed(root: Path) -> tuple[str, int]:
    """Return the list as it would be exported, and how many imports are in the journal."""
    with Project.open(root, environment={}) as project:
        return "".join(project.audience.export()), len(project.store.imports.journal())


@pytest.mark.kill
@pytest.mark.parametrize(
    ("syscall", "number"),
    [
        *(("pwrite64", number) for number in sorted(_SEEDED.sample(range(1, 60), 2))),
        ("fdatasync", 1),
    ],
)
def test_an_import_that_is_killed_has_done_all_or_nothing_and_can_be_done_again_and_taken_back(
    launcher: Launcher, tmp_path: Path, syscall: str, number: int
) -> None:
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n')
    (tmp_path / "old.csv").write_text("email,lang\n" + "".join(f"r{n}@x.example,nl\n" for n in range(50)))
    rows = "".join(f"r{n}@x.example,en\n" for n in range(_ROWS))
    (tmp_path / "new.csv").write_text("email,lang\n" + rows + "weg@x.example,nl\n")
    argv = ("subscribers", "import", "new.csv", "--apply")
    with Project.open(tmp_path, environment={}) as project:
        project.imports.apply(project.imports.plan(tmp_path / "old.csv"))
    before = _listed(tmp_path)

    code = launcher.run_until(
        Position(syscall=syscall, number=number), _Import(), argv, tmp_path, {"NO_COLOR": "1"}
    )

    killed = _listed(tmp_path)
    assert code == KILLED, (tmp_path / "talk").read_text()
    assert killed == before or (killed[0].count("\n"), killed[1]) == (_ROWS + 2, before[1] + 1)
    assert launcher.run(_Import(), argv, tmp_path, {"NO_COLOR": "1"}) == 0
    after, imports = _listed(tmp_path)
    assert (after.count("\n"), after.count(",en,")) == (_ROWS + 2, _ROWS)
    with Project.open(tmp_path, environment={}) as project:
        for _ in range(imports - before[1]):
            project.imports.undo()
    assert _listed(tmp_path)[0] == before[0]


@pytest.mark.kill
@pytest.mark.parametrize(
    ("name", "syscall", "number"),
    [
        *(("outbox", "pwrite64", number) for number in sorted(_SEEDED.sample(range(1, 45), 1))),
        ("outbox", "link", 2),
        ("smtp", "sendto", 5),
        ("smtp", "pwrite64", _SEEDED.randrange(10, 40)),
    ],
)
def test_whoever_asked_gets_one_mail_however_its_sender_dies(
    launcher: Launcher, tmp_path: Path, name: str, syscall: str, number: int
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    POST[name].prepare(template)

    verdict = try_position(
        launcher, POST[name], Position(syscall=syscall, number=number), template, tmp_path / "case"
    )

    assert verdict.violations == (), verdict.talk
    assert verdict.was_hit, "it was never killed: choose an earlier position"
