"""How the table of growth reads; the steps themselves are run by their command."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from benchmarks.scale import as_table  # not in the package
from benchmarks.scale_step import STEPS


def _taken(wall_s: float, peak_mb: float) -> dict[str, dict[str, float]]:
    return {step: {"wall_s": wall_s, "peak_mb": peak_mb} for step in STEPS}


def test_growth_is_told_beside_linear_and_memory_from_small_to_large() -> None:
    table = as_table({1_000: _taken(1, 60), 5_000: _taken(6, 75)})

    assert "| import | 1.00 s | 6.00 s | 1.20 | 60 → 75 MB |" in table


def test_one_size_alone_has_not_grown() -> None:
    assert "| report | 2.00 s | 1.00 | 60 MB |" in as_table({1_000: _taken(2, 60)})
