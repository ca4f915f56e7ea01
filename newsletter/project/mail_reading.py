"""What a raw mail comes to: one stage after the other, each a pure function of the mail and the letters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.inbound import Classified
from newsletter.domain.inbound_mail import AttachmentName, MailFacts
from newsletter.domain.inbound_match import Matched
from newsletter.project.matching import match_desk
from newsletter.project.sent_letters import SentLetters
from newsletter.replies.classify import classify
from newsletter.replies.match import match
from newsletter.replies.mime import ReadMail, read_mail

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["MailReader"]


class MailReader:
    """Reads mails for one round: each letter's file is read at most once for it."""

    def __init__(self, project: Project) -> None:
        """Read them with what `project` knows of its letters and readers."""
        self._desk = match_desk(project)
        self._letters = SentLetters(project)

    def read(self, raw: bytes) -> MailFacts:
        """Return what is known of `raw`. Raises StoreError."""
        mail = read_mail(raw)
        facts = _matched(_envelope(mail), match(mail, self._desk))
        return _classified(facts, classify(mail, subjects=self._letters.subjects))


def _classified(facts: MailFacts, classified: Classified) -> MailFacts:
    """Return `facts` with what a mail is."""
    return replace(
        facts,
        kind=str(classified.kind),
        sub_kind=None if classified.sub_kind is None else str(classified.sub_kind),
        kind_conf=classified.confidence,
        evidence=classified.evidence,
        bounces=classified.bounces,
    )


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
