"""What a database that a backup takes the place of hands on to it: numbers, keys, choices and refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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

from newsletter.domain.delivery import BatchState
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.store.database.dialects import keeps_documents, listed, listed_ids
from newsletter.store.moving.numbers import last_numbers
from newsletter.store.people.held_mails import hold_mails
from newsletter.store.people.signing_keys import KEYS_NAME
from newsletter.store.readers.list_rows import overwrite_subscribers, read_subscribers
from newsletter.store.readers.preferences import note_choice
from newsletter.store.schema.tables import (
    chosen,
    meta,
    metadata,
    pause,
    service_mail,
    subscriber,
    suppression,
)

__all__ = ["CarriedOver", "KeptOn", "carry_over", "read_carried_over"]

_LEAP = 1_000_000
_PENDING = BatchState.PENDING
_GIVEN = table("sqlite_sequence", column("name", String), column("seq", Integer))


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOver:
    """What is read of the database that was there.

    `numbers` are the last ones given, by table: a link holds its reader's number and an attempt key its
    batch's, so none may be given a second time. `keys` are those that sign links, None as long as they are
    the first. `pauses` are the readers who pause, by address key, and until when; `choices` the readers who
    chose since the backup was made, with when; `refused` the address keys of who wants no mail at all.
    `waiting` are the mails to one person that have not left, by nonce, with how often each was tried.
    """

    numbers: Mapping[str, int]
    keys: str | None = None
    pauses: Sequence[tuple[str, datetime | None]] = ()
    choices: Sequence[tuple[Subscriber, datetime]] = ()
    refused: Sequence[str] = ()
    waiting: Mapping[str, int] = field(default_factory=dict)

    def leapt_over(self) -> CarriedOver:
        """Return it with so many numbers more that none is given twice which was given elsewhere since."""
        return replace(self, numbers={name: last + _LEAP for name, last in self.numbers.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOn:
    """What of it was news to the backup, in readers; `held_mails` are mails that may have left since."""

    paused: int = 0
    chose: int = 0
    held_mails: int = 0


def read_carried_over(connection: Connection, since: datetime) -> CarriedOver:
    """Return what the database of `connection` hands on; of what was chosen, that of the time `since`."""
    pauses = (
        select(subscriber.c.email_key, pause.c.until)
        .outerjoin(pause, pause.c.subscriber_id == subscriber.c.id)
        .where(subscriber.c.status == SubscriberStatus.PAUSED)
    )
    there = set(inspect(connection).get_table_names())  # one of an older version has not all
    mails = select(service_mail.c.nonce, service_mail.c.attempt).where(service_mail.c.state == _PENDING)
    refused = select(suppression.c.email_key).where(suppression.c.reason == SuppressionReason.MANUAL)
    return CarriedOver(
        numbers=_given_numbers(connection),
        keys=connection.scalar(select(meta.c.value).where(meta.c.name == KEYS_NAME)),
        pauses=[(row.email_key, row.until) for row in connection.execute(pauses)]
        if pause.name in there
        else (),
        choices=_choices(connection, since) if chosen.name in there else (),
        refused=connection.scalars(refused).all(),
        waiting=dict(connection.execute(mails).all()) if service_mail.name in there else {},
    )


def carry_over(connection: Connection, found: CarriedOver | None) -> KeptOn:
    """Hand on to the database of `connection` what was `found`; return what of it was news.

    When nothing could be read, so many numbers are leapt over that none is given a second time.
    """
    numbers = _numbers(connection)
    connection.execute(delete(_GIVEN))
    for name, last in numbers.items():
        given = last + _LEAP if found is None else max(last, found.numbers.get(name, 0))
        connection.execute(insert(_GIVEN).values(name=name, seq=given))
    held = hold_mails(connection, found.waiting if found else {})
    if found is None:
        return KeptOn(held_mails=held)
    if found.keys is not None:
        connection.execute(delete(meta).where(meta.c.name == KEYS_NAME))
        connection.execute(insert(meta).values(name=KEYS_NAME, value=found.keys))
    _refuse(connection, found.refused)
    paused = _pause(connection, dict(found.pauses))
    return KeptOn(paused=paused, chose=_choose(connection, found.choices), held_mails=held)


def _given_numbers(connection: Connection) -> Mapping[str, int]:
    """Return the last number given in each table, whatever database it is in."""
    return _numbers(connection) if keeps_documents(connection) else last_numbers(connection)


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


def _choices(connection: Connection, since: datetime) -> Sequence[tuple[Subscriber, datetime]]:
    times = dict(
        connection.execute(select(chosen.c.subscriber_id, chosen.c.at).where(chosen.c.at > since)).all()
    )
    wanted = select(subscriber).where(subscriber.c.id.in_(select(listed_ids(times).c.value)))
    return [(one, times[one.id]) for one in read_subscribers(connection, wanted)]


def _choose(connection: Connection, choices: Sequence[tuple[Subscriber, datetime]]) -> int:
    """Give readers who chose since the language, tags and fields they have now; return how many."""
    wanted = {one.key: (one, at) for one, at in choices}
    query = select(subscriber).where(subscriber.c.email_key.in_(select(listed(wanted).c.value)))
    found = read_subscribers(connection, query)
    after = [
        replace(one, lang=now.lang, tags=now.tags, fields=now.fields)
        for one in found
        for now, _ in (wanted[one.key],)
    ]
    overwrite_subscribers(connection, after)
    for one in after:
        note_choice(connection, one.id, wanted[one.key][1])
    return len(after)


def _refuse(connection: Connection, keys: Sequence[str]) -> None:
    """Let whoever wants no mail at all get none; that they are suppressed is known already."""
    connection.execute(
        update(suppression)
        .where(suppression.c.email_key.in_(select(listed(keys).c.value)))
        .values(reason=SuppressionReason.MANUAL)
    )
