"""Our side of the benchmark of imports: two files into one newsletter; prints what it took as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.sample import open_newsletter
from benchmarks.timing import peak_mb, spending
from newsletter.project.readers.indexing import refresh_indexes

__all__ = ["main"]


def main(root: str, first: str, second: str) -> None:
    """Import both files into the newsletter in `root`."""
    taken: dict[str, float] = {}
    with open_newsletter(Path(root)) as project:
        project.store.subscribers.counts()  # makes the database
        refresh_indexes(project, lambda _name: None)
        for name, file in (("first", first), ("again", second)):
            with spending() as spent:
                plan = project.imports.plan(Path(file))
                project.imports.apply(plan)
                plan.close()
            assert plan.total == plan.added + plan.updated + plan.unchanged, plan.numbers
            taken |= {f"{name}_cpu_s": spent.cpu_s, f"{name}_wall_s": spent.wall_s}
        assert 0 < plan.updated < plan.unchanged, plan.numbers
    print(json.dumps({**taken, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
