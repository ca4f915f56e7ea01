"""Every table of the store, as SQLAlchemy Core knows them; the migrations make the same tables.

    meta                     secret and other single values
    subscriber ─ subscriber_tag            the list
    suppression                            addresses never mailed
    pause                                  until when a reader wants no letters
    chosen                                 when a reader last chose what they get
    campaign ─ batch ─ attempt             acts of sending
         └─ wave  └─── delivery            one row per recipient, unique on (issue, email_key)
    bucket                                 when the next mail may leave, by what is limited
    worker                                 processes that send together
    event_body                             what providers told, as it came
    provider_event                         what that says about mails they took
    reader_event                           what readers did with an issue
    received                               who got a campaign's letter, kept to be read quickly
    import_journal ─ import_change         what an import did, for undo
    operator_log                           what people decided
    consent_event, …                       who said yes to what, see `consent_schema`
    spool, inbound, …                      mail that came in, see `inbound_schema`

States are those of `newsletter.domain`; the database refuses any other.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from newsletter.domain.delivery import BatchState, CampaignState, DeliveryOverride, WaveState
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.subscriber import SubscriberStatus, SuppressionReason
from newsletter.store.schema import inbound as inbound_schema  # noqa: F401  # its tables are part of the schema
from newsletter.store.schema.choices import chosen, pause
from newsletter.store.schema.collection import any_of, metadata, one_of
from newsletter.store.schema.columns import JsonText, UtcTime, WideInteger
from newsletter.store.schema.consent import (
    consent_event,
    consent_personal,
    consent_roll,
    consent_wording,
    service_mail,
)
from newsletter.store.schema.sharing import bucket, worker

__all__ = [
    "HEAD",
    "attempt",
    "batch",
    "bucket",
    "campaign",
    "chosen",
    "consent_event",
    "consent_personal",
    "consent_roll",
    "consent_wording",
    "delivery",
    "event_body",
    "import_change",
    "import_journal",
    "meta",
    "metadata",
    "operator_log",
    "pause",
    "provider_event",
    "reader_event",
    "received",
    "service_mail",
    "subscriber",
    "subscriber_tag",
    "suppression",
    "wave",
    "worker",
]

HEAD = "0016"
"""The newest migration packaged with this version; a test holds it to the files."""

_IS_LEASED = text("lease_until IS NOT NULL AND outcome IS NULL")
_ONE_WORD = text("provider_id NOT LIKE '% %'")  # what an SMTP server says is a sentence, and no name

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

subscriber = Table(
    "subscriber",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("lang", Text),
    Column("source", Text),
    Column("fields", JsonText, nullable=False),
    Column("folded", JsonText, nullable=False),  # what segments compare: see store/readers/folding.py
    Column("joined", UtcTime),
    Column("confirmed", UtcTime),
    Column("bucket", Integer, nullable=False),
    one_of("status", SubscriberStatus),
    CheckConstraint("bucket BETWEEN 0 AND 9999", name="bucket"),
    Index(None, "status", "bucket"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an id is never given to a second reader
)

subscriber_tag = Table(
    "subscriber_tag",
    metadata,
    Column("tag_key", Text, nullable=False),
    Column("subscriber_id", ForeignKey("subscriber.id", ondelete="CASCADE"), nullable=False),
    Column("tag", Text, nullable=False),
    PrimaryKeyConstraint("subscriber_id", "tag_key"),
    Index(None, "tag_key", "subscriber_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

suppression = Table(
    "suppression",
    metadata,
    Column("email_key", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    one_of("reason", SuppressionReason),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

campaign = Table(
    "campaign",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("issue", Text, nullable=False),
    Column("issue_path", Text, nullable=False),
    Column("segment", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("template_digest", Text, nullable=False),
    Column("config_digest", Text, nullable=False),
    Column("audience_digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("total", Integer, nullable=False),
    Column("is_planned", Integer, nullable=False),  # 0: still being written, nobody may see it
    Column("statuses", Text, nullable=False),  # subscriber statuses chosen on purpose, beside active
    Column("created_at", UtcTime, nullable=False),
    Column("not_before", UtcTime),
    Column("variants", Text, nullable=False, server_default=text("'[\"\"]'")),  # keys of the letters, as JSON
    Column("plan", Text, nullable=False, server_default=text("'{}'")),  # when and in which waves, as JSON
    Column("corrects", Text),  # the campaign whose letter this one mends
    one_of("state", CampaignState),
    CheckConstraint("is_planned IN (0, 1)", name="is_planned"),
    Index(None, "issue"),
    sqlite_strict=True,
)

batch = Table(
    "batch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("parent", ForeignKey("batch.id")),
    Column("state", Text, nullable=False),
    Column("size", Integer, nullable=False),  # deliveries without an override: those that may leave
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("not_before", UtcTime),
    Column("provider_id", Text),
    Column("detail", Text),
    Column("is_in_doubt", Integer, nullable=False, server_default=text("0")),  # 1: released while unknown
    Column("variant", Text, nullable=False, server_default=text("''")),  # which letter: see domain/variant.py
    Column("wave", Integer, nullable=False, server_default=text("0")),
    Column(
        "lane", Text, nullable=False, server_default=text("''")
    ),  # the recipient domain with a rate of its own
    Column("not_after", UtcTime),
    Column("claimed_by", Text),  # the worker that builds it; it is pending all the same
    Column("claimed_until", UtcTime),
    one_of("state", BatchState),
    CheckConstraint("size >= 0", name="size"),
    UniqueConstraint("campaign_id", "seq"),
    Index(
        "ix_batch_parent",
        "parent",
        sqlite_where=text("parent IS NOT NULL"),
        postgresql_where=text("parent IS NOT NULL"),
    ),
    Index(
        "ix_batch_ready",
        "campaign_id",
        "seq",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_batch_provider_id", "provider_id", sqlite_where=_ONE_WORD, postgresql_where=_ONE_WORD),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an attempt key holds the batch's id and is unique for ever
)

wave = Table(
    "wave",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("not_before", UtcTime),
    Column("gate", Text, nullable=False, server_default=text("'{}'")),  # what it has to show, as JSON
    Column("result", Text, nullable=False, server_default=text("'{}'")),  # what it showed, as JSON
    one_of("state", WaveState),
    PrimaryKeyConstraint("campaign_id", "number"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

attempt = Table(
    "attempt",
    metadata,
    Column("batch_id", ForeignKey("batch.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("body_digest", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", Text),
    Column("status", Integer),
    Column("detail", Text),
    Column("fence", Text),  # the provider's id with which the attempt can be called back
    Column("leaves_at", UtcTime),  # until then
    Column("worker", Text),  # who made it, beside others
    Column("lease_until", UtcTime),  # then it is lost, if nobody wrote an answer
    Column("recalled_at", UtcTime),  # since then it is being called back: a late answer says nothing
    PrimaryKeyConstraint("batch_id", "number"),
    one_of("outcome", (*OutcomeKind, "mixed", "orphaned")),
    Index("ix_attempt_leased", "lease_until", sqlite_where=_IS_LEASED, postgresql_where=_IS_LEASED),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

delivery = Table(
    "delivery",
    metadata,
    Column("batch_id", ForeignKey("batch.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("issue", Text, nullable=False),
    Column("subscriber_id", Integer, nullable=False),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("values", Text, nullable=False),
    Column("override", Text),
    Column("provider_id", Text),
    Column("detail", Text),
    PrimaryKeyConstraint("batch_id", "position"),
    UniqueConstraint("issue", "email_key"),
    one_of("override", DeliveryOverride),
    Index(
        "ix_delivery_override",
        "batch_id",
        "override",
        sqlite_where=text("override IS NOT NULL"),
        postgresql_where=text("override IS NOT NULL"),
    ),
    Index("ix_delivery_provider_id", "provider_id", sqlite_where=_ONE_WORD, postgresql_where=_ONE_WORD),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

reader_event = Table(
    "reader_event",
    metadata,
    Column("id", WideInteger, primary_key=True),
    Column("subscriber_id", Integer),
    Column("delivery_id", Text),
    Column("issue", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "subscriber_id", "kind", "issue"),
    Index(None, "delivery_id"),
    sqlite_strict=True,
)

received = Table(
    "received",
    metadata,
    Column("campaign_id", ForeignKey("campaign.id"), primary_key=True),
    Column("batches", Text, nullable=False),  # the digest of the accepted batches it was made of
    Column("readers", LargeBinary, nullable=False),
    sqlite_strict=True,
)

provider_event = Table(
    "provider_event",
    metadata,
    Column("id", WideInteger, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("delivery_id", Text),
    Column("attempt_key", Text),
    Column("email_key", Text),
    Column("bounce", Text),
    Column("status", Text),
    Column("reason", Text),
    any_of("kind", EventKind),
    any_of("bounce", BounceClass),
    # Tells what is known and finds what is about a mail: a second index on ids in no order costs much.
    Index("ux_provider_event_of_delivery", "delivery_id", "event_id", "provider", unique=True),
    Index(
        "ux_provider_event_of_nobody",
        "event_id",
        "provider",
        unique=True,
        sqlite_where=text("delivery_id IS NULL"),
        postgresql_where=text("delivery_id IS NULL"),
    ),
    sqlite_strict=True,
)

event_body = Table(
    "event_body",
    metadata,
    Column("id", WideInteger, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 of what came, also after an address was taken out
    Column("received_at", UtcTime, nullable=False),
    Column("body", LargeBinary, nullable=False),  # compressed: see store/events/bodies.py
    Column("applied_at", UtcTime),
    Column("trouble", Text),  # why it could not be read
    UniqueConstraint("provider", "digest"),
    Index(
        "ix_event_body_waiting",
        "id",
        sqlite_where=text("applied_at IS NULL"),
        postgresql_where=text("applied_at IS NULL"),
    ),
    Index(None, "received_at"),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

import_journal = Table(
    "import_journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("undone_at", UtcTime),
    sqlite_strict=True,
)

import_change = Table(
    "import_change",
    metadata,
    Column("import_id", ForeignKey("import_journal.id"), nullable=False),
    Column("subscriber_id", Integer, nullable=False),
    Column("before", Text),  # the reader as it was, as JSON; absent: the import added it
    Column("after_digest", Text, nullable=False),  # of the reader as it was left, to see later changes
    Column("suppressed", Integer, nullable=False),  # 1: the import suppressed the address too
    CheckConstraint("suppressed IN (0, 1)", name="suppressed"),
    PrimaryKeyConstraint("import_id", "subscriber_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

operator_log = Table(
    "operator_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False, server_default=func.current_timestamp()),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("campaign_id", Text),
    Column("detail", Text),
    sqlite_strict=True,
)
