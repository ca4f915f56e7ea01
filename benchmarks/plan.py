"""Planning a campaign to 100,000 readers (`plan-million`: 1,000,000), from the list to the frozen deliveries.

Floor: `executemany` of ready-made tuples into the same tables of the same database file, committed once:
no list is read, nobody is left out, no ids are made.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import EVERYBODY, LETTER, clear, fill_list, make_newsletter, open_newsletter
from benchmarks.timing import Spent, median, spending
from newsletter.project import Project

__all__ = ["measure", "measure_readers"]

_COUNT = 100_000
_ROUNDS = 3
_FLOOR = "executemany, same tables"
_BATCH = "INSERT INTO batch (id, campaign_id, seq, state, size) VALUES (?, ?, ?, ?, ?)"
_DELIVERY = (
    'INSERT INTO delivery (batch_id, position, id, issue, subscriber_id, email, email_key, "values") '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


_SETTINGS = {"provider.name": "sendgrid", "provider.sendgrid.api_key": "env:PATH"}  # any key: nothing is sent


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return what `measure_readers` does for the usual number of readers."""
    return measure_readers(work, _COUNT // 50 if quick else _COUNT, 1 if quick else _ROUNDS)


def measure_readers(work: Path, count: int, rounds: int) -> list[Figure]:
    """Return CPU and wall time of making the plan (shown first), freezing it, and both."""
    original = make_newsletter(work / "list")
    with open_newsletter(original) as project:
        fill_list(project, count, all_active=True)
    shown, frozen, bare = [], [], []
    for number in range(rounds):
        root = work / f"run{number}"
        shutil.copytree(original, root)
        with open_newsletter(root, _SETTINGS) as project:
            one, two = _plan(project, root / "issues" / LETTER)
            shown.append(one)
            frozen.append(two)
            database = project.store.database.path
        bare.append(_insert_again(database))
        shutil.rmtree(root)

    def figure(measured: str, ours: float, floor: float) -> Figure:
        return Figure(
            benchmark="plan",
            measure=f"{count:,} readers, {measured}",
            unit="s",
            ours=ours,
            floor=floor,
            floor_name=_FLOOR,
        )

    floor_cpu, floor_wall = median([one.cpu_s for one in bare]), median([one.wall_s for one in bare])
    cpu = median([one.cpu_s for one in frozen])
    return [
        figure("freeze, CPU", cpu, floor_cpu),
        figure("freeze, wall", median([one.wall_s for one in frozen]), floor_wall),
        figure("show and freeze, CPU", cpu + median([one.cpu_s for one in shown]), floor_cpu),
    ]


def _plan(project: Project, letter: Path) -> tuple[Spent, Spent]:
    project.issues.render(project.issues.load(letter))  # imports, and warms caches
    with spending() as shown:
        prepared = project.sending.prepare(letter, segment=EVERYBODY)
    clearance = clear(project, letter)
    with spending() as frozen:
        project.sending.freeze(prepared, clearance)
    return shown, frozen


def _insert_again(database: Path) -> Spent:
    """Take what was planned out of `database` and put it back; measure only putting it back."""
    connection = sqlite3.connect(database, isolation_level=None)
    batches = connection.execute("SELECT id, campaign_id, seq, state, size FROM batch").fetchall()
    deliveries = connection.execute(
        'SELECT batch_id, position, id, issue, subscriber_id, email, email_key, "values" FROM delivery'
    ).fetchall()
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("DELETE FROM delivery")
    connection.execute("DELETE FROM batch")
    connection.execute("VACUUM")
    with spending() as spent:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_BATCH, batches)
        connection.executemany(_DELIVERY, deliveries)
        connection.execute("COMMIT")
    connection.close()
    return spent
