"""What a mail tells about letters that could not be delivered: to whom, why, and which letter."""

from __future__ import annotations

from newsletter.domain.inbound import BounceFacts
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.bounce.gate import is_from_mail_system
from newsletter.replies.bounce.letter import returned_letter_id
from newsletter.replies.bounce.notice import notice_facts, worded_facts
from newsletter.replies.bounce.report import report_facts
from newsletter.replies.mime import read_mail

__all__ = ["bounces", "worded_bounces"]

_REPORT = b"multipart/report"


def bounces(mail: ReadMail) -> tuple[BounceFacts, ...]:
    """Return what `mail` says of each address that failed or is delayed; empty when it is no bounce.

    A report (RFC 3464) is believed before the words around it. A mail of which neither a report nor the
    sender shows that a mail system wrote it says nothing, whatever its words are.
    """
    if not is_from_mail_system(mail):
        return ()
    found = _facts(mail)
    return found if any(fact.recipient for fact in found) else _facts_inside(mail) or found


def worded_bounces(mail: ReadMail, *, is_delay: bool) -> tuple[BounceFacts, ...]:
    """Return what a mail says of each address, where its wording alone shows a bounce or delay."""
    return worded_facts(mail, returned_letter_id(mail), is_delay=is_delay)


def _facts(mail: ReadMail) -> tuple[BounceFacts, ...]:
    letter = returned_letter_id(mail)
    reported = report_facts(mail, letter)
    return reported.facts if reported.says_anything else notice_facts(mail, letter)


def _facts_inside(mail: ReadMail) -> tuple[BounceFacts, ...]:
    """Return what a bounce says that a virus scanner on its way has put into a mail of its own."""
    for part in mail.parts:
        if part.content_type == "message/rfc822" and _REPORT in part.content[:20_000].lower():
            inner = read_mail(part.content)
            if is_from_mail_system(inner):
                return _facts(inner)
    return ()
