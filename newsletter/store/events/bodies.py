"""Reports of providers as they came: kept before anybody reads them, and until they are too old."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from json import dumps
from urllib.parse import quote

from sqlalchemy import Connection, delete, or_, select, update

from newsletter.domain.masking import mask_addresses
from newsletter.store.database.bulk import bulk_insert_new
from newsletter.store.database.database import Database
from newsletter.store.people.erased_keys import erased_since
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.tables import event_body

__all__ = ["Body", "BodySummary", "SqlEventBodies", "needle", "take_out"]

_LEVEL = 1  # a tenth of the size in a hundredth of a second for a megabyte
_SHORT = 4
_COLUMNS = ("provider", "digest", "received_at", "body")
_ERASED = "erased@erased.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One report: its number here, whose it is, and what came, byte for byte."""

    id: int
    provider: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySummary:
    """What is known of one report without reading it; `trouble` says why it could not be read."""

    id: int
    provider: str
    received_at: datetime
    applied_at: datetime | None
    trouble: str | None


class SqlEventBodies:
    """Reports kept in a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def keep(self, provider: str, data: bytes, now: datetime) -> bool:
        """Keep a report; it is on disk when this returns. False: the very same one was kept before."""
        row = (provider, sha256(data).hexdigest(), utc_text(now), zlib.compress(data, _LEVEL))
        with self._database.writing() as connection:
            return bool(
                bulk_insert_new(connection, event_body, _COLUMNS, [row], unique=("provider", "digest"))
            )

    def waiting(self, most: int) -> Sequence[Body]:
        """Return the oldest reports to be applied, at most `most`; not those that cannot be read."""
        query = _BODIES.where(event_body.c.applied_at.is_(None), event_body.c.trouble.is_(None))
        with self._database.reading() as connection:
            return [_body(*row) for row in connection.execute(query.limit(most))]

    def done(self, ids: Iterable[int], now: datetime) -> None:
        """Write down that reports are applied; that they are applied again after a power cut is no harm."""
        statement = (
            update(event_body).where(event_body.c.id.in_(list(ids))).values(applied_at=now, trouble=None)
        )
        with self._database.writing(is_durable=False) as connection:
            connection.execute(statement)

    def park(self, body_id: int, trouble: str) -> None:
        """Write down why a report cannot be read; it waits for `stored`."""
        told = mask_addresses(trouble)
        statement = update(event_body).where(event_body.c.id == body_id).values(trouble=told)
        with self._database.writing(is_durable=False) as connection:
            connection.execute(statement)

    def stored(self, *, since: datetime | None = None, provider: str | None = None) -> Iterator[Body]:
        """Yield the reports kept, oldest first: those since a moment, or of one provider."""
        last = 0
        while True:
            query = _BODIES.where(event_body.c.id > last).limit(50)
            if since is not None:
                query = query.where(event_body.c.received_at >= since)
            if provider is not None:
                query = query.where(event_body.c.provider == provider)
            with self._database.reading() as connection:  # not held while somebody works on them
                rows = connection.execute(query).all()
            if not rows:
                return
            yield from (_body(*row) for row in rows)
            last = rows[-1].id

    def summaries(self, most: int) -> Sequence[BodySummary]:
        """Return the newest reports, at most `most`."""
        columns = (
            event_body.c.id,
            event_body.c.provider,
            event_body.c.received_at,
            event_body.c.applied_at,
            event_body.c.trouble,
        )
        query = select(*columns).order_by(event_body.c.id.desc()).limit(most)
        with self._database.reading() as connection:
            return [BodySummary(**row._mapping) for row in connection.execute(query)]

    def get(self, body_id: int) -> Body | None:
        """Return one report, None when there is none of that number."""
        with self._database.reading() as connection:
            row = connection.execute(_BODIES.where(event_body.c.id == body_id)).first()
        return None if row is None else _body(*row)

    def prune(self, before: datetime) -> int:
        """Remove the reports that came before a moment and are applied, or can never be; return how many."""
        old = delete(event_body).where(
            event_body.c.received_at < before,
            or_(event_body.c.applied_at.is_not(None), event_body.c.trouble.is_not(None)),
        )
        with self._database.writing(is_durable=False) as connection:
            return connection.execute(old).rowcount

    def take_out_erased(self, ids: Sequence[int], keys: Iterable[str]) -> int:
        """Take those of the address `keys` who are erased out of the reports `ids`; return how many are."""
        with self._database.reading() as connection:
            erased = erased_since(connection, keys)
        if erased:
            with self._database.writing() as connection:
                for key in erased:
                    take_out(connection, key, ids)
        return len(erased)


def take_out(connection: Connection, email: str, ids: Sequence[int] | None = None) -> int:
    """Put a word in the place of `email` in every report, or in those of `ids`; return in how many it stood.

    In any case of its letters, and also as JSON escapes it. The digest stays that of what came, so that the
    same report is still known.
    """
    pattern, part = _anyhow(email), needle(email)
    found = 0
    for body_id in connection.scalars(select(event_body.c.id)).all() if ids is None else ids:
        data = connection.scalar(select(event_body.c.body).where(event_body.c.id == body_id))
        if data is None:
            continue
        # Bytes that are no text survive the way to text and back.
        text = zlib.decompress(data).decode("utf-8", "surrogateescape")
        if part not in text.casefold():  # forty times as fast, and nearly every report is such
            continue
        without, number = pattern.subn(_ERASED, text)
        if number:
            found += 1
            connection.execute(
                update(event_body)
                .where(event_body.c.id == body_id)
                .values(body=zlib.compress(without.encode("utf-8", "surrogateescape"), _LEVEL))
            )
    return found


_BODIES = select(event_body.c.id, event_body.c.provider, event_body.c.body).order_by(event_body.c.id)


def _body(number: int, provider: str, packed: bytes) -> Body:
    return Body(id=number, provider=provider, data=zlib.decompress(packed))


def needle(email: str) -> str:
    """Return a part of `email` that no way of writing it changes, from before the @ if that is not short."""
    local, _, domain = email.casefold().rpartition("@")
    runs = sorted(re.findall(r"[a-z0-9]+", local), key=len) or [""]
    return runs[-1] if len(runs[-1]) >= _SHORT else max(re.findall(r"[a-z0-9]+", domain), key=len, default="")


def _anyhow(email: str) -> re.Pattern[str]:
    """Return a pattern for an address as a report may write it: plain, or escaped once or twice by JSON."""
    forms = set()
    for plain in (email, email.upper(), email.lower()):
        once = dumps(plain)[1:-1]
        forms |= {plain, once, dumps(once)[1:-1], plain.replace("@", "%40"), quote(plain, safe="")}
    longest_first = sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile(rf"(?<![\w.%+-])(?:{'|'.join(longest_first)})(?![\w-])", re.IGNORECASE)
