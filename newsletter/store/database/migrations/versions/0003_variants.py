"""A batch belongs to one variant of the letter, and a campaign knows which variants it has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add both; what was planned before has one letter for everybody, with the key ""."""
    op.add_column("batch", sa.Column("variant", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column(
        "campaign", sa.Column("variants", sa.Text(), nullable=False, server_default=sa.text("'[\"\"]'"))
    )
