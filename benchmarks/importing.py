"""Importing a list: read, checked, compared with what is there, applied with a journal for undo.

Floor: a bare `csv.reader` and `executemany` of the same rows into the same two tables of the list, with
the same indexes, keys and settings of the database, in one transaction, without a look at any value.
Each contender works in a process of its own, on a fresh newsletter. Once into an empty list; and once more
with a tenth of the rows changed, which the floor overwrites, every row of them, because it cannot know
which. 100,000 rows; `IMPORT_ROWS=1000000` for a million.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import generated_readers, make_newsletter
from benchmarks.timing import median, run_module
from newsletter.domain.subscriber import Subscriber

__all__ = ["csv_rows", "measure"]

_COUNT = 100_000
_ROUNDS = 3
_COLUMNS = ("email", "first_name", "organisation", "lang", "tags", "joined")
_FLOOR = "csv.reader + executemany, same tables"


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU and wall time of both imports, and the most memory ours held."""
    count = int(os.environ.get("IMPORT_ROWS", _COUNT)) // (100 if quick else 1)
    first, second = work / "list.csv", work / "again.csv"
    _write_list(first, count, changed=False)
    _write_list(second, count, changed=True)
    rounds = 1 if quick or count > _COUNT else _ROUNDS
    ours, floor = [], []
    for number in range(rounds):
        for name, results in (("ours", ours), ("floor", floor)):
            root = make_newsletter(work / f"{name}{number}")
            results.append(run_module(f"benchmarks.importing_{name}", str(root), str(first), str(second)))

    def figure(key: str, measured: str) -> Figure:
        return Figure(
            benchmark="import",
            measure=f"{count:,} rows, {measured}",
            unit="s",
            ours=median([one[key] for one in ours]),
            floor=median([one[key] for one in floor]),
            floor_name=_FLOOR,
        )

    return [
        figure("first_cpu_s", "empty list, CPU"),
        figure("first_wall_s", "empty list, wall"),
        figure("again_cpu_s", "a tenth changed, CPU"),
        figure("again_wall_s", "a tenth changed, wall"),
        Figure(
            benchmark="import",
            measure=f"{count:,} rows, peak memory",
            unit="MB",
            ours=max(one["peak_mb"] for one in ours),
        ),
    ]


def _write_list(file: Path, count: int, *, changed: bool) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(csv_rows(count, changed=changed))


def csv_rows(count: int, *, changed: bool = False, all_active: bool = False) -> Iterator[Sequence[str]]:
    """Yield a heading and `count` rows, always the same; a tenth says something else where `changed`."""
    yield _COLUMNS
    for number, one in enumerate(generated_readers(count, all_active=all_active)):
        yield _row(one, is_changed=changed and number % 10 == 7)


def _row(one: Subscriber, *, is_changed: bool) -> list[str]:
    assert one.joined is not None, "generated readers have joined"
    # Addresses of a real list come in no order of the alphabet, which the index of them feels.
    local = hashlib.sha256(one.key.encode()).hexdigest()[:12]
    email = f"Lezer.{local}@{one.email.partition('@')[2]}"
    name = str(one.fields.get("first_name", ""))
    work = f"{one.fields['organisation']}{' zuid' if is_changed else ''}"
    return [email, name, work, one.lang or "", "|".join(sorted(one.tags)), f"{one.joined:%Y-%m-%d}"]
