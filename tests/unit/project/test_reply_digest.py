"""`newsletter replies digest`: what came back on an issue, out of the inbox and the letters."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from reply_world import a_newsletter, reply
from sqlalchemy import insert

from newsletter.cli import cli
from newsletter.domain.answer import Draft
from newsletter.domain.inbox import InboundState
from newsletter.domain.quote import QuoteConsent
from newsletter.errors import ConfigError, UsageError
from newsletter.project import Project
from newsletter.replies.digest.kinds import KindCount
from newsletter.store.schema.inbound import reply_quote
from newsletter.testing.ledger_samples import NOW


@pytest.fixture
def project(tmp_path: Path):
    with a_newsletter(tmp_path) as opened:
        yield opened


def _run(project: Project, *arguments: str):
    return CliRunner().invoke(cli, ["-C", str(project.config.root), "replies", "digest", *arguments])


def _draft(number: int) -> Draft:
    return Draft(
        inbound_id=number,
        to_address="r1@brief.example",
        to_name="",
        subject="Re: woo",
        in_reply_to=None,
        references=(),
        quoted="",
    )


def _letter(project: Project, name: str, body: str, head: str = "") -> None:
    path = project.config.root / "issues" / f"{name}.md"
    path.write_text(f'---\nsubject: "Iets"\nlang: nl\n{head}---\n\n{body}\n', "utf-8")


def test_a_digest_has_the_replies_of_people_to_that_issue_oldest_first(project: Project) -> None:
    late = reply(project, "Mag dat ook in Signal?", 2, at=NOW + timedelta(days=2))
    early = reply(project, "En in Teams?", 1, at=NOW + timedelta(days=1))
    reply(project, "Ik ben er niet.", 3, kind="out_of_office")
    reply(project, "Over een andere brief?", 4, issue="zomer")

    digest = project.reply_digests.digest("woo")

    assert (early, late) == digest.numbers
    assert [(early, "En in Teams?"), (late, "Mag dat ook in Signal?")] == [
        (one.reply, one.text) for one in digest.questions
    ]
    assert (2, 6) == (digest.readers, digest.mailed)


def test_a_letter_to_one_reader_went_to_one_reader(tmp_path: Path) -> None:
    with a_newsletter(tmp_path, readers=1, listed=1) as project:
        reply(project, "Mag dat ook in Signal?", 1)
        done = _run(project, "woo")

    assert "De brief ging naar 1 lezer; 100 % antwoordde." in done.output


def test_what_readers_say_of_being_quoted_is_no_answer_to_the_letter(project: Project) -> None:
    number = reply(project, "Een antwoord.", 1)
    question = project.answering.write_keyed(_draft(number), "Mag dat?", "quote:1:0")
    reply(project, "Mag ik het eerst zien?", 1, in_reply_to=question.message_id)

    digest = project.reply_digests.digest("woo")
    (figures,) = project.store.reply_figures.of_issue("woo").values()

    assert ((number,), ()) == (digest.numbers, tuple(digest.questions))
    assert (1, 1) == (figures.mails, figures.waiting)


def test_what_the_author_put_away_still_counts_and_what_cannot_be_read_does_not(project: Project) -> None:
    away = reply(project, "Een antwoord.", 1)
    project.replies.move([away], InboundState.ARCHIVED)
    project.replies.ingest(b"not read yet", "test", "x")

    assert (away,) == project.reply_digests.digest("woo").numbers


def test_a_mail_that_says_it_comes_from_the_future_counts_from_when_it_came_in(project: Project) -> None:
    reply(project, "Hoi.", 1, at=NOW + timedelta(days=9_000))

    assert project.reply_digests.digest("woo").last == project.clock.now()


def test_kinds_are_counted_by_the_field_and_small_ones_folded_unless_names_are_asked_for(
    project: Project,
) -> None:
    for reader in (1, 2, 3, 5):  # odd ones are of municipalities, the other of a water board
        reply(project, "Een antwoord.", reader)

    shut, opened = (project.reply_digests.digest("woo", with_names=wish) for wish in (False, True))

    assert (KindCount(kind="gemeente", readers=3), KindCount(kind=None, readers=1)) == shut.kinds
    assert KindCount(kind="waterschap", readers=1) in opened.kinds
    assert ["Lezer 1", "Lezer 2", "Lezer 3", "Lezer 5"] == [one.name for one in opened.writers]


def test_a_kind_field_that_is_no_field_is_an_error_with_what_to_declare(tmp_path: Path) -> None:
    with (
        a_newsletter(tmp_path, '[newsletter]\nname = "B"\n[replies]\nkind_field = "soort"\n') as project,
        pytest.raises(ConfigError, match=r"kind_field names .soort., which is no field") as caught,
    ):
        project.reply_digests.digest("woo")

    assert "[fields.soort]" in str(caught.value.problems[0].fix)


def test_words_set_aside_are_shown_with_their_consent(project: Project) -> None:
    number = reply(project, "Wij hebben een rooster.", 1)
    quote = {"name": "rooster", "inbound_id": number, "excerpt": "Een rooster.", "consent": "asked"}
    with project.store.database.writing() as connection:
        connection.execute(insert(reply_quote).values(**quote, created_at=NOW))

    (shown,) = project.reply_digests.digest("woo").quotes

    assert ("Een rooster.", QuoteConsent.ASKED, "rooster") == (shown.text, shown.consent, shown.name)


def test_a_letter_that_quotes_or_names_a_reply_is_what_it_led_to(project: Project) -> None:
    quoted, named, other = (reply(project, f"Antwoord {number}.", number) for number in (1, 2, 3))
    with project.store.database.writing() as connection:
        values = {"name": "app", "inbound_id": quoted, "excerpt": "A", "consent": "none", "created_at": NOW}
        connection.execute(insert(reply_quote).values(values))
    _letter(
        project,
        "2026-12-08-later",
        "::: reader app\nA\n:::\n\n<!-- ::: reader 3 -->",
        f"x-answers: [{named}]\n",
    )

    answered = project.reply_digests.digest("woo").answered

    assert [(quoted, "later", True), (named, "later", False)] == [
        (one.reply, one.slug, one.is_quoted) for one in answered
    ]
    assert other not in [one.reply for one in answered]


def test_a_quotation_noted_by_hand_is_from_no_reply_that_has_its_number(project: Project) -> None:
    number = reply(project, "Antwoord.", 1)
    register = f'[quotes.{number}]\nname = "Sanne"\nconsent = "named"\ngranted = 2026-11-20\n'
    (project.config.root / "quotes.toml").write_text(register, "utf-8")
    _letter(project, "2026-12-08-later", f"::: reader {number}\nIets anders.\n:::")

    assert () == project.reply_digests.digest("woo").answered


def test_without_a_field_for_it_no_kinds_are_counted(tmp_path: Path) -> None:
    with a_newsletter(tmp_path, '[newsletter]\nname = "B"\n[fields.soort]\n') as project:
        reply(project, "Antwoord.", 1)

        assert () == project.reply_digests.digest("woo").kinds


def test_a_promise_waits_until_a_letter_says_that_it_keeps_it(project: Project) -> None:
    (promise,) = project.reply_digests.digest("woo").promises
    _letter(project, "2026-12-08-later", "Dit kwam eruit.", "x-keeps: woo\n")

    kept = project.reply_digests.digest("woo").promises

    assert ("issues/2026-11-24-woo.md", 10) == (promise.path, promise.line)
    assert () == kept


def test_a_promise_in_a_comment_was_made_to_nobody(project: Project) -> None:
    _letter(project, "2026-12-08-later", "<!--\nIn de volgende brief meer.\n-->\n\nHoi.")

    assert ["woo"] == [one.slug for one in project.reply_digests.digest("woo").promises]


def test_the_digest_is_written_in_the_language_of_the_newsletter(project: Project) -> None:
    number = reply(project, "Mag dat ook in Signal?", 2)

    result = _run(project, "woo")

    assert result.exit_code == 0
    assert result.stdout.startswith(
        "# Antwoorden op “Valt de appgroep onder de Woo?”\n\n1 antwoord van 1 lezer op"
    )
    assert f"- [{number}] Mag dat ook in Signal?" in result.stdout


def test_the_digest_in_a_file_is_for_its_owner_only(project: Project, tmp_path: Path) -> None:
    reply(project, "Mag dat?", 2)
    path = tmp_path / "antwoorden.md"

    result = _run(project, "woo", "-o", str(path))

    assert (0, "") == (result.exit_code, result.stdout)
    assert "Mag dat?" in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_digest_as_json_has_every_number(project: Project) -> None:
    number = reply(project, "Mag dat?", 2)

    told = json.loads(_run(project, "woo", "--json").stdout)

    assert [{"reply": number, "text": "Mag dat?", "rule": "question-mark"}] == told["questions"]
    assert [number] == told["numbers"]
    assert "2026-11-24T10:30:00+00:00" == told["first"]


def test_what_would_steer_a_terminal_does_not_reach_it(project: Project) -> None:
    reply(project, "Mag \x1b[2Jdat?", 2)

    assert "\x1b" not in _run(project, "woo").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("wo",), "did you mean"),
        (("woo", "-o", "."), "is a folder"),
        (("woo", "-o", "no/such/x.md"), "cannot be"),
    ],
)
def test_wrong_input_is_told_with_what_to_do(
    project: Project, arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.config.root)

    result = _run(project, *arguments)

    assert isinstance(result.exception, UsageError)
    assert words in str(result.exception.problems[0])


def test_an_issue_whose_file_is_gone_is_known_by_its_slug_as_long_as_it_has_replies(project: Project) -> None:
    (project.config.root / "issues" / "2026-11-24-woo.md").unlink()
    with pytest.raises(UsageError, match="there is no issue"):
        project.reply_digests.digest("woo")
    number = reply(project, "Mag dat?", 1)

    assert (number,) == project.reply_digests.digest("woo").numbers
