"""The form of a subscriber in which segments compare: texts folded when they are written.

SQLite's `lower()` knows ASCII only and PostgreSQL's follows the server's locale, while segments fold as
Unicode does (`fold_text`). Folding once, on writing, makes every database agree, needs no function of
ours inside SQL, and leaves plain equality for an index to serve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from newsletter.audience.expression import fold_text, sample_bucket
from newsletter.domain.subscriber import FieldValue, Subscriber
from newsletter.store.schema.columns import json_text, utc_text

__all__ = ["SUBSCRIBER_COLUMNS", "is_folded_name", "subscriber_values", "tag_rows"]

_FOLDED_NAMES = ("lang", "source", "domain")
"""Names every subscriber has that are kept beside the fields in the column `folded`."""

SUBSCRIBER_COLUMNS = (
    "email",
    "email_key",
    "status",
    "lang",
    "source",
    "fields",
    "folded",
    "joined",
    "confirmed",
    "bucket",
)
"""The columns `subscriber_values` fills, in its order."""


def is_folded_name(name: str) -> bool:
    """Say whether `name`, in the column `folded`, is not a field but what every subscriber has."""
    return name in _FOLDED_NAMES


def _folded_fields(subscriber: Subscriber) -> dict[str, FieldValue]:
    """Return what segments compare: the fields and `_FOLDED_NAMES`, texts folded."""
    values: dict[str, FieldValue] = dict(subscriber.fields)
    values.pop("lang", None)
    values.pop("source", None)
    values["domain"] = subscriber.email.rpartition("@")[2]
    if subscriber.lang is not None:
        values["lang"] = subscriber.lang
    if subscriber.source is not None:
        values["source"] = subscriber.source
    return {name: fold_text(value) if isinstance(value, str) else value for name, value in values.items()}


def subscriber_values(subscriber: Subscriber) -> tuple[object, ...]:
    """Return the row of `subscriber`, without id and tags, as it is stored."""
    return (
        subscriber.email,
        subscriber.key,
        subscriber.status.value,
        subscriber.lang,
        subscriber.source,
        json_text(dict(subscriber.fields)),
        json_text(_folded_fields(subscriber)),
        utc_text(subscriber.joined) if subscriber.joined else None,
        utc_text(subscriber.confirmed) if subscriber.confirmed else None,
        sample_bucket(subscriber.key),
    )


def tag_rows(subscriber_id: int, tags: Iterable[str]) -> list[tuple[object, ...]]:
    """Return the rows of `tags` as they are stored; two that differ in letter case are one."""
    by_key: Mapping[str, str] = {fold_text(tag): tag for tag in sorted(tags)}
    return [(key, subscriber_id, tag) for key, tag in by_key.items()]
