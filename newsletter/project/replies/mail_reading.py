"""What a raw mail comes to: one stage after the other, each a pure function of the mail and the letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.inbound import Classified, InboundKind
from newsletter.domain.inbound_mail import AttachmentName, MailFacts, RemovedPiece
from newsletter.domain.inbound_match import Matched
from newsletter.domain.stripped import Stripped
from newsletter.project.replies.matching import match_desk
from newsletter.project.replies.sent_letters import SentLetters
from newsletter.replies.authentication import authentication_of
from newsletter.replies.classify import classify
from newsletter.replies.intent import intents
from newsletter.replies.match import match
from newsletter.replies.mime import ReadMail, read_mail
from newsletter.replies.policy import Decision, decide
from newsletter.replies.strip import strip

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["MailReader", "Reading"]

_ANSWERED_WITHIN = timedelta(days=30)
"""What was asked before, as in an archive that is taken in, may not be what they want today."""

_OF_MACHINES = (InboundKind.BOUNCE, InboundKind.DELAY, InboundKind.COMPLAINT, InboundKind.MDN)
"""Kinds in which there is nothing that somebody wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a raw mail comes to: what is known of it, and what follows from that."""

    facts: MailFacts
    decision: Decision


class MailReader:
    """Reads mails for one round: each letter's file is read at most once for it."""

    def __init__(self, project: Project) -> None:
        """Read them with what `project` knows of its letters and readers."""
        self._project = project
        self._desk = match_desk(project)
        self._letters = SentLetters(project)

    def read(self, raw: bytes) -> Reading:
        """Return what is known of `raw`, and what follows from it. Raises StoreError."""
        mail = read_mail(raw)
        matched = match(mail, self._desk)
        classified = classify(
            mail, subjects=self._letters.subjects, answered_after=self._answered_after(mail, matched)
        )
        facts = _matched(_envelope(mail), matched)
        if classified.kind not in _OF_MACHINES:
            sent_text = self._letters.text(matched.issue, matched.delivery_id)
            facts = _stripped(facts, strip(mail, sent_text=sent_text))
        if classified.kind is InboundKind.HUMAN:
            lang = self._project.config.newsletter.lang
            asked = intents(facts.reply_text or "", lang, subject=mail.subject)
            classified = replace(classified, intents=asked)
        authentication = authentication_of(mail, self._project.config.replies.mail_servers)
        is_old = mail.date is not None and self._project.clock.now() - mail.date > _ANSWERED_WITHIN
        decision = decide(
            classified, matched, authentication, readers=self._readers(classified), is_old=is_old
        )
        return Reading(
            facts=replace(
                _classified(facts, classified), auth=authentication.verdict, auth_detail=authentication
            ),
            decision=decision,
        )

    def stripped(self, raw: bytes, issue: str | None, delivery: str | None = None) -> Stripped:
        """Return what the writer of `raw`, an answer to `issue`, wrote, and what was left out of it.

        `delivery` is the id of the one it answers, where that is known.
        """
        return strip(read_mail(raw), sent_text=self._letters.text(issue, delivery))

    def _answered_after(self, mail: ReadMail, matched: Matched) -> timedelta | None:
        """Return how long after its letter had left a mail was written, None where that is not known."""
        if mail.date is None or matched.delivery_id is None:
            return None
        taken_at = self._project.store.reply_figures.taken_at(matched.delivery_id)
        return None if taken_at is None else mail.date - taken_at

    def _readers(self, classified: Classified) -> Mapping[str, int]:
        """Return the subscribers at the addresses that a bounce names, by address key."""
        keys = [key for one in classified.bounces if one.recipient and (key := _key(one.recipient))]
        found = self._project.store.subscribers.lookup(keys) if keys else {}
        return {key: reader.id for key, reader in found.items()}


def _stripped(facts: MailFacts, stripped: Stripped) -> MailFacts:
    """Return `facts` with what the writer wrote, and where all else stands."""
    return replace(
        facts,
        reply_text=stripped.reply_text,
        quote_text=stripped.quote_text,
        strip_conf=stripped.confidence,
        removed=tuple(
            RemovedPiece(kind=str(one.kind), start=one.start, end=one.end, rule=one.rule)
            for one in stripped.removed
        ),
    )


def _classified(facts: MailFacts, classified: Classified) -> MailFacts:
    """Return `facts` with what a mail is."""
    return replace(
        facts,
        kind=str(classified.kind),
        sub_kind=None if classified.sub_kind is None else str(classified.sub_kind),
        kind_conf=classified.confidence,
        evidence=classified.evidence,
        bounces=classified.bounces,
        intents=classified.intents,
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
