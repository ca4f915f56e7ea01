"""What a raw mail comes to: one stage after the other, each a pure function of the mail and the letters."""

from __future__ import annotations

from dataclasses import replace

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.inbound_mail import AttachmentName, MailFacts
from newsletter.domain.inbound_match import Matched
from newsletter.protocols.matching import MatchDesk
from newsletter.replies.match import match
from newsletter.replies.mime import ReadMail, read_mail

__all__ = ["read_raw"]


def read_raw(raw: bytes, desk: MatchDesk) -> MailFacts:
    """Return what is known of `raw`; `desk` knows the letters that left. Raises StoreError."""
    mail = read_mail(raw)
    return _matched(_envelope(mail), match(mail, desk))


def _matched(facts: MailFacts, matched: Matched) -> MailFacts:
    """Return `facts` with the letter a mail answers and the reader it comes from."""
    return replace(
        facts,
        issue=matched.issue,
        issue_conf=matched.issue_confidence,
        subscriber_id=matched.subscriber_id,
        sub_conf=matched.subscriber_confidence,
        via_subscriber_id=matched.via_subscriber_id,
        delivery_id=matched.delivery_id,
        match_rule=matched.rule,
        match_evidence=tuple((f"{one.rule}: {one.where}", one.excerpt) for one in matched.evidence),
    )


def _envelope(mail: ReadMail) -> MailFacts:
    """Return what a mail says of itself."""
    sender = mail.from_
    return MailFacts(
        message_id=mail.message_id,
        in_reply_to=next(iter(mail.in_reply_to), None),
        thread_topic=mail.header("thread-topic"),
        from_name=sender.name if sender else None,
        from_address=sender.address if sender else None,
        from_key=_key(sender.address) if sender else None,
        subject=mail.subject,
        sent_at=mail.date,
        attachments=tuple(
            AttachmentName(file_name=one.file_name, content_type=one.content_type, size_bytes=one.size_bytes)
            for one in mail.attachments
        ),
        reply_text=mail.text,
    )


def _key(address: str) -> str | None:
    try:
        return address_key(address)
    except AddressError:
        return None
