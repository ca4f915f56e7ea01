"""Leases: who builds a batch, who submitted it, and until when nobody else may say it is lost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.columns import UtcTime

revision = "0014"
down_revision = "0013"

_IS_LEASED = sa.text("lease_until IS NOT NULL AND outcome IS NULL")


def upgrade() -> None:
    """Add them; nobody holds anything yet."""
    op.add_column("batch", sa.Column("claimed_by", sa.Text(), nullable=True))
    op.add_column("batch", sa.Column("claimed_until", UtcTime(), nullable=True))
    op.add_column("attempt", sa.Column("worker", sa.Text(), nullable=True))
    op.add_column("attempt", sa.Column("lease_until", UtcTime(), nullable=True))
    op.add_column("attempt", sa.Column("recalled_at", UtcTime(), nullable=True))
    op.create_index(
        "ix_attempt_leased",
        "attempt",
        ["lease_until"],
        unique=False,
        sqlite_where=_IS_LEASED,
        postgresql_where=_IS_LEASED,
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
