"""One index says which events are known and which are about a mail: two cost twice as much at every event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.columns import UtcTime

revision = "0015"
down_revision = "0014"

_COLUMNS = "id, provider, event_id, kind, at, delivery_id, attempt_key, email_key, bounce, status, reason"
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
    """Replace the indexes; what is in the table stays."""
    op.drop_index("ix_provider_event_delivery_id", "provider_event")
    if op.get_bind().dialect.name == "sqlite":
        _write_anew()
    else:
        op.drop_constraint("uq_provider_event_provider_event_id", "provider_event")
    op.create_index(
        "ux_provider_event_of_delivery",
        "provider_event",
        ["delivery_id", "event_id", "provider"],
        unique=True,
    )
    op.create_index(
        "ux_provider_event_of_nobody",
        "provider_event",
        ["event_id", "provider"],
        unique=True,
        sqlite_where=sa.text("delivery_id IS NULL"),
        postgresql_where=sa.text("delivery_id IS NULL"),
    )


def _write_anew() -> None:
    """Make the table without its unique constraint: SQLite drops none from a table that is there."""
    op.rename_table("provider_event", "provider_event_before")
    op.create_table(
        "provider_event",
        sa.Column("id", sa.Integer(), nullable=False),
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
        sqlite_strict=True,
    )
    op.execute(f"INSERT INTO provider_event ({_COLUMNS}) SELECT {_COLUMNS} FROM provider_event_before")  # noqa: S608 (names of our own)
    op.drop_table("provider_event_before")


def _any_of(name: str, values: tuple[str, ...]) -> str:
    return " OR ".join(f"{name} = '{value}'" for value in values)
