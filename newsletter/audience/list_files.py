"""The list as plain files: readers and suppressions as an export writes, and an import reads, them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from newsletter.domain.subscriber import Subscriber, Suppression

__all__ = [
    "READER_COLUMNS",
    "SUPPRESSION_COLUMNS",
    "reader_rows",
    "suppression_rows",
    "tag_cell",
]

READER_COLUMNS = ("email", "status", "lang", "tags", "joined", "confirmed", "source")
"""The columns of readers, before those of their fields."""

SUPPRESSION_COLUMNS = ("email", "suppressed_because", "suppressed_since")
"""The columns of addresses that are never mailed."""

_PLAIN_TAG = re.compile(r'[^|,;\s"]+')


def reader_rows(readers: Iterable[Subscriber], fields: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield a header and a row for each of `readers`, with these fields."""
    yield (*READER_COLUMNS, *fields)
    for one in readers:
        yield (
            one.email,
            one.status.value,
            one.lang or "",
            tag_cell(one.tags),
            one.joined.isoformat() if one.joined else "",
            one.confirmed.isoformat() if one.confirmed else "",
            one.source or "",
            *(str(one.fields.get(name, "")) for name in fields),
        )


def suppression_rows(suppressions: Iterable[Suppression]) -> Iterator[Sequence[str]]:
    """Yield a header and a row for each of `suppressions`."""
    yield SUPPRESSION_COLUMNS
    for one in suppressions:
        yield one.key, one.reason.value, one.since.isoformat()


def tag_cell(tags: Iterable[str]) -> str:
    """Return `tags` as one cell: `|` between them, in quotes where they hold what could stand there."""
    return "|".join(
        tag if _PLAIN_TAG.fullmatch(tag) else '"{}"'.format(tag.replace('"', '""')) for tag in sorted(tags)
    )
