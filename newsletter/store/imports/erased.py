"""Rows of an import about people who were forgotten: known by the hash of their address alone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select

from newsletter.domain.person_hash import person_hash
from newsletter.store.database.bulk import bulk_insert
from newsletter.store.imports.staging_tables import decided, staged
from newsletter.store.people.erased_keys import erased_hashes
from newsletter.store.people.person_keys import person_key_of

__all__ = ["decide_erased"]

_ROWS_AT_ONCE = 10_000


def decide_erased(
    connection: Connection, undecided: ColumnElement[bool], kind: str, reason: str | None
) -> None:
    """Decide `kind`, for `reason`, of every row `undecided` whose address was erased.

    Nothing is hashed while nobody is erased.
    """
    erased = erased_hashes(connection)
    if not erased:
        return
    secret = person_key_of(connection)
    query = select(staged.c.line, staged.c.email_key).where(undecided)
    streamed = query.execution_options(yield_per=_ROWS_AT_ONCE)
    lines: list[int] = []
    for rows in connection.execute(streamed).partitions():
        lines += [line for line, key in rows if person_hash(secret, key) in erased]
    bulk_insert(connection, decided, ("line", "kind", "reason"), [(line, kind, reason) for line in lines])
