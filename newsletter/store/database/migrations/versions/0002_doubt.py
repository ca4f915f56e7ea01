"""A batch remembers that it was released while unknown: whoever is in it may have the letter already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the mark."""
    op.add_column(
        "batch", sa.Column("is_in_doubt", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
