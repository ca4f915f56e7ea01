"""What a mail asks is kept for each reader that it names: one report may name several."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newsletter.store.schema.columns import JsonText, UtcTime

revision = "0016"
down_revision = "0015"

_COLUMNS = "id, inbound_id, act, state, subscriber_id, why, proposed_at, done_at, done_by, undone_at, detail"
_NAME = "uq_reply_act_inbound_id_act_subscriber_id"
_STATES = "state IN ('proposed', 'done', 'undone', 'dismissed')"


def upgrade() -> None:
    """Let the readers of a mail stand beside each other; what is in the table stays."""
    if op.get_bind().dialect.name == "sqlite":
        _write_anew()
    else:
        op.drop_constraint("uq_reply_act_inbound_id_act", "reply_act")
        op.create_unique_constraint(_NAME, "reply_act", ["inbound_id", "act", "subscriber_id"])


def _write_anew() -> None:
    """Make the table without its unique constraint: SQLite drops none from a table that is there."""
    op.drop_index("ix_reply_act_state", "reply_act")
    op.rename_table("reply_act", "reply_act_before")
    op.create_table(
        "reply_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("proposed_at", UtcTime(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("undone_at", UtcTime(), nullable=True),
        sa.Column("detail", JsonText(), nullable=True),
        sa.CheckConstraint(_STATES, name=op.f("ck_reply_act_state")),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name=op.f("fk_reply_act_inbound_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_act")),
        sa.UniqueConstraint("inbound_id", "act", "subscriber_id", name=op.f(_NAME)),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    if op.get_bind().execute(sa.text("SELECT 1 FROM reply_act_before")).first():
        op.execute(f"INSERT INTO reply_act ({_COLUMNS}) SELECT {_COLUMNS} FROM reply_act_before")  # noqa: S608 (names of our own)
    op.drop_table("reply_act_before")
    op.create_index(op.f("ix_reply_act_state"), "reply_act", ["state"], unique=False)
