"""Complaints: a reader called the letter spam, and their provider tells (RFC 5965; JMRP of Outlook.com)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from newsletter.domain.inbound import SubKind
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.bounce.fields import field_groups, named_address
from newsletter.replies.bounce.gate import report_type
from newsletter.replies.bounce.letter import returned_header, returned_letter_id

__all__ = ["Complaint", "complaint"]

_NO_COMPLAINT: Final = ("not-spam", "auth-failure", "dkim", "dmarc", "virus")
_JMRP_SUBJECT = re.compile(r"complaint about message from", re.IGNORECASE)
_JMRP_HEADER: Final = "x-hmxmroriginalrecipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint: its form, what it says it is about, who complained and about which letter.

    `feedback` is the Feedback-Type of RFC 5965, "abuse" where the form has none. Providers often leave out
    who complained: then the letter's id is all there is, without brackets.
    """

    form: SubKind
    feedback: str
    recipient: str | None = None
    message_id: str | None = None

    @property
    def is_complaint(self) -> bool:
        """Say whether somebody complained: reports of failed checks and of "not spam" have the same form."""
        return self.feedback not in _NO_COMPLAINT


def complaint(mail: ReadMail) -> Complaint | None:
    """Return the feedback in `mail`; None when it is none."""
    return _arf(mail) or _jmrp(mail)


def _arf(mail: ReadMail) -> Complaint | None:
    if report_type(mail) != "feedback-report":
        return None
    fields = next(
        (
            group
            for part in mail.parts
            if part.content_type == "message/feedback-report"
            for group in field_groups(part.content)
        ),
        {},
    )
    return Complaint(
        form=SubKind.ARF,
        feedback=fields.get("feedback-type", "abuse").strip().lower(),
        recipient=named_address(fields.get("original-rcpt-to", "")) or _addressee(mail),
        message_id=returned_letter_id(mail),
    )


def _jmrp(mail: ReadMail) -> Complaint | None:
    """Return a complaint that is the letter itself, in a mail without words of its own."""
    inside = {name.lower(): value for name, value in returned_header(mail)}
    is_bare = mail.content_type == "message/rfc822" or not mail.text.strip()
    is_named = bool(_JMRP_SUBJECT.match(mail.subject[:200]))
    if not inside or not (_JMRP_HEADER in inside or (is_bare and is_named)):
        return None
    recipient = named_address(inside.get(_JMRP_HEADER, "")) or _addressee(mail)
    return Complaint(
        form=SubKind.JMRP, feedback="abuse", recipient=recipient, message_id=returned_letter_id(mail)
    )


def _addressee(mail: ReadMail) -> str | None:
    """Return who the letter went to, by its own header."""
    return next((named_address(value) for name, value in returned_header(mail) if name.lower() == "to"), None)
