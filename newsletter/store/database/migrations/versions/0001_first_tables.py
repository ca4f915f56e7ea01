"""The first tables: the list, the ledger, and what both remember."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.columns import JsonText, UtcTime, WideInteger

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _list()
    _ledger()
    _memory()


def _list() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("fields", JsonText(), nullable=False),
        sa.Column("folded", JsonText(), nullable=False),
        sa.Column("joined", UtcTime(), nullable=True),
        sa.Column("confirmed", UtcTime(), nullable=True),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'active', 'paused', 'unsubscribed', 'suspended', 'complained', 'erased')",
            name=op.f("ck_subscriber_status"),
        ),
        sa.CheckConstraint("bucket BETWEEN 0 AND 9999", name=op.f("ck_subscriber_bucket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("email_key", name=op.f("uq_subscriber_email_key")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_subscriber_status_bucket"), "subscriber", ["status", "bucket"], unique=False)
    op.create_table(
        "subscriber_tag",
        sa.Column("tag_key", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_subscriber_tag_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "tag_key", name=op.f("pk_subscriber_tag")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_subscriber_tag_tag_key_subscriber_id"),
        "subscriber_tag",
        ["tag_key", "subscriber_id"],
        unique=False,
    )
    op.create_table(
        "suppression",
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('unsubscribed', 'bounced', 'complained', 'erased', 'manual')",
            name=op.f("ck_suppression_reason"),
        ),
        sa.PrimaryKeyConstraint("email_key", name=op.f("pk_suppression")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _ledger() -> None:
    op.create_table(
        "campaign",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("issue_path", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("template_digest", sa.Text(), nullable=False),
        sa.Column("config_digest", sa.Text(), nullable=False),
        sa.Column("audience_digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("is_planned", sa.Integer(), nullable=False),
        sa.Column("statuses", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'paused', 'halted', 'finished', 'cancelled')",
            name=op.f("ck_campaign_state"),
        ),
        sa.CheckConstraint("is_planned IN (0, 1)", name=op.f("ck_campaign_is_planned")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_campaign")),
        sa.UniqueConstraint("id", name=op.f("uq_campaign_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_campaign_issue"), "campaign", ["issue"], unique=False)
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'submitting', 'accepted', 'rejected', 'unknown', 'split', 'cancelled')",
            name=op.f("ck_batch_state"),
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_batch_size")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_batch_campaign_id")),
        sa.ForeignKeyConstraint(["parent"], ["batch.id"], name=op.f("fk_batch_parent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("campaign_id", "seq", name=op.f("uq_batch_campaign_id_seq")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        "ix_batch_parent",
        "batch",
        ["parent"],
        unique=False,
        sqlite_where=sa.text("parent IS NOT NULL"),
        postgresql_where=sa.text("parent IS NOT NULL"),
    )
    op.create_index(
        "ix_batch_ready",
        "batch",
        ["campaign_id", "seq"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "attempt",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_digest", sa.Text(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'not_sent', 'rejected', 'halt', 'unknown', 'mixed', 'orphaned')",
            name=op.f("ck_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_attempt_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_attempt")),
        sa.UniqueConstraint("key", name=op.f("uq_attempt_key")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("override", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint("override IN ('rejected', 'suppressed')", name=op.f("ck_delivery_override")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_delivery_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f("pk_delivery")),
        sa.UniqueConstraint("id", name=op.f("uq_delivery_id")),
        sa.UniqueConstraint("issue", "email_key", name=op.f("uq_delivery_issue_email_key")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_delivery_override",
        "delivery",
        ["batch_id", "override"],
        unique=False,
        sqlite_where=sa.text("override IS NOT NULL"),
        postgresql_where=sa.text("override IS NOT NULL"),
    )


def _memory() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reader_event",
        sa.Column("id", WideInteger, nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Text(), nullable=True),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_event")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_reader_event_delivery_id"), "reader_event", ["delivery_id"], unique=False)
    op.create_index(
        op.f("ix_reader_event_subscriber_id_kind_issue"),
        "reader_event",
        ["subscriber_id", "kind", "issue"],
        unique=False,
    )
    op.create_table(
        "import_journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("undone_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_journal")),
        sqlite_strict=True,
    )
    op.create_table(
        "import_change",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after_digest", sa.Text(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.CheckConstraint("suppressed IN (0, 1)", name=op.f("ck_import_change_suppressed")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_journal.id"], name=op.f("fk_import_change_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "subscriber_id", name=op.f("pk_import_change")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "operator_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_log")),
        sqlite_strict=True,
    )
