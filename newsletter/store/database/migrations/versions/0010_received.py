"""Who got a campaign's letter, kept so that segments need not read every delivery again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add it, empty: it is filled when a segment first asks."""
    op.create_table(
        "received",
        sa.Column("campaign_id", sa.Text(), nullable=False),
        sa.Column("batches", sa.Text(), nullable=False),
        sa.Column("readers", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_received_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_received")),
        sqlite_strict=True,
    )
