"""Whom a letter did not reach, and why, is read from whatever form a server gives it."""

from __future__ import annotations

from mail_files import known_mails

from newsletter.domain.address import address_key
from newsletter.domain.inbound import BounceFacts
from newsletter.domain.provider_event import BounceClass
from newsletter.replies.bounce import bounces
from newsletter.replies.mime import read_mail

_MAILS = known_mails("bounces.txt", "harder.txt", "held_out.txt", "odd_bounces.txt")


def _told(facts: tuple[BounceFacts, ...]) -> tuple[list[str], set[str]]:
    recipients = sorted(fact.recipient for fact in facts if fact.recipient)
    return recipients, {str(fact.bounce or "unclear") for fact in facts}


def _facts(raw: str) -> tuple[BounceFacts, ...]:
    return bounces(read_mail(raw.encode()))


def test_a_bounce_tells_whom_and_why() -> None:
    known = [mail for mail in _MAILS if mail.kind == "bounce"]
    expected = [(mail.name, sorted(mail.facts), {mail.sub_kind}) for mail in known]

    found = [(mail.name, *_told(bounces(read_mail(mail.raw)))) for mail in known]

    assert expected == found


def test_a_delay_is_no_bounce() -> None:
    known = [mail for mail in _MAILS if mail.kind == "delay"]
    expected = [(mail.name, [(recipient, True, None) for recipient in mail.facts]) for mail in known]

    found = [
        (mail.name, [(fact.recipient, fact.is_delay, fact.bounce) for fact in bounces(read_mail(mail.raw))])
        for mail in known
    ]

    assert expected == found


def test_nothing_else_is_a_bounce() -> None:
    others = [
        mail
        for mail in known_mails("human.txt", "automatic.txt", "harder.txt", "held_out.txt", "odd_people.txt")
        if mail.kind not in ("bounce", "delay")
    ]

    assert [mail.name for mail in others if bounces(read_mail(mail.raw))] == []


def test_the_letter_is_named_by_what_came_back() -> None:
    by_name = {one.name: bounces(read_mail(one.raw)) for one in _MAILS}

    found = {
        name: by_name[name][0].message_id
        for name in (
            "postfix-unknown-local",
            "sendmail-unknown",
            "qmail-remote",
            "exchange-2016-ndr",
            "imail",
        )
    }

    assert found == {
        "postfix-unknown-local": "7.1.ABCDEFGH23456789@brief.example",  # the whole letter
        "sendmail-unknown": "7.2.ABCDEFGH23456789@brief.example",  # its header
        "qmail-remote": "7.5.ABCDEFGH23456789@brief.example",  # in the text
        "exchange-2016-ndr": "7.8.ABCDEFGH23456789@brief.example",  # In-Reply-To alone
        "imail": "7.11.ABCDEFGH23456789@brief.example",
    }


def test_status_and_words_are_kept() -> None:
    (mail,) = (one for one in _MAILS if one.name == "exim-dsn-remote")

    (fact,) = bounces(read_mail(mail.raw))

    assert fact == BounceFacts(
        recipient="weg@vereniging.example",
        rule="report",
        status="5.1.1",  # of the remote server: the report's own 5.0.0 says nothing
        diagnostic="smtp; 550 5.1.1 <weg@vereniging.example>: Recipient address rejected: "
        "User unknown in virtual mailbox table",
        bounce=BounceClass.HARD,
    )


def test_of_words_those_from_the_code_on_are_kept() -> None:
    (mail,) = (one for one in _MAILS if one.name == "gmail-over-quota")

    (fact,) = bounces(read_mail(mail.raw))

    assert (fact.status, fact.diagnostic) == (
        "5.2.2",
        "552 5.2.2 The recipient's inbox is out of storage space. gsmtp",
    )


def test_the_subject_of_the_letter_is_no_reason() -> None:
    facts = _facts(
        "From: MAILER-DAEMON@mx.example\nSubject: Undeliverable: Zo voorkom je spam\n\n"
        "Your message\n  Subject: Zo voorkom je spam\nwas not delivered to:\n  jan@mx.example\n"
    )

    assert [(fact.recipient, fact.bounce) for fact in facts] == [("jan@mx.example", None)]


def test_a_bounce_packed_into_another_mail_by_a_scanner_is_read() -> None:
    facts = _facts(
        "From: postmaster@mx.example\nSubject: Delivery Status Notification (Failure)\n"
        "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n"
        "From: postmaster@mx.example\nSubject: Delivery Status Notification (Failure)\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: message/delivery-status\n\n"
        "Final-Recipient: rfc822; weg@mx.example\nAction: failed\nStatus: 5.1.1\n--b--\n--a--\n"
    )

    assert [(fact.recipient, fact.bounce) for fact in facts] == [("weg@mx.example", BounceClass.HARD)]


def test_a_thousand_recipients_are_cut_off_not_read_for_ever() -> None:
    listed = "\n\n".join(f"Final-Recipient: rfc822; n{n}@mx.example\nAction: failed" for n in range(1000))

    facts = _facts(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\nContent-Type: message/delivery-status\n\n{listed}\n--b--\n"
    )

    assert len({address_key(fact.recipient) for fact in facts if fact.recipient}) == len(facts) == 200
