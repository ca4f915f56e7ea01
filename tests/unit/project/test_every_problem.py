"""What is wrong with a letter is told whole, whichever command meets it first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.domain.finding import Severity
from newsletter.errors import ContentError
from newsletter.project import Project

SETTINGS = """\
[newsletter]
name = "Proef"
lang = "nl"
base_url = "https://brief.example"

[sender]
from = "Renata <renata@brief.example>"

[fields.first_name]
fallback = "lezer"

[segments.alle]
where = "lang:nl"
"""
# The faults stand on these lines: field 2 and 6, picture 8, condition 10, consent 14, directive 17 and 25,
# link 21, field 21, closing 23.
LETTER = """\
---
subject: Voor {{ frist_name }}
segment: alle
lang: nl
---
Beste {{ frist_name | lezer }},

![Een plaatje](img/weg.png)

::: only soort:gemeente
Alleen voor u.
:::

::: reader 99
Wij hebben er veertien.
:::
::: knop https://example.com
Klik
:::

Een [stukke link](htps:/nergens) en {{ frist_name }}.

:::

::: note
niet gesloten
"""
LINES = {2, 6, 8, 10, 14, 17, 21, 23, 25}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "newsletter.toml").write_text(SETTINGS)
    (tmp_path / "issues").mkdir()
    with Project.open(tmp_path) as project:
        assert project.store  # there is a list, with nobody on it
        yield project


@pytest.fixture
def letter(project: Project) -> Path:
    path = project.config.root / "issues" / "2026-11-24-zeven.md"
    path.write_text(LETTER)
    return path


def _build(project: Project, path: Path) -> None:
    project.issues.build(path, project.config.root / "build")


def _write_mail(project: Project, path: Path) -> None:
    project.issues.message(path)


def _prepare(project: Project, path: Path) -> None:
    project.sending.prepare(path)


def _test(project: Project, path: Path) -> None:
    project.sending.test(path, ["wilma@gemeente.example"])


@pytest.mark.parametrize("command", [_build, _write_mail, _prepare, _test])
def test_a_command_that_refuses_the_letter_names_every_fault(
    project: Project, letter: Path, command: Callable[[Project, Path], None]
) -> None:
    with pytest.raises(ContentError) as caught:
        command(project, letter)

    places = [problem.place for problem in caught.value.problems]
    assert {place.line for place in places if place} == LINES
    assert [place.line for place in places if place] == sorted(place.line or 0 for place in places if place)


def test_the_checks_find_every_fault_too(project: Project, letter: Path) -> None:
    report = project.issues.check(letter)

    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    assert {finding.place.line for finding in errors if finding.place} >= LINES


def test_a_slot_that_is_no_field_is_told_together_with_a_picture_that_is_not_there(project: Project) -> None:
    path = project.config.root / "issues" / "2026-11-25-twee.md"
    path.write_text("---\nsubject: Twee\n---\nBeste {{ frist_name }},\n\n![Kade](img/weg.png)\n")

    with pytest.raises(ContentError) as caught:
        project.sending.prepare(path, segment="alle")

    assert [problem.place.line for problem in caught.value.problems if problem.place] == [4, 6]
