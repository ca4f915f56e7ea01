"""The page that publishes what was measured: `docs/explanation/benchmarks.md`, ratios first."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure, short
from benchmarks.machine import Machine
from benchmarks.running import NAMES, module_of
from benchmarks.timing import ROOT

__all__ = ["PAGE", "as_page", "publish"]

PAGE = ROOT / "docs/explanation/benchmarks.md"

_HEAD = (
    "# How fast it is\n",
    "This page is written by `make bench`: do not change it by hand.",
    "Every figure stands beside a floor: the least that could do a comparable job,"
    " measured in the same run and in turn with ours.",
    "Read the ratio, which is ours divided by the floor:"
    " less is better for time and memory, more for what is done in a second.",
    "Seconds belong to the machine and to whatever else it did.",
    "How to measure on yours is told in [measure how fast it is](../how-to/benchmark.md).\n",
)
_COLUMNS = ("measure", "ratio", "ours", "floor", "the floor is")
_NUMBERS = {"ratio", "ours", "floor"}


def publish(figures: Sequence[Figure], machine: Machine, page: Path = PAGE) -> None:
    """Write the page about `figures`, which were all measured in one run."""
    page.write_text(as_page(figures, machine), "utf-8")


def as_page(figures: Sequence[Figure], machine: Machine) -> str:
    """Return the page: the machine, then a section for each benchmark with figures, in their usual order."""
    names = [name for name in NAMES if any(one.benchmark == name for one in figures)]
    names += sorted({one.benchmark for one in figures} - set(names))
    absent = [name for name in NAMES if name not in names]
    parts = ["\n".join(_HEAD), "\n".join(machine.sentences()) + "\n"]
    parts += [_section(name, [one for one in figures if one.benchmark == name]) for name in names]
    if absent:
        parts.append(f"Not in this run: {', '.join(f'`{name}`' for name in absent)}.\n")
    return "\n".join(parts)


def _section(name: str, figures: Sequence[Figure]) -> str:
    rows = [_cells(one) for one in figures]
    dashes = ["--:" if column in _NUMBERS else "---" for column in _COLUMNS]
    table = "\n".join(f"| {' | '.join(row)} |" for row in (_COLUMNS, dashes, *rows))
    return f"## {name}\n\n{_about(name)}\n\n{table}\n"


def _cells(one: Figure) -> list[str]:
    return [
        one.measure.replace("|", "\\|"),
        "" if one.ratio is None else f"**{_times(one.ratio)}**",
        f"{short(one.ours)} {one.unit}",
        "" if one.floor is None else f"{short(one.floor)} {one.unit}",
        one.floor_name.replace("|", "\\|"),
    ]


def _times(ratio: float) -> str:
    """Return a ratio as people say it: 1.8 ×, or 1/130 where it is far below one."""
    return f"1/{1 / ratio:.0f}" if 0 < ratio < 0.1 else f"{short(ratio)} ×"


def _about(name: str) -> str:
    """Return what a benchmark says of itself, one sentence a line."""
    text = " ".join((import_module(f"benchmarks.{module_of(name)}").__doc__ or "").split())
    return text.replace(". ", ".\n")
