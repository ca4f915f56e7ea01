"""The page on two languages shows what really happens."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from newsletter.project.issues.starting import start_newsletter

sys.path.insert(0, str(Path(__file__).parent))
from console import console_steps, matches, run_step

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/write-in-two-languages.md"


def test_the_page_on_two_languages_runs_from_top_to_bottom(tmp_path: Path) -> None:
    start_newsletter(tmp_path, name="Brief", lang="en", today=date(2026, 11, 24))

    for step in console_steps(PAGE):
        if step.file:
            (tmp_path / step.file).write_text(step.expected, "utf-8")
            continue
        _, output = run_step(step, tmp_path)
        assert matches(step.expected, output), f"$ {step.command}\n{output}"
