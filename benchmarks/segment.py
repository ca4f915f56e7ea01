"""Counting segments of 200,000 subscribers. Floor: counting who is active, without any condition."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample import EVERYBODY, fill_list, make_newsletter, open_newsletter
from benchmarks.timing import in_turn
from newsletter.project import Project

__all__ = ["measure"]

_COUNT = 200_000
_ROUNDS = 7
_SEGMENTS = (
    "tag:gemeente",
    "tag:beta",
    'organisation:"gemeente 12"',
    "lang:en -tag:rijk",
    "sample:10%",
    "joined>=2020-03-01 (tag:beta OR domain:gemeente-12.example)",
)


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return wall time per count."""
    count = _COUNT // 10 if quick else _COUNT
    with open_newsletter(make_newsletter(work / "newsletter")) as project:
        fill_list(project, count)
        spent = in_turn(
            {text: _counter(project, text) for text in (EVERYBODY, *_SEGMENTS)}, 1 if quick else _ROUNDS
        )
    floor = spent.pop(EVERYBODY)
    return [
        Figure(
            benchmark="segment",
            measure=f"of {count:,}: {text}",
            unit="ms",
            ours=one.wall_s * 1e3,
            floor=floor.wall_s * 1e3,
            floor_name=f"count of {EVERYBODY}",
        )
        for text, one in spent.items()
    ]


def _counter(project: Project, text: str) -> object:
    return lambda: project.audience.count(text)
