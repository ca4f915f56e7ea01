"""Mail that comes in: the raw mails on disk, what was made of them, and what is done with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.columns import JsonItems, JsonText, Share, UtcTime, WideInteger

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    _raw_mails()
    _inbound()
    _doings()


def _raw_mails() -> None:
    op.create_table(
        "spool",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("first_seen", UtcTime(), nullable=False),
        sa.Column("removed_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_spool")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "arrival",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["spool.sha256"], name=op.f("fk_arrival_sha256")),
        sa.PrimaryKeyConstraint("source", "key", "sha256", name=op.f("pk_arrival")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_arrival_sha256"), "arrival", ["sha256"], unique=False)
    op.create_table(
        "mailbox_cursor",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("validity", WideInteger, nullable=False),
        sa.Column("last_uid", WideInteger, nullable=False),
        sa.Column("fetched_at", UtcTime(), nullable=True),
        sa.Column("checked_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_mailbox_cursor")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _inbound() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("parsed_at", UtcTime(), nullable=True),
        sa.Column("read_at", UtcTime(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("parser_version", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("in_reply_to", sa.Text(), nullable=True),
        sa.Column("thread_topic", sa.Text(), nullable=True),
        sa.Column("from_name", sa.Text(), nullable=True),
        sa.Column("from_address", sa.Text(), nullable=True),
        sa.Column("from_key", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("attachments", JsonItems(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("sub_kind", sa.Text(), nullable=True),
        sa.Column("kind_conf", Share(), nullable=True),
        sa.Column("evidence", JsonItems(), nullable=True),
        sa.Column("intents", JsonItems(), nullable=True),
        sa.Column("bounces", JsonItems(), nullable=True),
        sa.Column("auth", sa.Text(), nullable=True),
        sa.Column("auth_detail", JsonText(), nullable=True),
        sa.Column("issue", sa.Text(), nullable=True),
        sa.Column("issue_conf", Share(), nullable=True),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("sub_conf", Share(), nullable=True),
        sa.Column("via_subscriber_id", sa.Integer(), nullable=True),
        sa.Column("delivery_id", sa.Text(), nullable=True),
        sa.Column("match_rule", sa.Text(), nullable=True),
        sa.Column("match_evidence", JsonItems(), nullable=True),
        sa.Column("reply_text", sa.Text(), nullable=True),
        sa.Column("quote_text", sa.Text(), nullable=True),
        sa.Column("removed", JsonItems(), nullable=True),
        sa.Column("strip_conf", Share(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'parked', 'new', 'read', 'answered', 'archived')",
            name=op.f("ck_inbound_state"),
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_inbound_tries")),
        sa.ForeignKeyConstraint(["sha256"], ["spool.sha256"], name=op.f("fk_inbound_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("sha256", name=op.f("uq_inbound_sha256")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_inbound_from_key"), "inbound", ["from_key"], unique=False)
    op.create_index(op.f("ix_inbound_issue_kind"), "inbound", ["issue", "kind"], unique=False)
    op.create_index(op.f("ix_inbound_message_id"), "inbound", ["message_id"], unique=False)
    op.create_index(op.f("ix_inbound_state_received_at"), "inbound", ["state", "received_at"], unique=False)
    op.create_index(op.f("ix_inbound_subscriber_id"), "inbound", ["subscriber_id"], unique=False)
    op.create_index(op.f("ix_inbound_via_subscriber_id"), "inbound", ["via_subscriber_id"], unique=False)
    op.create_table(
        "inbound_tag",
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("tag_key", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name=op.f("fk_inbound_tag_inbound_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("inbound_id", "tag_key", name=op.f("pk_inbound_tag")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_inbound_tag_tag_key"), "inbound_tag", ["tag_key"], unique=False)


def _doings() -> None:
    op.create_table(
        "reply_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempt_key", sa.Text(), nullable=True),
        sa.Column("body_digest", sa.Text(), nullable=True),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'submitting', 'accepted', 'rejected', 'unknown', 'cancelled')",
            name=op.f("ck_reply_answer_state"),
        ),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name=op.f("fk_reply_answer_inbound_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_answer")),
        sa.UniqueConstraint("key", name=op.f("uq_reply_answer_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_reply_answer_message_id")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_reply_answer_inbound_id"), "reply_answer", ["inbound_id"], unique=False)
    op.create_table(
        "reply_quote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("shown_name", sa.Text(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("wants_anonymous", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=True),
        sa.Column("asked_message_id", sa.Text(), nullable=True),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answer_inbound_id", sa.Integer(), nullable=True),
        sa.Column("used_in", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "consent IN ('named', 'anonymous', 'asked', 'refused', 'none')",
            name=op.f("ck_reply_quote_consent"),
        ),
        sa.CheckConstraint("wants_anonymous IN (0, 1)", name=op.f("ck_reply_quote_wants_anonymous")),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name=op.f("fk_reply_quote_inbound_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_quote")),
        sa.UniqueConstraint("name", name=op.f("uq_reply_quote_name")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_reply_quote_asked_message_id"), "reply_quote", ["asked_message_id"], unique=False
    )
    op.create_index(op.f("ix_reply_quote_inbound_id"), "reply_quote", ["inbound_id"], unique=False)
    op.create_table(
        "reply_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("proposed_at", UtcTime(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("undone_at", UtcTime(), nullable=True),
        sa.Column("detail", JsonText(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'done', 'undone', 'dismissed')", name=op.f("ck_reply_act_state")
        ),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name=op.f("fk_reply_act_inbound_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_act")),
        sa.UniqueConstraint("inbound_id", "act", name=op.f("uq_reply_act_inbound_id_act")),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_reply_act_state"), "reply_act", ["state"], unique=False)
    op.create_table(
        "message_alias",
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=True),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_message_alias")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_message_alias_delivery_id"), "message_alias", ["delivery_id"], unique=False)
