"""The tutorial and the README show what really happens."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from console import Step, console_steps, matches, run_step

ROOT = Path(__file__).resolve().parents[2]


def test_the_tutorial_runs_from_top_to_bottom_in_an_empty_directory(tmp_path: Path) -> None:
    directory = tmp_path
    for step in console_steps(ROOT / "docs" / "tutorial" / "first-issue.md"):
        if step.file:
            (directory / step.file).write_text(step.expected, "utf-8")
            continue
        if step.command.startswith("cd "):
            directory = directory / step.command.removeprefix("cd ")
            continue
        _, output = run_step(step, directory)
        assert matches(step.expected, output), f"$ {step.command}\n{output}"


def test_the_demo_prints_what_the_readme_shows() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    expected = page.partition("$ make demo\n")[2].partition("\n```")[0]
    expected = expected[expected.index("$ newsletter") :]  # what setting up prints comes first

    code, output = run_step(Step("sh examples/demo.sh", ""), ROOT)

    assert code == 0, output
    assert matches(expected, output), output
