"""Waves and rates that last, fences, and what providers tell later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.columns import UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add them; what was planned before has one wave, no lane and nothing it corrects."""
    op.add_column("campaign", sa.Column("plan", sa.Text(), nullable=False, server_default=sa.text("'{}'")))
    op.add_column("campaign", sa.Column("corrects", sa.Text(), nullable=True))
    op.add_column("batch", sa.Column("wave", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("batch", sa.Column("lane", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("batch", sa.Column("not_after", UtcTime(), nullable=True))
    op.add_column("attempt", sa.Column("fence", sa.Text(), nullable=True))
    op.add_column("attempt", sa.Column("leaves_at", UtcTime(), nullable=True))
    op.create_table(
        "wave",
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.Column("gate", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("result", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint(
            "state IN ('closed', 'open', 'watched', 'passed', 'failed')", name=op.f("ck_wave_state")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_wave_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "number", name=op.f("pk_wave")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bucket",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=False),
        sa.Column("open_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_bucket")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "provider_event",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=True),
        sa.Column("attempt_key", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("bounce", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('processed', 'delivered', 'deferred', 'bounced', 'dropped', 'complained',"
            " 'unsubscribed', 'resubscribed', 'opened', 'clicked')",
            name=op.f("ck_provider_event_kind"),
        ),
        sa.CheckConstraint("bounce IN ('hard', 'soft', 'blocked')", name=op.f("ck_provider_event_bounce")),
        sa.PrimaryKeyConstraint("provider", "event_id", name=op.f("pk_provider_event")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_provider_event_delivery_id_kind"), "provider_event", ["delivery_id", "kind"], unique=False
    )
