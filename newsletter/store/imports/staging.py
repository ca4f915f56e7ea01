"""The rows of one import, laid out beside the list on a connection of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.schema import CreateTable

from newsletter.audience.importing import (
    DEPARTED,
    Addition,
    Double,
    ImportChange,
    KeptOut,
    KeptOutReason,
    PlanNumbers,
    Refusal,
    Update,
    merged,
)
from newsletter.audience.row_block import RowBlock
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.database.bulk import bulk_insert
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed_ids, prepare_staging
from newsletter.store.database.faults import store_faults
from newsletter.store.imports.decisions import Decision, decide
from newsletter.store.imports.staging_tables import (
    barred,
    decided,
    departed,
    metadata,
    refused,
    staged,
    tag_set,
)
from newsletter.store.imports.staging_values import STAGED_COLUMNS, StagingValues
from newsletter.store.readers.list_rows import read_subscribers
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.tables import subscriber

__all__ = ["Staging"]

_AT_ONCE = 1_000


class Staging:
    """Rows to compare with the list and to apply to it; the list itself is not touched here.

    While rows are laid out nobody waits: temporary tables have their own file and their own lock.
    """

    def __init__(self, database: Database, *, source: str, replaces_tags: bool) -> None:
        """Begin without rows; `source` is where readers come from whose rows do not say."""
        self.source = source
        self.replaces_tags = replaces_tags
        self.is_applied = False
        self._database = database
        self._values = StagingValues(source)
        self.connection: Connection = database.private()
        with store_faults(database.shown), self.connection.begin():
            prepare_staging(self.connection)
            for one in metadata.sorted_tables:  # without their indexes, which come when rows are there
                self.connection.execute(CreateTable(one))

    def put(self, block: RowBlock) -> None:
        """Lay out more rows."""
        rows = self._values.rows(block)
        sets = self._values.new_tag_rows()
        faults = [(one.line, one.reason, json.dumps(one.cells)) for one in block.refused]
        never = [(one.line, one.key, one.reason.value, utc_text(one.since)) for one in block.suppressions]
        left = [(line, utc_text(at)) for line, at in block.left]
        with store_faults(self._database.shown), self.connection.begin():
            bulk_insert(self.connection, departed, ("line", "since"), left)
            bulk_insert(self.connection, barred, ("line", "email_key", "reason", "since"), never)
            bulk_insert(self.connection, staged, STAGED_COLUMNS, rows)
            bulk_insert(self.connection, tag_set, ("id", "tag_key", "tag"), sets)
            bulk_insert(self.connection, refused, ("line", "reason", "cells"), faults)

    def decide(self) -> PlanNumbers:
        """Compare all rows with the list as it is now; call it once, after the last `put`."""
        with store_faults(self._database.shown), self.connection.begin():
            return decide(self.connection, source=self.source, replaces_tags=self.replaces_tags)

    def changes(self, limit: int | None = None) -> Iterator[ImportChange]:
        """Yield what is to be added and updated, in order of lines; the first `limit`, or all."""
        query = (
            select(staged, decided.c.subscriber_id)
            .outerjoin(decided, decided.c.line == staged.c.line)
            .where(decided.c.kind.is_(None) | (decided.c.kind == Decision.CHANGED))
        )
        for rows in self._chunks(query, limit):
            yield from self._changes(rows)

    def updates(self, limit: int | None = None) -> Iterator[Update]:
        """Yield what is to be updated, in order of lines."""
        query = select(decided.c.line.label("place"), staged, decided.c.subscriber_id).join(
            staged, decided.c.line == staged.c.line
        )
        for rows in self._chunks(query.where(decided.c.kind == Decision.CHANGED), limit):
            for change in self._changes(rows):
                if isinstance(change, Update):
                    yield change

    def refused(self, limit: int | None = None) -> Iterator[Refusal]:
        """Yield the rows that cannot be taken, in order of lines."""
        for rows in self._chunks(select(refused), limit):
            for row in rows:
                yield Refusal(line=row.line, reason=row.reason, cells=tuple(json.loads(row.cells)))

    def kept_out(self, limit: int | None = None) -> Iterator[KeptOut]:
        """Yield the rows of readers who must not come back, in order of lines."""
        query = select(decided.c.line, staged.c.email, decided.c.reason).join(
            staged, decided.c.line == staged.c.line
        )
        for rows in self._chunks(query.where(decided.c.kind == Decision.KEPT_OUT), limit):
            for row in rows:
                yield KeptOut(line=row.line, email=row.email, reason=KeptOutReason(row.reason))

    def doubles(self, limit: int | None = None) -> Iterator[Double]:
        """Yield the rows whose address stands on an earlier line, in order of lines."""
        query = select(decided.c.line, staged.c.email, staged.c.status, decided.c.first).join(
            staged, decided.c.line == staged.c.line
        )
        for rows in self._chunks(query.where(decided.c.kind == Decision.DOUBLE), limit):
            for row in rows:
                left = SubscriberStatus(row.status) if row.status in DEPARTED else None
                yield Double(line=row.line, first=row.first, email=row.email, status=left)

    def close(self) -> None:
        """Forget the rows."""
        with store_faults(self._database.shown):
            self.connection.close()

    def _chunks(self, query: Select[Any], limit: int | None) -> Iterator[Sequence[Row[Any]]]:
        """Yield what `query`, of which the first column is the line, finds: some lines at a time."""
        line = query.selected_columns[0]
        last: int = 0
        left = limit
        while left is None or left > 0:
            size = _AT_ONCE if left is None else min(left, _AT_ONCE)
            with store_faults(self._database.shown), self.connection.begin():
                rows = self.connection.execute(query.where(line > last).order_by(line).limit(size)).all()
            if not rows:
                return
            yield rows
            last = rows[-1][0]
            left = None if left is None else left - len(rows)

    def _changes(self, rows: Sequence[Row[Any]]) -> list[ImportChange]:
        """Return what the staged `rows` do, by the rules that the statements of an import follow."""
        ids = listed_ids(row.subscriber_id for row in rows if row.subscriber_id is not None)
        sets = listed_ids({row.tag_set for row in rows if row.tag_set is not None})
        known_query = select(subscriber).join(ids, subscriber.c.id == ids.c.value)
        tag_query = select(tag_set.c.id, tag_set.c.tag).join(sets, tag_set.c.id == sets.c.value)
        tags: dict[int, set[str]] = {}
        with store_faults(self._database.shown), self.connection.begin():
            known = {one.id: one for one in read_subscribers(self.connection, known_query)}
            for number, tag in self.connection.execute(tag_query):
                tags.setdefault(number, set()).add(tag)
        changes: list[ImportChange] = []
        for row in rows:
            said = _addition(row, frozenset(tags.get(row.tag_set, ())))
            if row.subscriber_id is None:
                changes.append(replace(said, source=said.source or self.source))
            elif row.subscriber_id in known:  # else forgotten meanwhile
                before = known[row.subscriber_id]
                after = merged(said, before, replaces_tags=self.replaces_tags)
                changes.append(Update(line=row.line, before=before, after=after))
        return changes


def _addition(row: Row[Any], tags: frozenset[str]) -> Addition:
    return Addition(
        line=row.line,
        email=row.email,
        key=row.email_key,
        status=SubscriberStatus(row.status or SubscriberStatus.ACTIVE),
        lang=row.lang,
        fields=row.fields,
        tags=tags,
        joined=row.joined,
        confirmed=row.confirmed,
        source=row.source,
    )
