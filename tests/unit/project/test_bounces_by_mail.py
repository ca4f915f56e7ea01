"""Bounces and complaints that come by mail change what those of a provider change, and no more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from reply_world import a_newsletter, delivery_of

from newsletter.domain.inbound import BounceFacts
from newsletter.domain.inbound_mail import InboundFilter, MailFacts
from newsletter.domain.message_id import sign_message_ids
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.events.from_mail import mail_events
from newsletter.project import Project
from newsletter.testing.ledger_samples import NOW

_AT = NOW + timedelta(minutes=3)
_BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@mx.gemeente.example>
To: renata@brief.example
Subject: Undelivered Mail Returned to Sender
Date: Tue, 24 Nov 2026 08:33:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.gemeente.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}@brief.example>
To: {recipient}
Subject: Valt de appgroep onder de Woo?

--b--
"""
_COMPLAINT = """From: feedback@arf.example
To: renata@brief.example
Subject: FW: Valt de appgroep onder de Woo?
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Feedback/1
Version: 1

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}@brief.example>
To: redacted@arf.example
Subject: Valt de appgroep onder de Woo?

--b--
"""


@pytest.fixture
def project(tmp_path: Path):
    with a_newsletter(tmp_path) as opened:
        yield opened


def _signed(project: Project, reader: int) -> str:
    return sign_message_ids(project.store.secret, [delivery_of(project, reader)])[0]


def _take(project: Project, template: str, reader: int = 1, **more: str) -> None:
    values = {
        "recipient": f"r{reader}@brief.example",
        "status": "5.1.1",
        "diagnostic": "550 5.1.1 no such user",
        "message_id": _signed(project, reader),
    }
    raw = template.format(**(values | more)).replace("\n", "\r\n").encode()
    project.replies.ingest(raw, "test", f"{len(project.replies.find(InboundFilter()))}")
    assert project.replies.read_waiting() == 0


def _suppressed(project: Project, reader: int = 1) -> str | None:
    found = project.store.subscribers.suppression(f"r{reader}@brief.example")
    return str(found.reason) if found else None


def test_an_address_that_does_not_exist_is_not_mailed_again_and_counts_as_bounced(project: Project) -> None:
    _take(project, _BOUNCE)

    report = project.events.report("c1")

    assert _suppressed(project) == "bounced"
    assert {BounceClass.HARD: 1} == dict(report.bounces)


def test_a_full_mailbox_is_a_strike_and_no_more(project: Project) -> None:
    _take(project, _BOUNCE, status="4.2.2", diagnostic="452 4.2.2 mailbox full")

    assert _suppressed(project) is None
    assert {BounceClass.SOFT: 1} == dict(project.events.report("c1").bounces)
    assert 1 == project.audience.count("bounced:woo")


def test_a_complaint_ends_it(project: Project) -> None:
    _take(project, _COMPLAINT)

    assert _suppressed(project) == "complained"
    assert 1 == project.events.report("c1").readers[EventKind.COMPLAINED]


def test_the_same_bounce_read_again_changes_nothing(project: Project) -> None:
    _take(project, _BOUNCE)
    before = project.events.report("c1")

    _take(project, _BOUNCE)

    assert before == project.events.report("c1")


@pytest.mark.parametrize("reader", [1, 2])
def test_a_bounce_that_names_a_letter_it_cannot_know_touches_nobody(project: Project, reader: int) -> None:
    forged = f"{delivery_of(project, reader)}.{'0' * 20}"

    _take(project, _BOUNCE, reader, message_id=forged)

    assert _suppressed(project, reader) is None
    assert {} == dict(project.events.report("c1").bounces)


def test_an_address_behind_the_reader_s_own_is_not_held_against_them(project: Project) -> None:
    _take(project, _BOUNCE, recipient="old-address@elsewhere.example", message_id=_signed(project, 1))

    assert _suppressed(project) is None
    assert {None: 1} == dict(project.events.report("c1").bounces)


_GONE = """From: r1 <{recipient}>
Subject: Automatisch antwoord: Onze brief
Auto-Submitted: auto-replied
In-Reply-To: <{message_id}>
Content-Type: text/plain; charset=utf-8

Dit adres is niet meer in gebruik.
"""


def test_a_mailbox_that_says_of_itself_that_it_is_gone_is_for_the_author(project: Project) -> None:
    _take(project, _GONE)

    (act,) = project.replies.acts.waiting()
    assert ("suspend", 1, "this is never done without you") == (act.act, act.subscriber_id, act.why)
    assert _suppressed(project) is None
    assert {} == dict(project.events.report("c1").bounces)


_LATE = """Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.gemeente.example>
Subject: Delayed mail

Uw bericht is nog niet afgeleverd; wij blijven het proberen.
"""


def test_a_delay_that_names_nobody_can_be_shown_and_read_again(project: Project) -> None:
    _take(project, _LATE)

    (mail,) = project.replies.find(InboundFilter())

    assert ("delay", (None,)) == (mail.facts.kind, tuple(one.recipient for one in mail.facts.bounces))
    assert 1 == project.replies.reclassify().read


def test_who_was_not_told_of_by_mail_does_not_count_as_silent(project: Project) -> None:
    _take(project, _BOUNCE)

    report = project.events.report("c1")

    assert (False, 0) == (report.tells, report.silent)


def _facts(**more: object) -> MailFacts:
    values = {
        "kind": "bounce",
        "delivery_id": "d1",
        "match_rule": "message-id",
        "bounces": (
            BounceFacts(recipient="other@x.example", rule="r", bounce=BounceClass.SOFT),
            BounceFacts(recipient="Jan@x.example", rule="r", bounce=BounceClass.HARD, status="5.1.1"),
        ),
    }
    return MailFacts(**(values | more))  # type: ignore[arg-type]  # made by hand


def test_of_several_addresses_the_reader_s_own_counts() -> None:
    (event,) = mail_events(_facts(), "d", NOW, "jan@x.example")

    assert (EventKind.BOUNCED, BounceClass.HARD, "5.1.1") == (event.kind, event.bounce, event.status)


def test_a_delay_says_that_it_will_come_later() -> None:
    late = (BounceFacts(recipient="jan@x.example", rule="r", bounce=BounceClass.SOFT, is_delay=True),)

    (event,) = mail_events(_facts(kind="delay", bounces=late), "d", NOW, "jan@x.example")

    assert (EventKind.DEFERRED, None) == (event.kind, event.bounce)


def test_a_mail_from_the_future_tells_of_now() -> None:
    (event,) = mail_events(_facts(sent_at=NOW + timedelta(days=1)), "d", NOW, "jan@x.example")

    assert NOW == event.at


@pytest.mark.parametrize(
    "more",
    [{"kind": "human"}, {"delivery_id": None}, {"match_rule": "sender"}, {"match_rule": "sender-subject"}],
)
def test_a_mail_of_a_person_or_about_no_letter_we_know_tells_nothing(more: dict[str, object]) -> None:
    assert () == mail_events(_facts(**more), "d", NOW, "jan@x.example")
