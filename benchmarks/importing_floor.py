"""The floor of the benchmark of imports: rows go as they are into the tables of the list."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.sample import open_newsletter
from benchmarks.timing import spending
from newsletter.project.readers.indexing import refresh_indexes

__all__ = ["main"]

_SETTINGS = ("synchronous=FULL", "wal_autocheckpoint=4000", "foreign_keys=ON", "cache_size=-32768")
_READER = (
    "INSERT INTO subscriber"
    " (email, email_key, status, lang, source, fields, folded, joined, confirmed, bucket)"
    " VALUES (?, ?, 'active', ?, 'list.csv', ?, ?, ?, NULL, ?)"
    " ON CONFLICT (email_key) DO UPDATE SET"
    " lang = excluded.lang, fields = excluded.fields, folded = excluded.folded, joined = excluded.joined"
)
_TAG = (
    "INSERT INTO subscriber_tag (subscriber_id, tag_key, tag)"
    " VALUES ((SELECT id FROM subscriber WHERE email_key = ?), ?, ?) ON CONFLICT DO NOTHING"
)
_NEW_TAG = "INSERT INTO subscriber_tag (subscriber_id, tag_key, tag) VALUES (?, ?, ?)"


def main(root: str, first: str, second: str) -> None:
    """Write both files into the database of the newsletter in `root`."""
    with open_newsletter(Path(root)) as project:
        project.store.subscribers.counts()  # makes the database
        refresh_indexes(project, lambda _name: None)
        path = project.store.database.path
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    taken: dict[str, float] = {}
    for name, file in (("first", first), ("again", second)):
        with spending() as spent:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_READER, _readers(file))
            if name == "first":
                connection.executemany(_NEW_TAG, _new_tags(file))
            else:
                connection.executemany(_TAG, _tags(file))
            connection.execute("COMMIT")
        taken |= {f"{name}_cpu_s": spent.cpu_s, f"{name}_wall_s": spent.wall_s}
    connection.close()
    print(json.dumps(taken))


def _rows(file: str) -> Iterator[list[str]]:
    with Path(file).open(newline="", encoding="utf-8") as stream:
        rows = csv.reader(stream)
        next(rows)
        yield from rows


def _readers(file: str) -> Iterator[tuple[object, ...]]:
    for number, (email, name, work, lang, _tags, joined) in enumerate(_rows(file)):
        fields = f'{{"first_name":"{name}","organisation":"{work}"}}'
        yield email, email.lower(), lang, fields, fields, joined, number % 10_000


def _new_tags(file: str) -> Iterator[tuple[object, ...]]:
    return ((number, tag, tag) for number, row in enumerate(_rows(file), 1) for tag in row[4].split("|"))


def _tags(file: str) -> Iterator[tuple[object, ...]]:
    return ((row[0].lower(), tag, tag) for row in _rows(file) for tag in row[4].split("|"))


if __name__ == "__main__":
    main(*sys.argv[1:])
