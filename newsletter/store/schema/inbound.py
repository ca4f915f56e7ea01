"""The tables of mail that came in, and of what is done with it.

    spool ─ arrival                        the raw mails on disk, and every way each came in
      └─ inbound ─ inbound_tag             one row for each mail: what was made of it
             ├─ reply_answer               the author's answers, each sent once
             ├─ reply_quote                words that may be quoted, and who agreed
             └─ reply_act                  what is asked for a reader, and what was done
    mailbox_cursor                         how far a mailbox was read
    message_alias                          other Message-IDs of letters that left

The columns of `inbound` that hold what stages found out may all be made again from the raw mail, but for its
state, tags and times.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from newsletter.domain.delivery import BatchState
from newsletter.domain.inbox import ActState, InboundState
from newsletter.domain.quote import QuoteConsent
from newsletter.store.schema.collection import metadata, one_of
from newsletter.store.schema.columns import JsonItems, JsonText, Share, UtcTime, WideInteger

__all__ = [
    "arrival",
    "inbound",
    "inbound_tag",
    "mailbox_cursor",
    "message_alias",
    "reply_act",
    "reply_answer",
    "reply_quote",
    "spool",
]

spool = Table(
    "spool",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("path", Text, nullable=False),  # below the folder of raw mails
    Column("size_bytes", Integer, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("removed_at", UtcTime),  # the raw mail went, and must not come back with the next fetch
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

arrival = Table(
    "arrival",
    metadata,
    Column("source", Text, nullable=False),  # such as imap:renata@mail.example/INBOX
    Column("key", Text, nullable=False),  # what the source calls it, such as UIDVALIDITY/UID
    Column("sha256", ForeignKey("spool.sha256"), nullable=False),
    Column("at", UtcTime, nullable=False),
    PrimaryKeyConstraint("source", "key", "sha256"),
    Index(None, "sha256"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

mailbox_cursor = Table(
    "mailbox_cursor",
    metadata,
    Column("source", Text, primary_key=True),
    Column("validity", WideInteger, nullable=False),  # UIDVALIDITY (RFC 9051 2.3.1.1)
    Column("last_uid", WideInteger, nullable=False),  # this one and all before it are in
    Column("fetched_at", UtcTime),  # when a mail last came out of it
    Column("checked_at", UtcTime, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

inbound = Table(
    "inbound",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("spool.sha256"), nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("parsed_at", UtcTime),
    Column("read_at", UtcTime),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("trouble", Text),  # why it is parked
    Column("parser_version", Text),
    # What it says of itself.
    Column("message_id", Text),
    Column("in_reply_to", Text),
    Column("thread_topic", Text),
    Column("from_name", Text),
    Column("from_address", Text),
    Column("from_key", Text),
    Column("subject", Text),
    Column("sent_at", UtcTime),
    Column("lang", Text),
    Column("attachments", JsonItems),  # names and sizes alone
    # What it is. Kinds and intents are not checked here: rules that read them grow faster than tables.
    Column("kind", Text),
    Column("sub_kind", Text),
    Column("kind_conf", Share),
    Column("evidence", JsonItems),
    Column("intents", JsonItems),
    Column("bounces", JsonItems),
    Column("auth", Text),
    Column("auth_detail", JsonText),
    # Which letter it answers, and who wrote it: found apart, trusted apart.
    Column("issue", Text),
    Column("issue_conf", Share),
    Column("subscriber_id", Integer),
    Column("sub_conf", Share),
    Column("via_subscriber_id", Integer),  # whose letter somebody else answered
    Column("delivery_id", Text),
    Column("match_rule", Text),
    Column("match_evidence", JsonItems),
    # What the person wrote.
    Column("reply_text", Text),
    Column("quote_text", Text),
    Column("removed", JsonItems),
    Column("strip_conf", Share),
    one_of("state", InboundState),
    CheckConstraint("tries >= 0", name="tries"),
    Index(None, "state", "received_at"),
    Index(None, "issue", "kind"),
    Index(None, "subscriber_id"),
    Index(None, "via_subscriber_id"),
    Index(None, "from_key"),
    Index(None, "message_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # the author writes numbers down
)

inbound_tag = Table(
    "inbound_tag",
    metadata,
    Column("inbound_id", ForeignKey("inbound.id", ondelete="CASCADE"), nullable=False),
    Column("tag_key", Text, nullable=False),
    Column("tag", Text, nullable=False),
    PrimaryKeyConstraint("inbound_id", "tag_key"),
    Index(None, "tag_key"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

message_alias = Table(
    "message_alias",
    metadata,
    Column("alias", Text, primary_key=True),
    Column("delivery_id", Text),
    Column("issue", Text, nullable=False),
    Column("subscriber_id", Integer),
    Column("at", UtcTime, nullable=False),
    Index(None, "delivery_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

reply_answer = Table(
    "reply_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inbound_id", ForeignKey("inbound.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False, unique=True),  # the same answer is never sent twice
    Column("state", Text, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("to_address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("attempt_key", Text),
    Column("body_digest", Text),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("provider", Text),
    Column("provider_id", Text),
    Column("detail", Text),
    one_of("state", (state for state in BatchState if state is not BatchState.SPLIT)),
    Index(None, "inbound_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an attempt key holds the id and is unique for ever
)

reply_quote = Table(
    "reply_quote",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),  # what stands behind `::: reader`
    Column("inbound_id", ForeignKey("inbound.id", ondelete="CASCADE"), nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("shown_name", Text),
    Column("consent", Text, nullable=False),
    Column("wants_anonymous", Integer, nullable=False, server_default=text("0")),  # 1: asked to be unnamed
    Column("created_at", UtcTime, nullable=False),
    Column("asked_at", UtcTime),
    Column("asked_message_id", Text),
    Column("answered_at", UtcTime),
    Column("answered_by", Text),  # the reader's mail, or the author's word
    Column("answer_inbound_id", Integer),
    Column("used_in", Text),
    one_of("consent", QuoteConsent),
    CheckConstraint("wants_anonymous IN (0, 1)", name="wants_anonymous"),
    Index(None, "inbound_id"),
    Index(None, "asked_message_id"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

reply_act = Table(
    "reply_act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inbound_id", ForeignKey("inbound.id", ondelete="CASCADE"), nullable=False),
    Column("act", Text, nullable=False),  # such as unsubscribe
    Column("state", Text, nullable=False),
    Column("subscriber_id", Integer),
    Column("why", Text),  # why it was done by itself, or was not
    Column("proposed_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("done_by", Text),
    Column("undone_at", UtcTime),
    Column("detail", JsonText),
    one_of("state", ActState),
    UniqueConstraint("inbound_id", "act", "subscriber_id"),  # for each reader that the mail names
    Index(None, "state"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)
