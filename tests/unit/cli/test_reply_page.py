"""A mail's page says why it is not a person's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from newsletter.cli._replies import mail_as_dict
from newsletter.cli._reply_page import page_lines
from newsletter.domain.inbound import WORDING, BounceFacts, Evidence, InboundKind
from newsletter.domain.inbound_mail import InboundMail, MailFacts
from newsletter.domain.inbox import InboundState
from newsletter.domain.provider_event import BounceClass

AWAY = (
    Evidence(
        kind=InboundKind.OUT_OF_OFFICE, weight=0.6, rule="header:auto-submitted", excerpt="auto-replied"
    ),
    Evidence(kind=InboundKind.OUT_OF_OFFICE, weight=0.4, rule="words:away", excerpt="Ik ben weg"),
    Evidence(kind=InboundKind.HUMAN, weight=0.95, rule="header:auto-submitted-no", excerpt="no"),
)
BOUNCE = BounceFacts(
    recipient="weg@a.example",
    rule="report",
    status="5.1.1",
    diagnostic="550 no\nsuch user",
    bounce=BounceClass.HARD,
)


def _mail(facts: MailFacts) -> InboundMail:
    return InboundMail(
        id=7,
        state=InboundState.NEW,
        received_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        sha256="0" * 64,
        path="00/0.eml",
        size_bytes=1,
        facts=facts,
    )


def test_an_automatic_mail_shows_the_words_that_tell() -> None:
    lines = list(page_lines(_mail(MailFacts(kind="out_of_office", evidence=AWAY)), ()))

    assert "Because:   “auto-submitted: auto-replied”, “Ik ben weg”" in lines


def test_a_bounce_shows_whom_and_why() -> None:
    lines = list(page_lines(_mail(MailFacts(kind="bounce", sub_kind="hard", bounces=(BOUNCE,))), ()))

    assert "Bounced:   weg@a.example: 550 no such user" in lines


def test_a_bounce_known_by_its_wording_alone_shows_the_words_that_tell() -> None:
    said = Evidence(kind=InboundKind.BOUNCE, weight=0.9, rule=WORDING, excerpt="undelivered, niet")
    for bounces, shown in (((replace(BOUNCE, rule=WORDING),), True), ((BOUNCE,), False)):
        lines = list(page_lines(_mail(MailFacts(kind="bounce", evidence=(said,), bounces=bounces)), ()))

        assert ("Because:   “undelivered, niet”" in lines) is shown


def test_a_persons_mail_needs_no_reason() -> None:
    lines = list(page_lines(_mail(MailFacts(kind="human", evidence=AWAY, reply_text="Hoi")), ()))

    assert not any(line.startswith(("Because", "Bounced")) for line in lines)


def test_json_has_every_piece_of_evidence() -> None:
    shown = mail_as_dict(_mail(MailFacts(kind="bounce", evidence=AWAY[:1], bounces=(BOUNCE,))))

    assert shown["evidence"] == [
        {"kind": "out_of_office", "weight": 0.6, "rule": "header:auto-submitted", "excerpt": "auto-replied"}
    ]
    assert shown["bounces"] == [
        {
            "recipient": "weg@a.example",
            "class": "hard",
            "delayed": False,
            "status": "5.1.1",
            "diagnostic": "550 no\nsuch user",
        }
    ]
