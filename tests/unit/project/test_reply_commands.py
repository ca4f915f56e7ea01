"""`newsletter replies answer` and `quote` as they are typed: what they print, refuse, and end with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from replies_world import a_newsletter, take_in

from newsletter.cli import cli
from newsletter.errors import UsageError
from newsletter.project import Project

MAIL = (
    b"From: Wilma <wilma@gemeente.example>\r\nTo: renata@brief.example\r\nSubject: Re: Groepen\r\n"
    b"Message-ID: <w1@gemeente.example>\r\n\r\nWij hebben er veertien.\r\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with a_newsletter(tmp_path, sends=False) as project:
        take_in(project, MAIL)
    return tmp_path


def _run(root: Path, *arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(cli, ["-C", str(root), "replies", *arguments], input=text)


def _mails(root: Path) -> int:
    return len(list((root / "outbox").rglob("*.eml")))


def test_a_dry_run_shows_the_answer_and_sends_nothing(root: Path) -> None:
    done = _run(root, "answer", "1", "--body", "-", "--dry-run", "--json", text="Dank!")

    shown = json.loads(done.stdout)
    assert ("<w1@gemeente.example>", "Re: Groepen") == (
        shown["headers"]["In-Reply-To"],
        shown["headers"]["Subject"],
    )
    assert shown["body"].startswith("Dank!\n\n")
    assert 0 == _mails(root)


def test_an_answer_is_told_as_json_and_shown_with_the_mail(root: Path) -> None:
    done = _run(root, "answer", "1", "--body", "-", "--json", text="Dank!")
    shown = json.loads(_run(root, "show", "1", "--json").stdout)

    assert ("accepted", 1) == (json.loads(done.stdout)["state"], _mails(root))
    assert ("answered", "accepted") == (shown["state"], shown["answers"][0]["state"])


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (("answer", "1"), "", "there is no text"),
        (("answer", "1", "--body", "-"), "  \n", "the text is empty"),
        (("answer", "1", "--body", "gone.txt"), "", "cannot be read"),
        (("answer", "9", "--body", "-"), "x", "there is no mail 9"),
        (("answer", "1", "--discard"), "", "no answer that waits"),
        (("answer", "1", "--discard", "--assume-sent"), "", "go with no other option"),
        (("answer", "1", "--discard", "--dry-run"), "", "go with no other option"),
        (("quote", "--granted"), "", "whom to quote"),
        (("quote", "1", "--granted", "--refused"), "", "exclude each other"),
        (("quote", "1", "--text", "vijftien"), "", "does not stand in mail 1"),
        (("quote", "1", "--name", "a@b.example"), "", "holds an address"),
        (("quote", "1", "--drop"), "", "nothing of mail 1"),
        (("quote", "9"), "", "there is no mail 9"),
        (("list", "--issue", "nergens"), "", "there is no issue"),
    ],
)
def test_what_cannot_be_done_is_said_and_sends_nothing(
    root: Path, arguments: tuple[str, ...], text: str, said: str
) -> None:
    done = _run(root, *arguments, text=text)

    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)
    assert 0 == _mails(root)


def test_an_empty_list_says_what_to_type(root: Path) -> None:
    nothing_like_it = _run(root, "list", "--tag", "storm")
    _run(root, "purge", "1", "--yes")
    nothing = _run(root, "list")
    no_mailbox = _run(root, "fetch")

    assert "newsletter replies list --all" in nothing_like_it.stderr
    assert "newsletter replies import PATH" in nothing.stderr
    assert "newsletter replies import PATH" in str(no_mailbox.exception)


@pytest.mark.parametrize("command", ["answer", "quote", "show"])
def test_a_number_no_mail_can_have_is_refused(root: Path, command: str) -> None:
    done = _run(root, command, str(2**64))

    assert (2, False) == (done.exit_code, isinstance(done.exception, OverflowError))


def test_a_quote_is_asked_for_granted_and_listed(root: Path) -> None:
    asked = json.loads(_run(root, "quote", "1", "--json").stdout)
    granted = json.loads(_run(root, "quote", "1", "--granted", "--anonymous", "--json").stdout)
    (listed,) = json.loads(_run(root, "quote", "--json").stdout)

    assert ("asked", "anonymous", 1) == (asked["consent"], granted["consent"], _mails(root))
    assert "Wij hebben er veertien." == listed["words"]


def test_a_tag_that_is_not_there_is_named_when_it_is_to_be_taken_away(root: Path) -> None:
    done = _run(root, "tag", "1", "goed", "--remove", "#slecht")

    assert "mail 1 has no tag #slecht" in done.stderr
    assert (0, "#goed\n") == (done.exit_code, done.stdout)


def test_what_a_mail_asks_is_done_for_the_reader_who_is_named(root: Path) -> None:
    asked = MAIL.replace(b"w1@", b"w2@").replace(b"Wij hebben er veertien.", b"Graag uitschrijven.")
    with Project.open(root, environment={}) as project:
        take_in(project, asked)
    said = ["subscribers", "add", "anna@gouda.example", "--source", "a card"]
    assert 0 == CliRunner().invoke(cli, ["-C", str(root), *said]).exit_code

    done = _run(root, "act", "2", "unsubscribe", "--reader", "anna@gouda.example")

    assert "unsubscribe for anna@gouda.example: done\n" == done.stdout
