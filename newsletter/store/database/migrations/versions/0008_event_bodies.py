"""Reports of providers are kept as they came, before anybody reads them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.columns import UtcTime, WideInteger

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table for them."""
    op.create_table(
        "event_body",
        sa.Column("id", WideInteger, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("applied_at", UtcTime(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_body")),
        sa.UniqueConstraint("provider", "digest", name=op.f("uq_event_body_provider_digest")),
        sqlite_strict=True,
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_event_body_waiting",
        "event_body",
        ["id"],
        unique=False,
        sqlite_where=sa.text("applied_at IS NULL"),
        postgresql_where=sa.text("applied_at IS NULL"),
    )
    op.create_index(op.f("ix_event_body_received_at"), "event_body", ["received_at"], unique=False)
