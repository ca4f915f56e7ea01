"""The tables of consent, and of the mails that ask for it.

    consent_event ─ consent_personal       what happened, and what it holds about a person
         ├─ consent_roll                   who was in an import
         └─ consent_wording                the exact texts people said yes to
    service_mail                           mails to one person: to confirm

An event is never changed: what can be wiped stands in a table beside it, bound by a commitment.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from newsletter.domain.consent import ConsentKind
from newsletter.domain.delivery import BatchState
from newsletter.store.schema.append_only import make_append_only
from newsletter.store.schema.collection import metadata, one_of
from newsletter.store.schema.columns import JsonText, UtcTime

__all__ = ["consent_event", "consent_personal", "consent_roll", "consent_wording", "service_mail"]

consent_event = Table(
    "consent_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("subscriber_id", Integer),
    Column("email_hmac", Text),
    Column("kind", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("wording", Text),
    Column("wording_digest", Text),
    Column("commitment", Text),
    Column("roll", Text),
    Column("at", UtcTime, nullable=False),
    Column("prev_hash", Text, nullable=False, unique=True),  # no two events follow one
    Column("hash", Text, nullable=False),
    one_of("kind", ConsentKind),
    Index(None, "email_hmac"),
    sqlite_strict=True,
)
make_append_only(consent_event, "UPDATE", "DELETE")

consent_personal = Table(
    "consent_personal",
    metadata,
    Column("event_id", ForeignKey("consent_event.id"), primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
    Column("email", Text),
    Column("source", Text),
    Column("ip", Text),
    Column("user_agent", Text),
    Column("details", JsonText, nullable=False),
    sqlite_strict=True,
)
make_append_only(consent_personal, "UPDATE")

consent_wording = Table(
    "consent_wording",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_strict=True,
)
make_append_only(consent_wording, "UPDATE", "DELETE")

consent_roll = Table(
    "consent_roll",
    metadata,
    Column("event_id", ForeignKey("consent_event.id"), nullable=False),
    Column("page", Integer, nullable=False),
    Column("first", Text, nullable=False),  # the first hash on the page, to find a page by
    Column("entries", LargeBinary, nullable=False),
    PrimaryKeyConstraint("event_id", "page"),
    sqlite_strict=True,
)
make_append_only(consent_roll, "UPDATE", "DELETE")

service_mail = Table(
    "service_mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("subscriber_id", Integer),
    Column("email", Text, nullable=False),
    Column("email_hmac", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("delivery_id", Text, nullable=False, unique=True),
    Column("nonce", Text, nullable=False, unique=True),
    Column("wish", JsonText, nullable=False),  # what the person chose, to be done once they confirm
    Column("created_at", UtcTime, nullable=False),
    Column("not_before", UtcTime),
    Column("used_at", UtcTime),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("attempt_key", Text),
    Column("body_digest", Text),
    Column("wording_digest", Text),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("provider_id", Text),
    Column("detail", Text),
    one_of("state", (state for state in BatchState if state is not BatchState.SPLIT)),
    Index(None, "email_hmac", "created_at"),
    Index(
        "ix_service_mail_open",
        "id",
        sqlite_where=text("state IN ('pending', 'submitting', 'unknown')"),
        postgresql_where=text("state IN ('pending', 'submitting', 'unknown')"),
    ),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an attempt key holds the id and is unique for ever
)
