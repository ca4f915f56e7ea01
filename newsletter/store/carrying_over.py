"""What a database that a backup takes the place of hands on to it: numbers given, keys, and who pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Connection,
    Integer,
    String,
    Table,
    column,
    delete,
    insert,
    inspect,
    select,
    table,
    update,
)

from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.dialects import listed
from newsletter.store.schema import meta, metadata, pause, subscriber
from newsletter.store.signing_keys import KEYS_NAME

__all__ = ["CarriedOver", "carry_over", "read_carried_over"]

_LEAP = 1_000_000
_GIVEN = table("sqlite_sequence", column("name", String), column("seq", Integer))


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOver:
    """What is read of the database that was there.

    `numbers` are the last ones given, by table: a link holds its reader's number and an attempt key its
    batch's, so none may be given a second time. `keys` are those that sign links, None as long as they are
    the first. `pauses` are the readers who pause, by address key, and until when.
    """

    numbers: Mapping[str, int]
    keys: str | None = None
    pauses: Sequence[tuple[str, datetime | None]] = ()


def read_carried_over(connection: Connection) -> CarriedOver:
    """Return what the database of `connection` hands on."""
    pauses = (
        select(subscriber.c.email_key, pause.c.until)
        .outerjoin(pause, pause.c.subscriber_id == subscriber.c.id)
        .where(subscriber.c.status == SubscriberStatus.PAUSED)
    )
    has_pauses = inspect(connection).has_table(pause.name)  # one of an older version has none
    return CarriedOver(
        numbers=_numbers(connection),
        keys=connection.scalar(select(meta.c.value).where(meta.c.name == KEYS_NAME)),
        pauses=[(row.email_key, row.until) for row in connection.execute(pauses)] if has_pauses else (),
    )


def carry_over(connection: Connection, found: CarriedOver | None) -> int:
    """Hand on to the database of `connection` what was `found`; return how many readers pause since.

    When nothing could be read, so many numbers are leapt over that none is given a second time.
    """
    numbers = _numbers(connection)
    connection.execute(delete(_GIVEN))
    for name, last in numbers.items():
        given = last + _LEAP if found is None else max(last, found.numbers.get(name, 0))
        connection.execute(insert(_GIVEN).values(name=name, seq=given))
    if found is None:
        return 0
    if found.keys is not None:
        connection.execute(delete(meta).where(meta.c.name == KEYS_NAME))
        connection.execute(insert(meta).values(name=KEYS_NAME, value=found.keys))
    return _pause(connection, dict(found.pauses))


def _numbers(connection: Connection) -> Mapping[str, int]:
    """Return the last number given in each table that gives none twice; 0 where none was given yet."""
    given = {row.name: row.seq for row in connection.execute(select(_GIVEN))}
    return {**{name: 0 for name, one in metadata.tables.items() if _is_numbered(one)}, **given}


def _is_numbered(one: Table) -> bool:
    return bool(one.dialect_options["sqlite"]["autoincrement"])


def _pause(connection: Connection, wanted: Mapping[str, datetime | None]) -> int:
    keys = listed(wanted)
    query = (
        select(subscriber.c.id, subscriber.c.email_key)
        .join(keys, keys.c.value == subscriber.c.email_key)
        .where(subscriber.c.status == SubscriberStatus.ACTIVE)
    )
    found = connection.execute(query).all()
    for one in found:
        statement = update(subscriber).where(subscriber.c.id == one.id)
        connection.execute(statement.values(status=SubscriberStatus.PAUSED))
        until = wanted[one.email_key]
        if until is not None:
            connection.execute(insert(pause).values(subscriber_id=one.id, until=until))
    return len(found)
