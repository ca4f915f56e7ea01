"""Planning a campaign to 1,000,000 readers: what `plan` measures, at the size that was promised."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.plan import measure_readers

__all__ = ["measure"]


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return CPU and wall time, of one round."""
    return measure_readers(work, 100_000 if quick else 1_000_000, 1)
