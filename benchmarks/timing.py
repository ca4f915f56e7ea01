"""Measuring: contenders in turn, in this process or each in its own; medians, and only ratios to quote."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Spent", "in_turn", "median", "peak_mb", "run_module", "spending"]

ROOT = Path(__file__).resolve().parent.parent


@dataclass(slots=True)
class Spent:
    """Seconds a block took: by the clock, and of this process's own CPU time (all threads)."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@contextmanager
def spending() -> Iterator[Spent]:
    """Measure a block; the numbers are there when it ends."""
    spent = Spent()
    wall, cpu = time.perf_counter(), time.process_time()
    yield spent
    spent.cpu_s = time.process_time() - cpu
    spent.wall_s = time.perf_counter() - wall


def in_turn(contenders: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Spent]:
    """Call each contender once per round, in turn, so that a noisy moment hits all; return medians.

    A round before the first is not counted: it warms caches.
    """
    spent: dict[str, list[Spent]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            with spending() as one:
                contender()
            if number:
                spent[name].append(one)
    return {
        name: Spent(median([one.wall_s for one in all_of]), median([one.cpu_s for one in all_of]))
        for name, all_of in spent.items()
    }


def run_module(module: str, *arguments: str) -> dict[str, float]:
    """Run `python -m MODULE ARGUMENTS…` in a process of its own; return the JSON it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def median(values: Sequence[float]) -> float:
    """Return the median of `values`."""
    return statistics.median(values)


def peak_mb() -> float:
    """Return the most memory this process ever held, in MB (10⁶ bytes)."""
    status = Path("/proc/self/status")
    if (
        status.exists()
    ):  # ru_maxrss is handed down by the parent on Linux (getrusage(2), "preserved across execve")
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
