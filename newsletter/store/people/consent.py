"""The consent log: one chain, read back with the words as they were; its heads are kept beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Row, Select, exists, insert, select

from newsletter.audience.consent import ChainFault, commit, find_faults, link
from newsletter.audience.consent_roll import RollEntry, find_on_page, roll_digest
from newsletter.domain.consent import ConsentEvent, ConsentKind, NewConsent, PersonalPart, Wording
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed_ids
from newsletter.store.database.faults import file_fault
from newsletter.store.schema.consent import consent_event, consent_personal, consent_roll, consent_wording

__all__ = ["SqlConsent", "append", "heads_path", "keep_wording", "kept_wording", "note_head"]

_HEAD_SUFFIX = ".consent-heads"


def append(connection: Connection, new: NewConsent, roll: Sequence[bytes] = ()) -> ConsentEvent:
    """Write `new` behind the last event and return it; `roll` are the pages of who was imported.

    In the transaction of what it is about, so that neither is ever there without the other.
    """
    rows = connection.execute(select(consent_event).order_by(consent_event.c.id.desc()).limit(1)).all()
    event = link(new, _event(rows[0]) if rows else None)
    connection.execute(
        insert(consent_event).values(
            id=event.id,
            subscriber_id=event.subscriber_id,
            email_hmac=event.email_hmac,
            kind=event.kind,
            purpose=event.purpose,
            wording=event.wording,
            wording_digest=event.wording_digest,
            commitment=event.commitment,
            roll=event.roll,
            at=event.at,
            prev_hash=event.prev_hash,
            hash=event.hash,
        )
    )
    if new.personal is not None:
        _keep_personal(connection, event.id, new.personal)
    if new.wording is not None:
        keep_wording(connection, new.wording)
    for number, page in enumerate(roll):
        row = {"event_id": event.id, "page": number, "first": page[:16].hex(), "entries": page}
        connection.execute(insert(consent_roll).values(row))
    return event


class SqlConsent:
    """The consent log of a database, and the file beside it that remembers its heads.

    Whoever cuts off the end of the log leaves a chain that is whole. So after each change the number and
    hash of the newest event are added to a file, which a backup should keep apart from the database.
    """

    def __init__(self, database: Database) -> None:
        """Read and write the log in `database`."""
        self._database = database

    @property
    def heads_path(self) -> Path:
        """Return the file that remembers the heads of the chain."""
        return heads_path(self._database)

    def append(self, new: NewConsent) -> ConsentEvent:
        """Write `new` in a transaction of its own."""
        with self._database.writing() as connection:
            event = append(connection, new)
        self.note_head()
        return event

    def note_head(self) -> None:
        """Add the newest event to the file of heads; after a commit. Raises StoreError."""
        note_head(self._database)

    def history(self, email_hmac: str) -> list[tuple[ConsentEvent, PersonalPart | None]]:
        """Return every event about an address (its hash), oldest first, with what it holds of the person."""
        query = select(consent_event).where(consent_event.c.email_hmac == email_hmac)
        with self._database.reading() as connection:
            events = [_event(row) for row in connection.execute(query.order_by(consent_event.c.id))]
            parts = _personal_parts(connection, [event.id for event in events])
        return [(event, parts.get(event.id)) for event in events]

    def log(self) -> list[tuple[ConsentEvent, PersonalPart | None]]:
        """Return every event of the chain, oldest first, with what it holds of the person."""
        with self._database.reading() as connection:
            events = [_event(row) for row in connection.execute(_in_order())]
            parts = _personal_parts(connection, [event.id for event in events])
        return [(event, parts.get(event.id)) for event in events]

    def imports_of(self, email_hmac: str) -> list[tuple[ConsentEvent, PersonalPart | None, RollEntry]]:
        """Return the imports that an address (its hash) came in with, oldest first."""
        found = []
        with self._database.reading() as connection:
            query = select(consent_event).where(consent_event.c.kind == ConsentKind.IMPORTED)
            for row in connection.execute(query.order_by(consent_event.c.id)).all():
                page = connection.scalar(
                    select(consent_roll.c.entries)
                    .where(consent_roll.c.event_id == row.id, consent_roll.c.first <= email_hmac)
                    .order_by(consent_roll.c.first.desc())
                    .limit(1)
                )
                entry = find_on_page(page, email_hmac) if page is not None else None
                if entry is not None:
                    parts = _personal_parts(connection, [row.id])
                    found.append((_event(row), parts.get(row.id), entry))
        return found

    def undone_imports(self, email_hmac: str) -> list[tuple[ConsentEvent, PersonalPart | None]]:
        """Return the events that took back imports which an address (its hash) came in with."""
        came_with = {event.roll for event, _, _ in self.imports_of(email_hmac)}
        query = select(consent_event).where(
            consent_event.c.kind == ConsentKind.IMPORT_UNDONE, consent_event.c.roll.in_(came_with)
        )
        with self._database.reading() as connection:
            events = [_event(row) for row in connection.execute(query.order_by(consent_event.c.id))]
            parts = _personal_parts(connection, [event.id for event in events])
        return [(event, parts.get(event.id)) for event in events]

    def roll_of(self, event_id: int) -> str:
        """Return the digest of the roll of an import as its pages are now."""
        with self._database.reading() as connection:
            query = select(consent_roll.c.entries).where(consent_roll.c.event_id == event_id)
            return roll_digest(connection.scalars(query.order_by(consent_roll.c.page)).all())

    def wording(self, digest: str) -> Wording | None:
        """Return the text that is kept under `digest`."""
        with self._database.reading() as connection:
            return kept_wording(connection, digest)

    def head(self) -> ConsentEvent | None:
        """Return the newest event."""
        with self._database.reading() as connection:
            query = select(consent_event).order_by(consent_event.c.id.desc()).limit(1)
            row = connection.execute(query).first()
        return _event(row) if row else None

    def faults(self) -> list[ChainFault]:
        """Return where the chain is broken, in order; nothing when it is whole."""
        heads, unreadable = self._heads()
        with self._database.reading() as connection:
            personal = {
                row.event_id: commit(_personal(row)) for row in connection.execute(select(consent_personal))
            }
            kept = connection.execute(select(consent_wording))
            wordings = {
                row.digest: Wording(name=row.name, lang=row.lang, text=row.text).digest for row in kept
            }
            events = (_event(row) for row in connection.execute(_in_order()))
            found = find_faults(
                events, personal=personal, wordings=wordings, rolls=_rolls(connection), heads=heads
            )
            return [*unreadable, *found]

    def _heads(self) -> tuple[dict[int, str], list[ChainFault]]:
        """Return what the file of heads says, and which of its lines say nothing."""
        try:
            lines = self.heads_path.read_text("ascii", "replace").splitlines()
        except FileNotFoundError:
            return {}, []
        except OSError as error:
            raise file_fault(error, str(self.heads_path)) from error
        heads: dict[int, str] = {}
        wrong = []
        for number, line in enumerate(lines, start=1):
            event_id, _, digest = line.partition(" ")
            if not (event_id.isdigit() and len(event_id) < 19 and len(digest) == 64):
                wrong.append(ChainFault(event_id=0, what=f"{self.heads_path.name}:{number} cannot be read"))
            else:
                heads[int(event_id)] = digest
        return heads, wrong


def _keep_personal(connection: Connection, event_id: int, part: PersonalPart) -> None:
    connection.execute(
        insert(consent_personal).values(
            event_id=event_id,
            salt=part.salt,
            email=part.email,
            source=part.source,
            ip=part.ip,
            user_agent=part.user_agent,
            details=dict(part.details),
        )
    )


def heads_path(database: Database) -> Path:
    """Return the file beside `database` that remembers the heads of the chain."""
    return database.beside(_HEAD_SUFFIX)


def note_head(database: Database) -> None:
    """Add the newest event to the file of heads, unless it is its last line; after a commit.

    Raises StoreError.
    """
    with database.reading() as connection:
        newest = select(consent_event.c.id, consent_event.c.hash).order_by(consent_event.c.id.desc())
        row = connection.execute(newest.limit(1)).first()
    if row is None:
        return
    line = f"{row.id} {row.hash}\n".encode()
    path = heads_path(database)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if os.pread(descriptor, len(line), max(0, size - len(line))) != line:
                os.write(descriptor, line)  # one write: two processes never mix their lines
        finally:
            os.close(descriptor)
    except OSError as error:
        raise file_fault(error, str(path)) from error


def keep_wording(connection: Connection, wording: Wording) -> None:
    """Keep a text as it is now, under its digest."""
    if not connection.scalar(select(exists().where(consent_wording.c.digest == wording.digest))):
        values = {"digest": wording.digest, "name": wording.name, "lang": wording.lang, "text": wording.text}
        connection.execute(insert(consent_wording).values(values))


def kept_wording(connection: Connection, digest: str) -> Wording | None:
    """Return the text that is kept under `digest`."""
    row = connection.execute(select(consent_wording).where(consent_wording.c.digest == digest)).first()
    return Wording(name=row.name, lang=row.lang, text=row.text) if row else None


def _in_order() -> Select[tuple[object, ...]]:
    return select(consent_event).order_by(consent_event.c.id)


def _rolls(connection: Connection) -> dict[int, str]:
    """Return the digest of each roll as its pages are now, by event."""
    pages: dict[int, list[bytes]] = {}
    query = select(consent_roll.c.event_id, consent_roll.c.entries)
    for event_id, entries in connection.execute(query.order_by(consent_roll.c.event_id, consent_roll.c.page)):
        pages.setdefault(event_id, []).append(entries)
    empty = select(consent_event.c.id).where(consent_event.c.kind == ConsentKind.IMPORTED)
    return {event_id: roll_digest(pages.get(event_id, [])) for event_id in connection.scalars(empty)}


def _personal_parts(connection: Connection, ids: Sequence[int]) -> dict[int, PersonalPart]:
    wanted = listed_ids(ids)
    query = select(consent_personal).join(wanted, consent_personal.c.event_id == wanted.c.value)
    return {row.event_id: _personal(row) for row in connection.execute(query)}


def _personal(row: Row[tuple[object, ...]]) -> PersonalPart:
    details = {str(name): str(value) for name, value in row.details.items()}
    return PersonalPart(
        salt=row.salt,
        email=row.email,
        source=row.source,
        ip=row.ip,
        user_agent=row.user_agent,
        details=details,
    )


def _event(row: Row[tuple[object, ...]]) -> ConsentEvent:
    return ConsentEvent(
        id=row.id,
        subscriber_id=row.subscriber_id,
        email_hmac=row.email_hmac,
        kind=ConsentKind(row.kind),
        purpose=row.purpose,
        wording=row.wording,
        wording_digest=row.wording_digest,
        commitment=row.commitment,
        roll=row.roll,
        at=row.at,
        prev_hash=row.prev_hash,
        hash=row.hash,
    )
