"""Importing a list of 100,000 rows: read, checked, planned, applied with a journal for undo.

Floor: `csv.reader` and `executemany` into a table without checks or indexes.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import generated_readers, make_newsletter, open_newsletter
from benchmarks.timing import Spent, median, spending

__all__ = ["measure"]

_COUNT = 100_000
_ROUNDS = 3
_COLUMNS = ("email", "first_name", "organisation", "lang", "tags", "joined")


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU and wall time of the plan, of applying it, and of the floor."""
    count = _COUNT // 10 if quick else _COUNT
    file = work / "list.csv"
    _write_list(file, count)
    planned, applied, floor = [], [], []
    for number in range(1 if quick else _ROUNDS):
        with open_newsletter(make_newsletter(work / f"run{number}")) as project:
            project.store.subscribers.counts()  # opens the store
            with spending() as one:
                plan = project.imports.plan(file)
            with spending() as two:
                project.imports.apply(plan, lambda _done: None)
            assert plan.added == count, plan.refused
        planned.append(one)
        applied.append(two)
        floor.append(_bare(file, work / f"floor{number}.db"))

    def figure(measured: str, taken: Callable[[Spent], float]) -> Figure:
        return Figure(
            benchmark="import",
            measure=f"{count:,} rows, {measured}",
            unit="s",
            ours=median([taken(one) for one in planned]) + median([taken(one) for one in applied]),
            floor=median([taken(one) for one in floor]),
            floor_name="csv.reader + executemany",
        )

    return [figure("CPU", lambda one: one.cpu_s), figure("wall", lambda one: one.wall_s)]


def _write_list(file: Path, count: int) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        for one in generated_readers(count):
            assert one.joined is not None
            name, work = one.fields.get("first_name", ""), one.fields["organisation"]
            writer.writerow(
                [one.email, name, work, one.lang, "|".join(sorted(one.tags)), f"{one.joined:%Y-%m-%d}"]
            )


def _bare(file: Path, database: Path) -> Spent:
    with spending() as spent:
        connection = sqlite3.connect(database)
        connection.execute(f"CREATE TABLE list ({', '.join(_COLUMNS)})")
        with file.open(newline="", encoding="utf-8") as stream:
            rows: Iterator[list[str]] = csv.reader(stream)
            next(rows)
            connection.executemany("INSERT INTO list VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
        connection.close()
    return spent
