"""The inbox of a page: unread mails first, and found again by words, issue, tag and kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from newsletter.domain.inbound_mail import InboundMail
from newsletter.domain.inbox import InboundState
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.project.replies.choice import ReplyChoice
from newsletter.project.replies.desk import Inbox, look_into
from newsletter.testing.fake_clock import FakeClock

MAIL = "From: {name} <{name}@gemeente.example>\r\nSubject: {subject}\r\n\r\n{text}\r\n"
PLAIN = ReplyChoice()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n')
    with Project.open(tmp_path, environment={}, clock=FakeClock()) as opened:
        yield opened


@pytest.fixture
def filled(project: Project) -> Project:
    """Return a project with mails 1 (read), 2 (new), 3 (archived) and 4 (not read by the program yet)."""
    for number, (name, text) in enumerate(
        [("jan", "Veertien groepen."), ("wil", "100% zeker"), ("eva", "Nee.")]
    ):
        raw = MAIL.format(name=name, subject=f"Re: Brief {number}", text=text).encode()
        project.replies.ingest(raw, "eml", str(number))
    project.replies.read_waiting()
    project.replies.mark_read(1)
    project.replies.move([3], InboundState.ARCHIVED)
    project.replies.ingest(MAIL.format(name="bob", subject="x", text="y").encode(), "eml", "later")
    return project


def numbers(mails: tuple[InboundMail, ...]) -> list[int]:
    return [mail.id for mail in mails]


def test_a_newsletter_without_a_database_has_an_empty_inbox_and_gets_none(project: Project) -> None:
    assert look_into(project, PLAIN) == Inbox()
    assert not project.has_store


def test_a_database_without_mails_has_an_empty_inbox(project: Project) -> None:
    assert project.store is not None

    assert look_into(project, PLAIN).is_empty


def test_what_nobody_looked_at_stands_apart(filled: Project) -> None:
    inbox = look_into(filled, PLAIN)

    assert (numbers(inbox.unread), numbers(inbox.seen)) == ([4, 2], [1])
    assert inbox.unread_count == 2
    assert not inbox.is_empty


def test_a_mail_read_meanwhile_stands_in_the_inbox_once(filled: Project, tmp_path: Path) -> None:
    began = []

    def read_it(_connection: object, *_rest: object) -> None:
        began.append(len(began))
        if len(began) == 3:  # those nobody looked at are found, the others not yet
            with Project.open(tmp_path, environment={}, clock=FakeClock()) as other:
                other.replies.mark_read(2)

    event.listen(Engine, "after_cursor_execute", read_it)
    try:
        inbox = look_into(filled, PLAIN)
    finally:
        event.remove(Engine, "after_cursor_execute", read_it)

    assert len(began) > 3
    assert (numbers(inbox.unread), numbers(inbox.seen)) == ([4, 2], [1])
    assert filled.replies.get(2).state is InboundState.READ


def test_what_was_put_away_is_shown_when_asked_for(filled: Project) -> None:
    inbox = look_into(filled, PLAIN, is_away=True)

    assert (numbers(inbox.unread), numbers(inbox.seen)) == ([], [3])
    assert inbox.unread_count == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GROEPEN veertien", [1]),
        ("jan@", [1]),
        ("brief", [2, 1]),
        ("100%", [2]),
        ("%", [2]),
        ("brief nee", []),
    ],
)
def test_every_word_must_stand_in_the_mail(filled: Project, text: str, found: list[int]) -> None:
    inbox = look_into(filled, PLAIN, text=text)

    assert numbers((*inbox.unread, *inbox.seen)) == found


def test_tags_are_counted_and_choose(filled: Project) -> None:
    filled.replies.tag(1, ["Goed"])

    inbox = look_into(filled, ReplyChoice(tag="goed"))

    assert dict(inbox.tags) == {"Goed": 1}
    assert (numbers(inbox.unread), numbers(inbox.seen)) == ([], [1])


def test_a_kind_that_is_none_is_refused(filled: Project) -> None:
    with pytest.raises(UsageError, match="bounc"):
        look_into(filled, ReplyChoice(kind="bounc"))


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30])
def test_a_mail_no_number_can_name_is_not_there(filled: Project, number: int) -> None:
    with pytest.raises(UsageError, match="there is no mail"):
        filled.replies.get(number)
