"""Counting segments of 1,000,000 subscribers who were sent twelve issues: by one field, and by anything.

Floor: `SELECT count(*) FROM subscriber WHERE status = 'active'` on a bare connection to the same database.
The list is made once and kept in `build/`; a first count after an issue was sent, which looks up who
received it, is not measured.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.large_list import large_list
from benchmarks.timing import in_turn
from newsletter.project import Project
from newsletter.project.readers.indexing import refresh_indexes

__all__ = ["measure"]

_COUNT = 1_000_000
_ROUNDS = 5
_FLOOR = "SELECT count(*) FROM subscriber WHERE status = 'active'"
_FIELDS = (
    'organisation:"gemeente 12"',
    "role:adviseur",
    "score:90..99",
    "score>50",
    "since<2010-01-01",
    "vip:yes",
    "lang:en",
    "tag:bèta",
)
_ANYTHING = (
    "tag:tweede",
    "-tag:tweede",
    "role~advis",
    "email~abc",
    "confirmed>2y",
    "sample:10%@x",
    "-received:last3",
    "received:any",
    "-clicked:last3",
    "clicked:any",
    'tag:gemeente lang:nl joined<2024-01-01 -replied:last3 (role:adviseur OR role:"hoofd communicatie")',
    "-(role~q OR organisation~q OR first_name~q OR score>500 OR since<1990-01-01 OR tag~q OR lang:de"
    " OR source:q OR domain~q OR email~q OR joined<2010-01-01 OR confirmed<2010-01-01 OR received:brief-03"
    " OR replied:last3 OR clicked:last3 OR bounced:any OR sample:1%@x)",
)


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return wall time per count, of what an index answers and of anything else."""
    del work
    count = _COUNT // 100 if quick else _COUNT
    with Project.open(large_list(count), environment={}) as project:
        refresh_indexes(project, lambda _text: None)
        bare = sqlite3.connect(project.store.database.path)
        contenders: dict[str, Callable[[], object]] = {"": lambda: bare.execute(_FLOOR).fetchone()}
        contenders |= {text: _counter(project, text) for text in (*_FIELDS, *_ANYTHING)}
        spent = in_turn(contenders, 1 if quick else _ROUNDS)
        bare.close()
    floor = spent.pop("")
    return [
        Figure(
            benchmark="segments",
            measure=f"{'one field' if text in _FIELDS else 'anything'}: {text[:60]}",
            unit="ms",
            ours=one.wall_s * 1e3,
            floor=floor.wall_s * 1e3,
            floor_name="count of who is active",
        )
        for text, one in spent.items()
    ]


def _counter(project: Project, text: str) -> Callable[[], object]:
    return lambda: project.audience.count(text)
