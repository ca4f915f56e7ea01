"""Tables of what all processes that send share: rates, and who they are."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from newsletter.store.schema.collection import metadata
from newsletter.store.schema.columns import UtcTime

__all__ = ["bucket", "worker"]

bucket = Table(
    "bucket",
    metadata,
    Column("name", Text, primary_key=True),
    Column("closed_at", UtcTime, nullable=False),
    Column("open_at", UtcTime, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

worker = Table(
    "worker",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
