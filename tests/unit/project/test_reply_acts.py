"""What follows from mails: done by itself only when it is certain, once, and else kept for the author."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.domain.inbound_mail import InboundFilter, ReplyAct
from newsletter.domain.inbox import ActState
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.testing.fake_clock import FakeClock

CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
base_url = "https://brief.example"
[sender]
from = "Renata <renata@brief.example>"
[replies]
mail_servers = ["mx.brief.example"]
"""
JAN = "jan@gemeente.example"
VOUCHED = "Authentication-Results: mx.brief.example; dmarc=pass header.from=gemeente.example\r\n"
LEAVE = "Wil je me uitschrijven van deze nieuwsbrief?"


@pytest.fixture
def project(tmp_path: Path):
    (tmp_path / "newsletter.toml").write_text(CONFIG)
    with Project.open(tmp_path, environment={}, clock=FakeClock()) as opened:
        opened.consent.add(JAN, source="paper", tags=["gemeente"])
        yield opened


def _take(project: Project, text: str, *, vouched: str = VOUCHED, sender: str = JAN) -> int:
    raw = f"{vouched}From: Jan <{sender}>\r\nSubject: Re: brief\r\n\r\n{text}\r\n".encode()
    number = project.replies.ingest(raw, "eml", str(hash(raw))).id
    project.replies.read_waiting()
    assert number is not None
    return number


def _acts(project: Project, number: int) -> list[tuple[str, ActState, str | None]]:
    return [(one.act, one.state, one.done_by) for one in project.replies.acts.of(number)]


def _status(project: Project, email: str = JAN) -> SubscriberStatus | None:
    found = project.store.subscribers.get(email)
    return found.status if found else None


def test_who_asks_to_leave_from_their_own_vouched_address_has_left(project: Project) -> None:
    number = _take(project, LEAVE)

    assert _acts(project, number) == [("unsubscribe", ActState.DONE, "by itself")]
    assert _status(project) is SubscriberStatus.UNSUBSCRIBED


def test_without_a_server_that_vouches_the_author_decides(project: Project) -> None:
    number = _take(project, LEAVE, vouched="")

    (act,) = project.replies.acts.of(number)
    assert (act.state, act.why) == (ActState.PROPOSED, "your mail server does not vouch for the sender")
    assert _status(project) is SubscriberStatus.ACTIVE

    project.replies.acts.do(number, "unsubscribe")

    assert _status(project) is SubscriberStatus.UNSUBSCRIBED
    with pytest.raises(UsageError, match="done already"):
        project.replies.acts.do(number, "unsubscribe")


def test_nobody_leaves_because_somebody_else_asks(project: Project) -> None:
    number = _take(project, LEAVE, sender="els@other.example")

    (act,) = project.replies.acts.of(number)
    assert act.state is ActState.PROPOSED
    assert _status(project) is SubscriberStatus.ACTIVE
    with pytest.raises(UsageError, match=r"nobody knows for whom(.|\n)*--reader"):
        project.replies.acts.do(number, "unsubscribe")

    project.replies.acts.do(number, "unsubscribe", email=JAN)
    assert _status(project) is SubscriberStatus.UNSUBSCRIBED


def test_what_is_dismissed_stays_so_when_the_mail_is_read_again(project: Project) -> None:
    number = _take(project, LEAVE, vouched="")

    project.replies.acts.dismiss(number, "unsubscribe")
    project.replies.reclassify()

    assert [state for _, state, _ in _acts(project, number)] == [ActState.DISMISSED]
    assert _status(project) is SubscriberStatus.ACTIVE


def test_reading_again_does_nothing_by_itself(project: Project) -> None:
    number = _take(project, LEAVE, vouched="")
    act = project.replies.acts.of(number)[0]
    project.store.reply_acts.settle(act, ActState.UNDONE, "x", act.proposed_at, {})

    project.replies.reclassify()

    assert _status(project) is SubscriberStatus.ACTIVE


def test_to_be_forgotten_is_never_done_without_the_author(project: Project) -> None:
    number = _take(project, "Verwijder al mijn gegevens alsjeblieft uit je bestand, op grond van de AVG.")

    (act,) = project.replies.acts.of(number)
    assert (act.act, act.state) == ("forget", ActState.PROPOSED)

    done = project.replies.acts.do(number, "forget")

    assert done.state is ActState.DONE
    assert _status(project) is None
    assert project.replies.find(InboundFilter()) == []


def test_a_new_address_is_asked_first_and_only_then_the_old_one_goes(project: Project) -> None:
    number = _take(project, "Mijn e-mailadres is gewijzigd: voortaan graag naar jan.nieuw@gemeente.example.")
    new = "jan.nieuw@gemeente.example"

    assert _acts(project, number) == [("change_address", ActState.DONE, "by itself")]
    assert (_status(project), _status(project, new)) == (SubscriberStatus.ACTIVE, SubscriberStatus.PENDING)
    assert project.replies.acts.finish_moves() == 0

    project.store.subscribers.set_status(new, SubscriberStatus.ACTIVE, project.clock.now())

    assert project.replies.acts.finish_moves() == 1
    assert project.replies.acts.finish_moves() == 0
    assert _status(project) is SubscriberStatus.UNSUBSCRIBED


def test_a_mail_that_asks_nothing_is_told_so(project: Project) -> None:
    number = _take(project, "Wat een mooie brief!")

    assert _acts(project, number) == []
    with pytest.raises(UsageError, match=r"does not ask unsubscribe(.|\n)*it asks: nothing"):
        project.replies.acts.do(number, "unsubscribe")


def test_mails_in_which_somebody_asks_something_are_found(project: Project) -> None:
    asking = _take(project, LEAVE, vouched="")
    _take(project, "Wat een mooie brief!")

    found = project.replies.find(InboundFilter(is_asking=True))

    assert [mail.id for mail in found] == [asking]


def test_a_request_that_cannot_be_served_yet_holds_up_no_other_mail(project: Project) -> None:
    broken = project.config.root / "templates" / "consent" / "subscribe.nl.md"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"\xff\xfe")

    moving = _take(project, "Mijn nieuwe e-mailadres is jan@nieuw.example, wil je dat aanpassen?")
    other = _take(project, "Wat een mooie brief!")

    assert project.replies.get(moving).trouble == "the text cannot be read"
    assert project.replies.get(other).trouble is None

    broken.write_text("Ja, graag.")
    project.replies.read_waiting()

    assert project.replies.get(moving).trouble is None
    assert _acts(project, moving) == [("change_address", ActState.DONE, "by itself")]


@pytest.mark.parametrize(
    ("day", "state"),
    [("Tue, 10 Nov 2026", ActState.DONE), ("Tue, 1 Sep 2026", ActState.PROPOSED)],
)
def test_what_was_asked_long_ago_is_for_the_author(project: Project, day: str, state: ActState) -> None:
    number = _take(project, LEAVE, vouched=f"{VOUCHED}Date: {day} 10:00:00 +0100\r\n")

    (act,) = project.replies.acts.of(number)
    assert act.state is state
    assert (act.why is None) == (state is ActState.DONE)


TWO_GONE = """This is the mail system at host mx.gemeente.example.

<jan@gemeente.example>: host mail.gemeente.example said: 550 5.1.1 User unknown
<els@gemeente.example>: host mail.gemeente.example said: 550 5.1.1 User unknown
"""


def _bounce_of_two(project: Project) -> int:
    project.consent.add("els@gemeente.example", source="paper")
    subject = "Undelivered Mail Returned to Sender"
    raw = (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.gemeente.example\r\nSubject: {subject}\r\n\r\n{TWO_GONE}"
    )
    number = project.replies.ingest(raw.encode(), "eml", "two").id
    project.replies.read_waiting()
    assert number is not None
    return number


def test_a_bounce_that_names_two_readers_asks_about_each_of_them(project: Project) -> None:
    number = _bounce_of_two(project)

    asked = {(one.email, one.act, one.state) for one in project.replies.acts.of(number)}
    assert asked == {
        (JAN, "suspend", ActState.PROPOSED),
        ("els@gemeente.example", "suspend", ActState.PROPOSED),
    }
    with pytest.raises(UsageError, match=r"for 2 readers(.|\n)*--reader"):
        project.replies.acts.do(number, "suspend")


def test_what_the_author_does_for_one_reader_is_not_done_for_another(project: Project) -> None:
    number = _bounce_of_two(project)

    project.replies.acts.do(number, "suspend", email=JAN)
    project.replies.reclassify()

    assert _status(project) is SubscriberStatus.UNSUBSCRIBED
    assert _status(project, "els@gemeente.example") is SubscriberStatus.ACTIVE
    project.replies.acts.dismiss(number, "suspend", email="els@gemeente.example")
    states = {one.email: one.state for one in project.replies.acts.of(number)}
    assert states == {JAN: ActState.DONE, "els@gemeente.example": ActState.DISMISSED}


def test_what_a_mail_does_not_ask_by_newer_rules_waits_no_more(project: Project) -> None:
    number = _take(project, "Wat een mooie brief!")
    stale = ReplyAct(inbound_id=number, act="unsubscribe", proposed_at=project.clock.now())
    project.store.reply_acts.propose(stale)

    project.replies.reclassify()

    assert project.replies.acts.waiting() == []
