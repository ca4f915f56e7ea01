"""Letters found by the id a provider gave them, for answers that name it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_ONE_WORD = sa.text("provider_id NOT LIKE '% %'")


def upgrade() -> None:
    """Index what is a name; an SMTP server's answer is a sentence."""
    for table in ("batch", "delivery"):
        op.create_index(
            op.f(f"ix_{table}_provider_id"),
            table,
            ["provider_id"],
            sqlite_where=_ONE_WORD,
            postgresql_where=_ONE_WORD,
        )
