"""`newsletter new --from-replies`: the next letter begins with what came back on the last one."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from reply_world import a_newsletter, reply

from newsletter.cli import cli
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.testing.ledger_samples import NOW


@pytest.fixture
def project(tmp_path: Path):
    with a_newsletter(tmp_path) as opened:
        yield opened


def _new(project: Project, *arguments: str):
    return CliRunner().invoke(cli, ["-C", str(project.config.root), "new", *arguments])


def _text(project: Project) -> str:
    (path,) = (one for one in project.issues.all() if one.stem != "2026-11-24-woo")
    return path.read_text("utf-8")


def test_the_draft_has_the_digest_as_a_comment_that_no_reader_gets(project: Project) -> None:
    reply(project, "Mag dat ook in Signal?", 2)

    path = project.reply_digests.start_issue("woo", subject="En in Signal?")

    letter = project.issues.preview(path)
    assert "Mag dat ook in Signal?" in path.read_text("utf-8")
    assert "Mag dat" not in letter.text
    assert "Mag dat" not in letter.html
    assert "lezer," in letter.text


def test_the_draft_offers_to_say_which_replies_it_answers(project: Project) -> None:
    asked = reply(project, "Mag dat ook in Signal?", 2)
    reply(project, "Mooie brief.", 3)
    path = project.reply_digests.start_issue("woo", subject="En in Signal?")
    path.write_text(path.read_text("utf-8").replace("# x-answers", "x-answers"), "utf-8")

    answered = project.reply_digests.digest("woo").answered

    assert [(asked, path.name)] == [(one.reply, Path(one.path).name) for one in answered]


def test_nothing_a_reader_writes_gets_out_of_the_comment(project: Project) -> None:
    reply(project, "Mag --> dat {{ first_name }} <!-- newsletter-ignore-start *: x --> ook?", 2)
    path = project.reply_digests.start_issue("woo", subject="Iets")

    text = project.issues.preview(path).text

    assert "Mag" not in text
    assert "ook?" not in text


def test_without_a_name_it_is_the_issue_that_was_answered_last(project: Project) -> None:
    reply(project, "Over de zomer?", 2, issue="zomer", at=NOW + timedelta(days=1))

    result = _new(project, "Iets", "--from-replies")

    assert result.exit_code == 0
    assert "Antwoorden op “zomer”" in _text(project)


def test_without_a_subject_it_is_about_the_answers(project: Project) -> None:
    reply(project, "Mag dat?", 2)

    result = _new(project, "--from-replies", "woo", "--json")

    assert json.loads(result.stdout)["path"].endswith("antwoorden-op-valt-de-appgroep-onder-de-woo.md")
    assert "Antwoorden op “Valt de appgroep" in _text(project).splitlines()[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "has no subject"),
        (("", "--from-replies", "woo"), "the subject is empty"),
        (("Iets", "--from-replies"), "no reply to an issue came in yet"),
        (("--from-replies", "Iets nieuws"), 'newsletter new "Iets nieuws" --from-replies'),
        (("Iets", "--from-replies", "wo"), "did you mean"),
    ],
)
def test_wrong_input_is_told_with_what_to_do_and_makes_no_file(
    project: Project, arguments: tuple[str, ...], words: str
) -> None:
    result = _new(project, *arguments)

    assert isinstance(result.exception, UsageError)
    assert words in str(result.exception.problems[0])
    assert len(project.issues.all()) == 1
