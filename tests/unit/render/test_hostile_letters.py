"""No letter makes a build crash or hang: it is built, or refused in words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from storms import STORMS

ROOT = Path(__file__).parents[3]
KILLED_AFTER_S = 400  # some thirty times what all storms together take


def test_every_storm_ends_in_a_letter_or_in_words() -> None:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("storms.py"))],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=KILLED_AFTER_S,
        check=False,
    )

    lines = done.stdout.splitlines()
    assert "" == done.stderr
    assert 0 == done.returncode
    assert list(STORMS) == [line[:32].rstrip() for line in lines]
    assert all("built: " in line or "refused: " in line for line in lines)
    assert not any("cannot be compiled" in line or "broke down" in line for line in lines)
