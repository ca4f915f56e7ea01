"""What kind an event may be is checked in a way that takes SQLite half the time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.database.setting_aside import put_back, set_aside
from newsletter.store.schema.columns import UtcTime, WideInteger

revision = "0009"
down_revision = "0008"

_COLUMNS = (
    "id",
    "provider",
    "event_id",
    "kind",
    "at",
    "delivery_id",
    "attempt_key",
    "email_key",
    "bounce",
    "status",
    "reason",
)
_KINDS = (
    "processed",
    "delivered",
    "deferred",
    "bounced",
    "dropped",
    "complained",
    "unsubscribed",
    "resubscribed",
    "opened",
    "clicked",
)
_BOUNCES = ("hard", "soft", "blocked")


def upgrade() -> None:
    """Write the table anew; what is in it stays."""
    op.drop_index("ix_provider_event_delivery_id", "provider_event")
    set_aside("provider_event")
    op.create_table(
        "provider_event",
        sa.Column("id", WideInteger, nullable=False),
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
        sa.CheckConstraint(_any_of("kind", _KINDS), name=op.f("ck_provider_event_kind")),
        sa.CheckConstraint(_any_of("bounce", _BOUNCES), name=op.f("ck_provider_event_bounce")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_event")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_provider_event_provider_event_id")),
        sqlite_strict=True,
    )
    put_back("provider_event", _COLUMNS)
    op.create_index(op.f("ix_provider_event_delivery_id"), "provider_event", ["delivery_id"], unique=False)


def _any_of(name: str, values: tuple[str, ...]) -> str:
    return " OR ".join(f"{name} = '{value}'" for value in values)
