"""Answers to readers: in their thread, kept before they leave, and sent once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Barrier

import pytest
from replies_world import a_newsletter, letters, take_in

from newsletter.domain.inbox import InboundState
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub

MAIL = (
    b"From: =?utf-8?q?Zo=C3=AB?= <wilma@gemeente.example>\r\nReply-To: Team <team@gemeente.example>\r\n"
    b"To: renata@brief.example\r\nSubject: Antw: RE: Wie beheert jullie groepen?\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <m3@gemeente.example>\r\n"
    b"In-Reply-To: <m2@brief.example>\r\nReferences: <m1@brief.example>\r\n <m2@brief.example>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nVeertien <groepen> & meer.\r\n> en jij?\r\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with a_newsletter(tmp_path, sends=False) as opened:
        yield opened


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SendgridStub]:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as running:
        yield running


def _answer(project: Project, number: int, text: str = "Dank je!", *, again: bool = False):
    draft = project.answering.draft(number)
    answer = project.answering.write(draft, f"{text}\n\n{draft.quoted}\n", again=again)
    return project.answering.send(answer.id)


def test_an_answer_goes_to_reply_to_in_the_thread_with_what_was_said_below(
    project: Project, tmp_path: Path
) -> None:
    number = take_in(project, MAIL)

    sent = _answer(project, number)

    assert "accepted" == sent.answer.state
    mail = message_from_bytes(letters(tmp_path)["team@gemeente.example"], policy=default)
    assert isinstance(mail, EmailMessage)
    assert "Re: Wie beheert jullie groepen?" == mail["Subject"]
    assert "<m3@gemeente.example>" == mail["In-Reply-To"]
    assert "<m1@brief.example> <m2@brief.example> <m3@gemeente.example>" == mail["References"]
    assert f"<{sent.answer.message_id}>" == mail["Message-ID"]
    assert mail["Auto-Submitted"] is None
    body = mail.get_body(("plain",))
    assert body is not None
    assert (
        "Dank je!\n\nOp 24 november 2026 schreef Zoë:\n> Veertien <groepen> & meer.\n>> en jij?\n"
        == "\n".join([*body.get_content().splitlines(), ""])
    )
    page = mail.get_body(("html",))
    assert page is not None
    assert "Veertien &lt;groepen&gt; &amp; meer." in page.get_content()
    assert InboundState.ANSWERED == project.replies.get(number).state

    project.replies.move([number], InboundState.NEW)
    project.replies.move([number], InboundState.READ)
    assert InboundState.ANSWERED == project.replies.get(number).state, "marked unread and looked at again"


def test_the_same_answer_is_sent_once_however_often_it_is_given(project: Project, tmp_path: Path) -> None:
    number = take_in(project, MAIL)
    first = _answer(project, number)

    second = _answer(project, number)

    assert first.answer == second.answer
    assert 1 == len(list((tmp_path / "outbox").rglob("*.eml")))


def test_another_answer_has_to_be_asked_for(project: Project, tmp_path: Path) -> None:
    number = take_in(project, MAIL)
    _answer(project, number)

    with pytest.raises(UsageError, match="was answered already"):
        _answer(project, number, "Nog iets.")
    _answer(project, number, "Nog iets.", again=True)

    assert 2 == len(list((tmp_path / "outbox").rglob("*.eml")))


def test_a_further_answer_that_waits_is_not_written_again(project: Project) -> None:
    number = take_in(project, MAIL)
    _answer(project, number)
    draft = project.answering.draft(number)

    first = project.answering.write(draft, "Nog iets.", again=True)

    assert first == project.answering.write(draft, "Nog iets.", again=True)


def test_two_who_answer_at_once_send_one_answer(tmp_path: Path) -> None:
    with a_newsletter(tmp_path, sends=False) as project:
        number = take_in(project, MAIL)
    together = Barrier(4)

    def write(text: str) -> bool:
        with Project.open(tmp_path, clock=FakeClock()) as mine:
            draft = mine.answering.draft(number)
            together.wait(30)
            try:
                mine.answering.write(draft, text)
            except UsageError:
                return False
        return True

    with ThreadPoolExecutor(4) as threads:
        written = list(threads.map(write, ("Een", "Twee", "Drie", "Vier")))

    assert [False, False, False, True] == sorted(written)


def test_an_answer_that_was_written_and_not_sent_can_be_sent_or_dropped(project: Project) -> None:
    number = take_in(project, MAIL)
    draft = project.answering.draft(number)
    waiting = project.answering.write(draft, "Dank")

    with pytest.raises(UsageError, match="waits to be sent"):
        project.answering.write(draft, "Iets anders")
    dropped = project.answering.discard(waiting.id)
    other = project.answering.send(project.answering.write(draft, "Iets anders").id)

    assert ("cancelled", "accepted") == (dropped.state, other.answer.state)


def test_an_answer_to_the_answer_finds_the_letter_of_the_first(tmp_path: Path) -> None:
    with a_newsletter(tmp_path) as project:
        letter = message_from_bytes(letters(tmp_path)["wilma@gemeente.example"])["Message-ID"]
        first = take_in(project, MAIL.replace(b"<m2@brief.example>\r\nRef", f"{letter}\r\nRef".encode()))
        sent = _answer(project, first)
        raw = f"From: wilma@gemeente.example\r\nIn-Reply-To: <{sent.answer.message_id}>\r\n\r\nGraag.\r\n"

        found = project.replies.get(take_in(project, raw.encode())).facts

        assert ("groepen", project.replies.get(first).facts.subscriber_id) == (
            found.issue,
            found.subscriber_id,
        )


def test_a_mail_without_an_address_cannot_be_answered(project: Project) -> None:
    number = take_in(project, b"From: nobody\r\nSubject: x\r\n\r\nHallo\r\n")

    with pytest.raises(UsageError, match="cannot be answered"):
        project.answering.draft(number)


def test_an_answer_of_which_nobody_knows_is_held_until_somebody_decides(
    tmp_path: Path, stub: SendgridStub
) -> None:
    more = (
        f'[provider]\nname = "sendgrid"\n[provider.sendgrid]\napi_key = "env:STUB_KEY"\nhost = "{stub.url}"\n'
    )
    with a_newsletter(tmp_path, more, sends=False) as project:
        number = take_in(project, MAIL)
        stub.arrange("500", "500", "500", "500")

        lost = _answer(project, number)
        again = project.answering.send(lost.answer.id)

        assert ("unknown", "unknown") == (lost.answer.state, again.answer.state)
        assert InboundState.ANSWERED != project.replies.get(number).state
        assert "accepted" == project.answering.decide(lost.answer.id, assume_sent=True).state
        assert InboundState.ANSWERED == project.replies.get(number).state
