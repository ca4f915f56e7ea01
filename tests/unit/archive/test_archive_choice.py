"""Which letters are in the archive, and in which order their languages stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.domain.visibility import Visibility
from newsletter.project import Project
from newsletter.project.archive.choice import Choice, Chosen
from newsletter.store.ledger.past_issues import SentIssue
from tests.unit.archive.archive_world import NOW, make_project, write


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "brief")


def chosen(project: Project, choice: Choice) -> list[Chosen]:
    return list(choice.of(project.issues.all(), project.issues.load))


def choice_of(project: Project, *sent: SentIssue) -> Choice:
    return Choice(
        root=project.config.root,
        lang="nl",
        visibility=Visibility.PUBLIC,
        now=NOW,
        sent={one.slug: one for one in sent},
    )


def went_out(path: str) -> SentIssue:
    return SentIssue(slug="bladeren", path=path, first_sent=NOW - timedelta(days=9))


@pytest.mark.parametrize("hidden", ["nl", "en"])
def test_a_hidden_language_leaves_the_others_of_a_letter_that_went_out(project: Project, hidden: str) -> None:
    for lang in ("nl", "en"):
        write(project, f"2026-11-10-bladeren.{lang}", archive="hidden" if lang == hidden else "")

    found = chosen(project, choice_of(project, went_out("issues/2026-11-10-bladeren.nl.md")))

    assert [[issue.lang for issue in one.issues] for one in found] == [["en" if hidden == "nl" else "nl"]]


def test_another_letter_that_took_the_slug_did_not_go_out(project: Project) -> None:
    write(project, "2026-11-10-bladeren")
    write(project, "2026-12-10-bladeren")

    found = chosen(project, choice_of(project, went_out("issues/2026-12-10-bladeren.md")))

    assert [issue.path.name for one in found for issue in one.issues] == ["2026-12-10-bladeren.md"]


def test_the_language_that_is_that_of_the_newsletter_or_what_it_is_a_form_of_comes_first(
    project: Project,
) -> None:
    for lang in ("de", "en", "nl"):
        write(project, f"2026-11-10-bladeren.{lang}")
    flemish = replace(choice_of(project, went_out("issues/2026-11-10-bladeren.nl.md")), lang="nl-BE")

    found = chosen(project, flemish)

    assert [[issue.lang for issue in one.issues] for one in found] == [["nl", "de", "en"]]
