"""Quoting a reader: asked by mail, allowed or refused by mail, and out of every letter without."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest
from replies_world import a_newsletter, answer_to, letters, take_in

from newsletter.config.quotes import load_quotes
from newsletter.domain.quote import QuoteConsent, QuoteEvent
from newsletter.errors import ContentError, UsageError
from newsletter.project import Project
from newsletter.project.people.dossier import make_dossier

MAIL = (
    b"From: Wilma <wilma@gemeente.example>\r\nTo: renata@brief.example\r\nSubject: Re: Groepen\r\n"
    b"Message-ID: <w1@gemeente.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Wij hebben er veertien.\r\n\r\nEn *niemand* past op.\r\n"
)
_AWAY = (
    b"From: Wilma <wilma@gemeente.example>\r\nSubject: Automatisch antwoord: Groepen\r\n\r\n"
    b"Ik ben met verlof tot 7 december.\r\n"
)
LETTER = "---\nsubject: Wat jullie zeiden\npreheader: Antwoorden\n---\n\nDag,\n\n::: reader 1\n:::\n\nGroet\n"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with a_newsletter(tmp_path, sends=False) as opened:
        take_in(opened, MAIL)
        (tmp_path / "issues" / "2026-12-01-zeiden.md").write_text(LETTER)
        yield opened


def _ask(project: Project, *, is_anonymous: bool = False, text: str | None = None) -> str:
    asked = project.quoting.ask(*project.quoting.prepare(1, text, None, is_anonymous=is_anonymous))
    assert asked.quote.consent is QuoteConsent.ASKED
    return asked.quote.consent


def _question(tmp_path: Path) -> bytes:
    return letters(tmp_path)["wilma@gemeente.example"]


def _consent(project: Project) -> str:
    quote = project.quoting.of(1)
    assert quote is not None
    return str(quote.consent)


def _build(project: Project) -> str:
    issue = project.issues.load(project.config.root / "issues" / "2026-12-01-zeiden.md")
    return project.issues.render(issue).text.fill({})


def test_the_question_goes_to_the_reader_with_the_words_and_once(project: Project, tmp_path: Path) -> None:
    _ask(project)
    again = project.quoting.ask(*project.quoting.prepare(1, None, None, is_anonymous=False))

    mail = message_from_bytes(_question(tmp_path))
    assert ("<w1@gemeente.example>", "Re: Groepen") == (mail["In-Reply-To"], mail["Subject"])
    assert "> Wij hebben er veertien." in str(mail.get_payload(0))
    assert again.sent is None
    assert 1 == len(list((tmp_path / "outbox").rglob("*.eml")))


@pytest.mark.parametrize(
    ("text", "is_anonymous", "consent"),
    [
        ("ja, prima", False, "named"),
        ("ja, prima", True, "anonymous"),
        ("Ja, maar zonder mijn naam", False, "anonymous"),
        ("Liever niet", False, "refused"),
        ("Ja, maar haal de laatste zin eruit", False, "asked"),
    ],
)
def test_the_readers_answer_moves_consent_and_a_doubtful_one_does_not(
    project: Project, tmp_path: Path, text: str, is_anonymous: bool, consent: str
) -> None:
    _ask(project, is_anonymous=is_anonymous)

    take_in(project, answer_to(_question(tmp_path), "Wilma <wilma@gemeente.example>", text))

    assert consent == _consent(project)
    assert consent == load_quotes(tmp_path).quotes["1"].consent


def test_nobody_else_and_no_machine_can_say_yes(project: Project, tmp_path: Path) -> None:
    _ask(project)

    take_in(project, answer_to(_question(tmp_path), "x@elders.example", "ja"))
    machine = answer_to(_question(tmp_path), "wilma@gemeente.example", "ja, prima")
    take_in(project, b"Auto-Submitted: auto-replied\r\n" + machine)

    assert "asked" == _consent(project)


def test_a_letter_takes_the_words_once_they_are_granted_and_the_name_only_when_named(
    project: Project, tmp_path: Path
) -> None:
    with pytest.raises(ContentError, match="does not know the reply"):
        _build(project)
    _ask(project)
    with pytest.raises(ContentError, match="was asked and has not answered"):
        _build(project)

    take_in(project, answer_to(_question(tmp_path), "wilma@gemeente.example", "ja"))
    named = _build(project)
    quote = project.quoting.of(1)
    assert quote is not None
    project.quoting.decide(quote, QuoteEvent.NOTE_ANONYMOUS)
    unnamed = _build(project)

    assert "Wij hebben er veertien." in named
    assert "*niemand*" in named
    assert "Wilma" in named
    assert "Wij hebben er veertien." in unnamed
    assert "Wilma" not in unnamed


def test_a_yes_that_is_taken_back_or_dropped_keeps_the_words_out(project: Project, tmp_path: Path) -> None:
    quote, _ = project.quoting.prepare(1, "Wij hebben … veertien.", None, is_anonymous=False)
    project.quoting.decide(quote, QuoteEvent.NOTE_NAMED)
    assert "Wij hebben … veertien." in _build(project)

    project.quoting.decide(quote, QuoteEvent.NOTE_REFUSED)
    with pytest.raises(ContentError, match="does not want to be quoted"):
        _build(project)
    project.quoting.drop(1)

    with pytest.raises(ContentError, match="does not know the reply"):
        _build(project)
    assert project.quoting.of(1) is None


def test_forgetting_the_reader_takes_their_words_out_and_leaves_those_of_others(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "quotes.toml").write_text('[quotes.ada]\nconsent = "refused"\n# mine\n')
    quote, _ = project.quoting.prepare(1, None, None, is_anonymous=False)
    project.quoting.decide(quote, QuoteEvent.NOTE_NAMED)

    project.privacy.forget("wilma@gemeente.example")

    assert '[quotes.ada]\nconsent = "refused"\n# mine\n' == (tmp_path / "quotes.toml").read_text()
    with pytest.raises(ContentError, match="does not know the reply"):
        _build(project)


def test_a_mail_that_is_removed_takes_its_words_out_of_the_register(project: Project, tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").write_text('[quotes.ada]\nconsent = "refused"\n')
    quote, _ = project.quoting.prepare(1, None, None, is_anonymous=False)
    project.quoting.decide(quote, QuoteEvent.NOTE_NAMED)

    project.replies.removal.remove([1])

    assert (tmp_path / "quotes.toml").read_text().strip() == '[quotes.ada]\nconsent = "refused"'


def test_a_register_that_cannot_be_read_keeps_nobody_from_being_forgotten(
    project: Project, tmp_path: Path
) -> None:
    quote, _ = project.quoting.prepare(1, None, None, is_anonymous=False)
    project.quoting.decide(quote, QuoteEvent.NOTE_NAMED)
    (tmp_path / "quotes.toml").write_text("[broken")
    told: list[str] = []
    project.tell = told.append

    project.privacy.forget("wilma@gemeente.example")

    assert () == tuple(project.quoting.all())
    assert "Take [quotes.1] out of it by hand." in told[0]


def test_no_mail_server_is_asked_whether_it_may_be_quoted(project: Project) -> None:
    number = take_in(project, b"Auto-Submitted: auto-replied\r\nMessage-ID: <m2@x.example>\r\n" + _AWAY)

    with pytest.raises(UsageError, match="written by a machine"):
        project.quoting.prepare(number, None, None, is_anonymous=False)


def test_words_that_are_not_in_the_reply_are_refused(project: Project) -> None:
    with pytest.raises(UsageError, match="does not stand in mail 1"):
        project.quoting.prepare(1, "Wij hebben er vijftien.", None, is_anonymous=False)


@pytest.mark.parametrize("text", ["ij hebben er veertien.", "Wij hebben er veert", "", " … ", "."])
def test_parts_of_words_and_no_words_are_not_quoted(project: Project, text: str) -> None:
    with pytest.raises(UsageError, match=r"does not stand in mail 1|has no words"):
        project.quoting.prepare(1, text, None, is_anonymous=False)


def test_whoever_chooses_other_words_meanwhile_does_not_get_consent_for_them(
    project: Project, tmp_path: Path
) -> None:
    other = project.quoting.prepare(1, "En *niemand* past op.", None, is_anonymous=False)
    _ask(project, text="Wij hebben er veertien.")

    with pytest.raises(UsageError, match="was asked about other words"):
        project.quoting.ask(*other)

    quote = project.quoting.of(1)
    assert quote is not None
    assert "Wij hebben er veertien." == quote.excerpt
    assert b"> Wij hebben er veertien." in _question(tmp_path)


def test_words_that_are_changed_while_the_question_is_written_are_not_asked_for(project: Project) -> None:
    first, _ = project.quoting.prepare(1, "Wij hebben er veertien.", None, is_anonymous=False)
    kept = project.quoting.decide(first, QuoteEvent.NOTE_REFUSED)

    is_asked = project.store.reply_quotes.asks_with(replace(kept, excerpt="Iets anders."), "x@brief.example")

    assert not is_asked


def test_other_words_than_the_reader_was_asked_for_need_another_question(project: Project) -> None:
    _ask(project, text="Wij hebben er veertien.")

    with pytest.raises(UsageError, match="was asked about other words"):
        project.quoting.prepare(1, "En *niemand* past op.", None, is_anonymous=False)


def test_the_text_that_asks_can_be_the_projects_own_and_a_strange_slot_is_told(
    project: Project, tmp_path: Path
) -> None:
    own = tmp_path / "templates" / "quote" / "named.nl.txt"
    own.parent.mkdir(parents=True)
    own.write_text("{{ name }}: {{ words }}? {{ wie }}")
    with pytest.raises(ContentError, match="wie"):
        project.quoting.prepare(1, None, None, is_anonymous=False)
    assert project.quoting.of(1) is None  # nothing is written down by looking
    own.write_text("{{ name }}: mag dit? {{ words }}")

    _, question = project.quoting.prepare(1, "Wij hebben er veertien.", None, is_anonymous=False)

    assert "Wilma: mag dit? > Wij hebben er veertien.\n" == question


def test_an_entry_by_hand_is_never_written_over(project: Project, tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").write_text('[quotes.1]\nconsent = "refused"\n')

    with pytest.raises(UsageError, match="written by hand"):
        project.quoting.prepare(1, None, None, is_anonymous=False)


def test_what_is_kept_for_a_reader_has_the_question_and_the_words_and_forgetting_leaves_neither(
    project: Project,
) -> None:
    _ask(project)
    before = make_dossier(project, "wilma@gemeente.example")

    project.privacy.forget("wilma@gemeente.example")

    with zipfile.ZipFile(io.BytesIO(before.data)) as archive:
        assert b"Wij hebben er veertien." in archive.read("answers.csv")
        rows = list(csv.DictReader(io.StringIO(archive.read("quotes.csv").decode())))
    assert [row["consent"] for row in rows] == ["asked"]
    assert "veertien" in rows[0]["excerpt"]
    counts = make_dossier(project, "wilma@gemeente.example").counts
    assert (counts["answers"], counts["quotes"]) == (0, 0)
