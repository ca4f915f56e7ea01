"""`newsletter --help` from a cold start. Floor: `python -c pass`, the interpreter alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.timing import ROOT, in_turn

__all__ = ["measure"]

_ROUNDS = 15


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return the wall time of both."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def start(*arguments: str) -> None:
        subprocess.run(
            [sys.executable, *arguments],
            cwd=work,
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    spent = in_turn(
        {"ours": lambda: start("-m", "newsletter", "--help"), "floor": lambda: start("-c", "pass")},
        1 if quick else _ROUNDS,
    )
    return [
        Figure(
            benchmark="help",
            measure="newsletter --help, wall",
            unit="ms",
            ours=spent["ours"].wall_s * 1e3,
            floor=spent["floor"].wall_s * 1e3,
            floor_name="python -c pass",
        )
    ]
