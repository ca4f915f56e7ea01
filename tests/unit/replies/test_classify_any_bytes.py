"""Whatever comes in is told apart: no bytes raise, and nothing is claimed that the mail does not hold."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from mail_files import known_mails

from newsletter.domain.inbound import InboundKind
from newsletter.replies.bounce import bounces
from newsletter.replies.classify import classify
from newsletter.replies.complaint import complaint
from newsletter.replies.mime import read_mail

_LINES = st.sampled_from(
    [
        "From: MAILER-DAEMON@a.example",
        "Return-Path: <>",
        "Subject: Undeliverable: x",
        "Subject: Automatisch antwoord: x",
        "X-Failed-Recipients: a@b.example, @",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: message/delivery-status",
        "Content-Type: message/rfc822",
        "Content-Type: message/feedback-report",
        "Content-Type: message/disposition-notification",
        "--b",
        "--b--",
        "",
        "Disposition: ; deleted",
        "Final-Recipient: rfc822; a@b.example",
        "Final-Recipient: ;;@",
        "Action: failed",
        "Action: delayed",
        "Action:",
        "Status: 5.1.1",
        "Status: x",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
        "Feedback-Type: abuse",
        "a@b.example",
        "<a@b.example>:",
        "Recipient: a@b.example",
        "To: a@b.example",
        "user unknown",
        "Message-ID: <1@b.example>",
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: no",
        "Ik ben afwezig",
        "X-Spam-Flag: YES",
        "550 5.7.1 blocked",
        "\x00ÿ",
        '"',
        "> x",
    ]
)
_MAILS = [mail.raw for mail in known_mails("bounces.txt", "automatic.txt", "human.txt")]


@st.composite
def _mangled(draw: st.DrawFn) -> bytes:
    """Draw one of our mails with a piece cut out and another put in."""
    raw = draw(st.sampled_from(_MAILS))
    begin = draw(st.integers(0, len(raw)))
    end = draw(st.integers(begin, len(raw)))
    return raw[:begin] + draw(st.binary(max_size=30)) + raw[end:]


_ANY = st.one_of(
    st.binary(max_size=400),
    st.lists(_LINES, max_size=40).map(lambda lines: "\n".join(lines).encode("latin-1")),
    _mangled(),
)


@settings(max_examples=150)
@given(_ANY)
def test_any_mail_has_a_kind_and_its_reasons(raw: bytes) -> None:
    mail = read_mail(raw)

    found = classify(mail, subjects=["x", "Wil je als organisatie wel op social media?"])

    assert 0 <= found.confidence <= 1
    assert all(0 < one.weight <= 1 and len(one.excerpt) <= 200 and one.rule for one in found.evidence)
    assert found.kind is InboundKind.HUMAN or found.kind in {one.kind for one in found.evidence}
    assert (found.kind in (InboundKind.BOUNCE, InboundKind.DELAY)) == bool(found.bounces)


@settings(max_examples=150)
@given(_ANY)
@example(b"Return-Path:\n\nniet worden bezorg@0.\x88")
def test_a_bounce_names_only_addresses_that_stand_in_the_mail(raw: bytes) -> None:
    mail = read_mail(raw)
    words = " ".join(
        [mail.subject, mail.text, *(value for _, value in mail.headers)]
        + [part.content.decode("latin-1") for part in mail.parts]
    ).lower()

    named = [fact.recipient.lower() for fact in bounces(mail) if fact.recipient]

    # A domain beyond ASCII stands in the mail as people write it.
    written = [one.partition("@")[0] + "@" if "@xn--" in one or ".xn--" in one else one for one in named]
    assert [one for one in written if one not in words] == []


@settings(max_examples=100)
@given(_ANY)
def test_any_mail_may_be_asked_for_a_complaint(raw: bytes) -> None:
    found = complaint(read_mail(raw))

    assert found is None or found.feedback == found.feedback.lower()
