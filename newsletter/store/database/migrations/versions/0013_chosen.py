"""When readers last chose what they get, so that a backup that is put back does not take it from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.columns import UtcTime

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table; of earlier choices nobody knows when they were made."""
    op.create_table(
        "chosen",
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_chosen_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", name=op.f("pk_chosen")),
        sqlite_strict=True,
    )
