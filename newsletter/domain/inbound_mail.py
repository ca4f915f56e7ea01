"""One mail that came in: what the stages made of it, and how the inbox shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.domain.inbound import Authentication, AuthVerdict, BounceFacts, Evidence, FoundIntent
from newsletter.domain.inbox import ActState, InboundState

__all__ = [
    "PARSER_VERSION",
    "AttachmentName",
    "InboundFilter",
    "InboundMail",
    "Ingested",
    "MailFacts",
    "MailboxCursor",
    "RemovedPiece",
    "ReplyAct",
]

PARSER_VERSION = "3"
"""Which rules read a mail; raised when they change, and kept with what they made of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What became of a raw mail that was handed in: its number, and whether it was not there before.

    `is_removed`: its bytes were removed on purpose before, and are not kept again; `id` is None when all that
    was made of it was as well.
    """

    id: int | None
    is_new: bool
    is_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxCursor:
    """How far a folder of an IMAP server was read: all mails up to `last_uid` are in (RFC 9051 2.3.1.1)."""

    validity: int
    last_uid: int
    fetched_at: datetime | None = None
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentName:
    """An attachment by name and size; nothing opens it."""

    file_name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedPiece:
    """A piece of the text that is not the writer's own: from `start` to `end`, and the rule that says so."""

    kind: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """What the stages made of a raw mail; every one of these can be made again from it.

    Confidences go from 0 to 1. `via_subscriber_id` is the reader whose letter somebody else answered.
    `match_evidence` are the rules that met, with what they saw.
    """

    parser_version: str = PARSER_VERSION
    message_id: str | None = None
    in_reply_to: str | None = None
    thread_topic: str | None = None
    from_name: str | None = None
    from_address: str | None = None
    from_key: str | None = None
    subject: str | None = None
    sent_at: datetime | None = None
    lang: str | None = None
    attachments: tuple[AttachmentName, ...] = ()
    kind: str | None = None
    sub_kind: str | None = None
    kind_conf: float | None = None
    evidence: tuple[Evidence, ...] = ()
    intents: tuple[FoundIntent, ...] = ()
    bounces: tuple[BounceFacts, ...] = ()
    auth: AuthVerdict | None = None
    auth_detail: Authentication | None = None
    issue: str | None = None
    issue_conf: float | None = None
    subscriber_id: int | None = None
    sub_conf: float | None = None
    via_subscriber_id: int | None = None
    delivery_id: str | None = None
    match_rule: str | None = None
    match_evidence: tuple[tuple[str, str], ...] = ()
    reply_text: str | None = None
    quote_text: str | None = None
    removed: tuple[RemovedPiece, ...] = ()
    strip_conf: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMail:
    """One row of the inbox: where it stands, and what is known of it.

    `trouble` says why it is parked, `has_raw` whether the raw mail is still kept, `email` is the address of
    the subscriber it is from, where that is known and they are on the list.
    """

    id: int
    state: InboundState
    received_at: datetime
    facts: MailFacts
    sha256: str
    path: str
    size_bytes: int
    read_at: datetime | None = None
    parsed_at: datetime | None = None
    trouble: str | None = None
    tags: tuple[str, ...] = ()
    email: str | None = None
    has_raw: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundFilter:
    """Which mails to list; what is None or empty chooses nothing.

    `reader` is an address key, `kinds` are of `InboundKind`. Each of `words` stands in what a mail says, its
    subject, or the name or address it is from; letter case does not count. `is_asking`: only those in which
    something waits for the author to decide.
    """

    states: frozenset[InboundState] = frozenset()
    issue: str | None = None
    reader: str | None = None
    tag: str | None = None
    kinds: frozenset[str] = frozenset()
    since: datetime | None = None
    is_asking: bool = False
    words: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyAct:
    """Something a mail asks for one reader, and what was done; `act` is a word of `replies.policy.Act`.

    `subscriber_id` is None where nobody knows for whom; `email` is that reader's address. `id` is None until
    it is kept. `why` says why it waits for the author. `done_by` is whoever did it, or `by itself`. `detail`
    holds what the act needs, such as `reason` and `new_address`.
    """

    inbound_id: int
    act: str
    proposed_at: datetime
    id: int | None = None
    state: ActState = ActState.PROPOSED
    subscriber_id: int | None = None
    email: str | None = None
    why: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    detail: tuple[tuple[str, str], ...] = ()
