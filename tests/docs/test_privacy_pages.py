"""The pages on consent and on forgetting show what really happens, command by command."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from console import console_steps, matches

from newsletter.cli import cli
from newsletter.project import Project

PAGES = Path(__file__).resolve().parents[2] / "docs/how-to"
CONFIG = '[newsletter]\nname = "Letters"\nlang = "en"\n[privacy]\nretention_months = 24\n'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "newsletter.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(command: str) -> str:
    words = shlex.split(command)
    assert words[0] == "newsletter"
    done = CliRunner().invoke(cli, words[1:])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_page_on_proving_consent_shows_what_happens(root: Path) -> None:
    steps = {step.command: step.expected for step in console_steps(PAGES / "prove-consent.md")}
    show, add, verify = steps

    assert matches(steps[add], _run(add))
    _run("newsletter subscribers unsubscribe anna@brief.example")
    assert matches(steps[show], _run(show))
    assert matches(steps[verify], _run(verify))


def test_the_page_on_forgetting_shows_what_happens(root: Path) -> None:
    (root / "issues").mkdir()
    (root / "issues" / "2026-11-24-thanks.md").write_text(
        "---\nsubject: Thanks\n---\n\nThanks, anna@brief.example!\n"
    )
    with Project.open(root) as project:
        for name in ("anna", "bert"):
            project.consent.add(f"{name}@brief.example", source="on paper")

    for step in console_steps(PAGES / "forget-somebody.md"):
        assert matches(step.expected, _run(step.command)), step.command
