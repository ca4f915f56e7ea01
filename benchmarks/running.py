"""Which benchmarks there are, and running one of them in a process of its own."""

from __future__ import annotations

import multiprocessing
import tempfile
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Figure

__all__ = ["LONG", "NAMES", "module_of", "run_alone"]

NAMES = (
    "help",
    "build",
    "splice",
    "check",
    "pytest",
    "sendgrid",
    "plan",
    "events",
    "import",
    "segments",
    "outbox",
    "smtp",
    "studio",
    "site",
    "strip",
)
"""The benchmarks, in the order they run in."""

LONG = ("plan-million", "postgres", "workers")
"""Those that take minutes, or start a server: they run only when they are named."""

_MODULES = {"import": "importing", "plan-million": "plan_million", "pytest": "testing"}
"""The module of a benchmark where it is not its name: a keyword cannot be one, a library should not."""


def module_of(name: str) -> str:
    """Return the module in `benchmarks` of the benchmark `name`."""
    return _MODULES.get(name, name)


def run_alone(name: str, *, quick: bool) -> list[Figure]:
    """Run one benchmark in a fresh process, so that none warms or fills the memory of another."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as process:
        return process.submit(_measure, name, quick=quick).result()


def _measure(name: str, *, quick: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="newsletter-benchmark-") as work:
        module = import_module(f"benchmarks.{module_of(name)}")
        figures: list[Figure] = module.measure(Path(work), quick=quick)
        return figures
