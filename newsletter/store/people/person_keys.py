"""The key under which addresses of this list are hashed, read within a transaction."""

from __future__ import annotations

from sqlalchemy import Connection, select

from newsletter.store.schema.tables import meta

__all__ = ["PERSON_KEY", "person_key_of"]

PERSON_KEY = "person_key"
"""Its name in `meta`; it is made with the database and never changes."""


def person_key_of(connection: Connection) -> bytes:
    """Return the key of the list."""
    found = connection.scalar(select(meta.c.value).where(meta.c.name == PERSON_KEY))
    assert found is not None, "opening a store makes the key"
    return bytes.fromhex(found)
