"""Consent: what people said yes to, in a chain that only grows, and the mails that ask them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.append_only import append_only_statements
from newsletter.store.schema.columns import JsonText, UtcTime

revision = "0007"
down_revision = "0006"

_KINDS = (
    "'requested', 'confirmed', 'changed', 'withdrawn', 'added', 'imported', 'import_undone', 'expired',"
    " 'forgotten'"
)
_STATES = "'pending', 'submitting', 'accepted', 'rejected', 'unknown', 'cancelled'"
_OPEN = "state IN ('pending', 'submitting', 'unknown')"


def upgrade() -> None:
    """Make the tables; the events, wordings and rolls refuse to be changed."""
    _events()
    _parts()
    _service_mail()
    grown = {
        "consent_event": ("UPDATE", "DELETE"),
        "consent_personal": ("UPDATE",),
        "consent_wording": ("UPDATE", "DELETE"),
        "consent_roll": ("UPDATE", "DELETE"),
    }
    for table, verbs in grown.items():
        for statement in append_only_statements(table, op.get_bind().dialect.name, verbs):
            op.execute(statement)


def _events() -> None:
    op.create_table(
        "consent_event",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("email_hmac", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("wording_digest", sa.Text(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=True),
        sa.Column("roll", sa.Text(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_consent_event_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_consent_event_prev_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_consent_event_email_hmac"), "consent_event", ["email_hmac"], unique=False)


def _parts() -> None:
    op.create_table(
        "consent_personal",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("ip", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("details", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["consent_event.id"], name=op.f("fk_consent_personal_event_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_consent_personal")),
        sqlite_strict=True,
    )
    op.create_table(
        "consent_wording",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent_wording")),
        sqlite_strict=True,
    )
    op.create_table(
        "consent_roll",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["consent_event.id"], name=op.f("fk_consent_roll_event_id")),
        sa.PrimaryKeyConstraint("event_id", "page", name=op.f("pk_consent_roll")),
        sqlite_strict=True,
    )


def _service_mail() -> None:
    op.create_table(
        "service_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_hmac", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("wish", JsonText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempt_key", sa.Text(), nullable=True),
        sa.Column("body_digest", sa.Text(), nullable=True),
        sa.Column("wording_digest", sa.Text(), nullable=True),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_service_mail_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_mail")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_service_mail_delivery_id")),
        sa.UniqueConstraint("nonce", name=op.f("uq_service_mail_nonce")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_service_mail_email_hmac_created_at"),
        "service_mail",
        ["email_hmac", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_service_mail_open",
        "service_mail",
        ["id"],
        unique=False,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )
