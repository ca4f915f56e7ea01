"""Refuse files over 400 lines in the package, and two test files of one name: pytest imports one of them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

LIMIT = 400
ROOT = Path(__file__).resolve().parent.parent

too_long = [
    f"{path.relative_to(ROOT)}: {lines} lines, at most {LIMIT}"
    for path in sorted((ROOT / "newsletter").rglob("*.py"))
    if (lines := len(path.read_text().splitlines())) > LIMIT
]
names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
alike = [f"tests: {times} files are called {name}" for name, times in names.items() if times > 1]
sys.exit("\n".join([*too_long, *alike]) or 0)
