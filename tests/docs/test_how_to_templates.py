"""The page on making a template shows what really happens."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from console import Step, console_steps, matches, run_step

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/make-your-own-template.md"


def test_the_page_on_making_a_template_runs_from_top_to_bottom(tmp_path: Path) -> None:
    code, output = run_step(Step("newsletter init . --name Brief --lang en", ""), tmp_path)
    assert code == 0, output

    for step in console_steps(PAGE):
        if step.file:
            (tmp_path / step.file).write_text(step.expected, "utf-8")
            continue
        _, output = run_step(step, tmp_path)
        assert matches(step.expected, output), f"$ {step.command}\n{output}"
