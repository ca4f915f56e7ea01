"""Temporary tables in which the rows of an import lie beside the list; they go with their connection."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text

from newsletter.store.schema.columns import JsonText, UtcTime

__all__ = [
    "DECISION_INDEX",
    "KEY_INDEX",
    "barred",
    "decided",
    "departed",
    "metadata",
    "refused",
    "staged",
    "tag_set",
]

metadata = MetaData()

staged = Table(
    "import_staged",
    metadata,
    Column("line", Integer, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False),
    Column("status", Text),
    Column("lang", Text),
    Column("source", Text),
    Column("fields", JsonText, nullable=False),
    Column("folded", JsonText, nullable=False),  # with the source of the import where the row has none
    Column("joined", UtcTime),
    Column("confirmed", UtcTime),
    Column("bucket", Integer, nullable=False),
    Column("tag_set", Integer),
    Column("digest", Text, nullable=False),  # of the reader the row adds
    prefixes=["TEMPORARY"],
)
"""Rows that can be taken, in the form of the list; None where a row says nothing."""

KEY_INDEX = Index("import_staged_key", staged.c.email_key, staged.c.line)
"""Made after the rows are there, which is faster than keeping it up."""

tag_set = Table(
    "import_tag_set",
    metadata,
    Column("id", Integer, nullable=False),
    Column("tag_key", Text, nullable=False),
    Column("tag", Text, nullable=False),
    PrimaryKeyConstraint("id", "tag_key"),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
"""The tags of rows: those with the same tags share a set."""

decided = Table(
    "import_decided",
    metadata,
    Column("line", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("reason", Text),  # why a row is kept out
    Column("first", Integer),  # the earlier line of a double one
    Column("subscriber_id", Integer),
    Column("digest", Text),  # of the reader to be changed, to see whether somebody else was first
    prefixes=["TEMPORARY"],
)
"""What becomes of rows; one that is not here adds a reader."""

DECISION_INDEX = Index("import_decided_kind", decided.c.kind, decided.c.line)

refused = Table(
    "import_refused",
    metadata,
    Column("line", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("cells", Text, nullable=False),
    prefixes=["TEMPORARY"],
)
"""Rows that cannot be taken, with their cells as a JSON array."""

departed = Table(
    "import_departed",
    metadata,
    Column("line", Integer, primary_key=True),
    Column("since", UtcTime, nullable=False),
    prefixes=["TEMPORARY"],
)
"""When those left of whom rows say so."""

barred = Table(
    "import_barred",
    metadata,
    Column("line", Integer, primary_key=True),
    Column("email_key", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    prefixes=["TEMPORARY"],
)
"""Rows that only say that an address must never be mailed."""
