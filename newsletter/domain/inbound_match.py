"""Which letter a mail answers and which reader wrote it: two findings, each with how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["FoundReader", "MatchEvidence", "MatchRule", "Matched", "RecentLetter", "SentLetter"]


class MatchRule(StrEnum):
    """What a mail was matched by, the strongest first."""

    MESSAGE_ID = "message-id"  # our signed Message-ID
    STORED_ID = "stored-id"  # the Message-ID a provider gave the letter, or that of an answer of the author
    RECIPIENT = "recipient"  # the address it came to names the delivery (VERP)
    RETURNED = "returned"  # the letter, or its header, came back inside the mail
    LINK = "link"  # a signed link of the letter, in what is quoted
    SENDER_SUBJECT = "sender-subject"
    SENDER = "sender"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchEvidence:
    """One thing that was found: where, and what it names (at most 200 characters)."""

    rule: MatchRule
    where: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLetter:
    """A letter that left: of which issue, and whose it was.

    `subscriber_id` is None when the reader was forgotten, or when only the request of many readers is known.
    `email_keys` are the addresses by which its reader is known: the one it went to and the one of today.
    """

    issue: str | None
    subscriber_id: int | None = None
    delivery_id: str | None = None
    email_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentLetter:
    """A letter one reader got, when, and the subjects it may have had, with their slots open."""

    issue: str
    delivery_id: str
    sent_at: datetime
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReader:
    """The reader an address belongs to, or belonged to when a letter went there."""

    subscriber_id: int
    email_keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Which issue a mail answers, and which reader it comes from; confidences go from 0 to 1.

    `is_sender` says that the mail was sent from an address of that reader: only then may anything be done in
    the reader's name. Otherwise the reader is who the letter was for, and somebody else may have written:
    a private address and a third party look the same. `via_subscriber_id` is set whenever the address it
    came from is not of the reader whose letter it answers. `proposed_issue` is the latest letter of a reader
    who answers none: a guess to show, never kept as found.
    """

    issue: str | None = None
    issue_confidence: float = 0.0
    subscriber_id: int | None = None
    subscriber_confidence: float = 0.0
    is_sender: bool = False
    via_subscriber_id: int | None = None
    delivery_id: str | None = None
    rule: MatchRule = MatchRule.NOTHING
    evidence: tuple[MatchEvidence, ...] = ()
    proposed_issue: str | None = None
