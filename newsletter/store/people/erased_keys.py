"""Who is erased, told from the addresses asked about: only their hashes are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select

from newsletter.domain.person_hash import erased_key, person_hash
from newsletter.store.database.dialects import listed
from newsletter.store.people.person_keys import person_key_of
from newsletter.store.schema.tables import suppression

__all__ = ["erased_hashes", "erased_since", "has_address"]

_FIRST, _AFTER = erased_key(""), "erased;"  # the next text after all that begin with the prefix
_EVERY = select(suppression.c.email_key).where(
    suppression.c.email_key >= _FIRST, suppression.c.email_key < _AFTER
)


def has_address() -> ColumnElement[bool]:
    """Return the condition that a suppression is of an address, not of what is left of somebody erased."""
    return or_(suppression.c.email_key < _FIRST, suppression.c.email_key >= _AFTER)


def erased_hashes(connection: Connection) -> frozenset[str]:
    """Return the hashes of everybody who is erased."""
    return frozenset(key.removeprefix(_FIRST) for key in connection.scalars(_EVERY))


def erased_since(connection: Connection, keys: Iterable[str]) -> Mapping[str, datetime]:
    """Return which of the address `keys` belong to people who are erased, and since when.

    Nothing is hashed while nobody is erased.
    """
    if connection.scalar(_EVERY.limit(1)) is None:
        return {}
    secret = person_key_of(connection)
    by_hash = {erased_key(person_hash(secret, key)): key for key in keys if not key.startswith(_FIRST)}
    wanted = listed(by_hash)
    query = select(suppression.c.email_key, suppression.c.since).join(
        wanted, suppression.c.email_key == wanted.c.value
    )
    return {by_hash[row.email_key]: row.since for row in connection.execute(query)}
