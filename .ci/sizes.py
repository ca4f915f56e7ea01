"""Refuse files over 400 lines in the package: they hold more than one idea."""

from __future__ import annotations

import sys
from pathlib import Path

LIMIT = 400
ROOT = Path(__file__).resolve().parent.parent

too_long = [
    f"{path.relative_to(ROOT)}: {lines} lines, at most {LIMIT}"
    for path in sorted((ROOT / "newsletter").rglob("*.py"))
    if (lines := len(path.read_text().splitlines())) > LIMIT
]
sys.exit("\n".join(too_long) or 0)
