"""The tables of what readers choose beside their tags, language and fields."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from newsletter.store.schema.collection import metadata
from newsletter.store.schema.columns import UtcTime

__all__ = ["chosen", "pause"]

pause = Table(
    "pause",
    metadata,
    Column("subscriber_id", ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True),
    Column("until", UtcTime, nullable=False),
    sqlite_strict=True,
)

chosen = Table(
    "chosen",
    metadata,
    Column("subscriber_id", ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True),
    Column("at", UtcTime, nullable=False),
    sqlite_strict=True,
)
