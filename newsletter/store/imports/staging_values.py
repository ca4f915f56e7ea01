"""Turn columns of values into rows of the staging table, each text worked out once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import repeat

from newsletter.audience.expression import fold_text, sample_bucket
from newsletter.audience.row_block import RowBlock
from newsletter.domain.subscriber import FieldValue, SubscriberStatus
from newsletter.store.database.row_digest import TAG_SEPARATOR, row_digest
from newsletter.store.readers.folding import is_folded_name
from newsletter.store.schema.columns import json_text, utc_text

__all__ = ["STAGED_COLUMNS", "StagingValues"]

STAGED_COLUMNS = (
    *("line", "email", "email_key", "status", "lang", "source", "fields", "folded"),
    *("joined", "confirmed", "bucket", "tag_set", "digest"),
)
"""The columns that `StagingValues.rows` fills, in its order."""

_MANY = 10_000
_quote = json.encoder.encode_basestring  # C code where there is any


class _Kept(dict["str | None", str]):
    """Texts by what they are made of; forgets them when they are many."""

    def __init__(self, name: str, *, folds: bool) -> None:
        super().__init__({None: ""})
        self._start = f",{_quote(name)}:"
        self._folds = folds

    def __missing__(self, value: str | None) -> str:
        assert value is not None, "the text of None is there from the beginning"
        if len(self) > _MANY:
            self.clear()
            self[None] = ""
        text = self._start + _quote(fold_text(value) if self._folds else value)
        self[value] = text
        return text


class StagingValues:
    """Makes rows for one import; `source` is where readers come from whose rows do not say."""

    def __init__(self, source: str) -> None:
        """Begin without any tags."""
        self._source = source
        self._plain: dict[str, _Kept] = {}
        self._folded: dict[str, _Kept] = {
            name: _Kept(name, folds=True) for name in ("lang", "source", "domain")
        }
        self._moments: dict[datetime | None, str | None] = {None: None}
        self._tag_sets: dict[frozenset[str], tuple[int | None, str]] = {frozenset(): (None, "")}
        self._tag_set = 0
        self._new_sets: list[tuple[object, ...]] = []

    def rows(self, block: RowBlock) -> list[tuple[object, ...]]:
        """Return the rows of `block`, in the order of STAGED_COLUMNS."""
        if not block.lines:
            return []
        plain = [self._fragments(name, values, self._plain, folds=False) for name, values in block.fields]
        folded = [
            self._fragments(name, values, self._folded, folds=True)
            for name, values in block.fields
            if not is_folded_name(name)
        ]
        sources = [source or self._source for source in block.sources]
        folded += [
            map(self._folded["domain"].__getitem__, [key.rpartition("@")[2] for key in block.keys]),
            map(self._folded["lang"].__getitem__, block.langs),
            map(self._folded["source"].__getitem__, sources),
        ]
        fields = _objects(plain, len(block.lines))
        joined, confirmed = self._texts(block.joined), self._texts(block.confirmed)
        statuses = [status and status.value for status in block.statuses]
        sets = list(map(self._set_of, block.tags))
        digests = map(
            row_digest,
            block.emails,
            [status or SubscriberStatus.ACTIVE.value for status in statuses],
            block.langs,
            sources,
            fields,
            joined,
            confirmed,
            [keys for _, keys in sets],
        )
        buckets = map(sample_bucket, block.keys)
        return list(
            zip(
                *(block.lines, block.emails, block.keys, statuses, block.langs, block.sources, fields),
                *(_objects(folded, len(block.lines)), joined, confirmed, buckets),
                [number for number, _ in sets],
                digests,
                strict=True,
            )
        )

    def new_tag_rows(self) -> list[tuple[object, ...]]:
        """Return the rows of the tag sets that came up since the last call."""
        rows = self._new_sets
        self._new_sets = []
        return rows

    def _fragments(
        self, name: str, values: Sequence[FieldValue | None], kept: dict[str, _Kept], *, folds: bool
    ) -> Iterator[str]:
        """Yield `,"name":value` for each value, nothing for None."""
        texts = kept.setdefault(name, _Kept(name, folds=folds))
        if all(value is None or isinstance(value, str) for value in values):
            return map(texts.__getitem__, values)  # type: ignore[arg-type]  # all are texts, as just seen
        start = f",{_quote(name)}:"
        return iter(
            [
                texts[value] if value is None or isinstance(value, str) else start + json_text(value)
                for value in values
            ]
        )

    def _texts(self, moments: Sequence[datetime | None]) -> list[str | None]:
        if len(self._moments) > _MANY:
            self._moments = {None: None}
        known = self._moments
        for moment in {*moments} - known.keys():
            known[moment] = utc_text(moment) if moment else None
        return [known[moment] for moment in moments]

    def _set_of(self, tags: frozenset[str]) -> tuple[int | None, str]:
        found = self._tag_sets.get(tags)
        if found is None:
            if len(self._tag_sets) > _MANY:
                self._tag_sets = {frozenset(): (None, "")}
            self._tag_set += 1
            by_key = {fold_text(tag): tag for tag in sorted(tags)}
            self._new_sets += [(self._tag_set, key, tag) for key, tag in by_key.items()]
            found = self._tag_sets[tags] = (self._tag_set, TAG_SEPARATOR.join(sorted(by_key)))
        return found


def _objects(fragments: Sequence[Iterator[str]], count: int) -> list[str]:
    """Return JSON objects of the fragments at the same place in each of `fragments`."""
    if not fragments:
        return list(repeat("{}", count))
    return [f"{{{text[1:]}}}" for text in map("".join, zip(*fragments, strict=True))]
