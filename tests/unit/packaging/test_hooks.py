"""The GitHub Action and the hooks of pre-commit, run as those would run them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from newsletter.project.issues.starting import start_newsletter

ROOT = Path(__file__).resolve().parents[3]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / ".github/actions/check/action.yml").read_text("utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
SARIF = json.loads((ROOT / "tests/unit/checks/sarif-2.1.0.json").read_text("utf-8"))
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    start_newsletter(tmp_path / "letters", name="Letters", lang="en", today=date(2026, 11, 24))
    return tmp_path / "letters"


@pytest.fixture
def faulty(letters: Path) -> Path:
    (letters / "issues" / "2026-11-24-first.md").write_text("---\nsubject: TODO\n---\n\nTODO: write it.\n")
    return letters


def _filled(value: str, given: dict[str, str]) -> str:
    inputs = {name: given.get(name, one.get("default", "")) for name, one in ACTION["inputs"].items()}
    return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: inputs[match[1]], value)


def run_step(step: dict[str, Any], folder: Path, **given: str) -> tuple[int, str, str]:
    """Run a step as GitHub does; return its exit code, what it printed, and its outputs."""
    output = folder / "github-output"
    output.touch()
    environment = {
        **os.environ,
        **{name: _filled(value, given) for name, value in step["env"].items()},
        "PATH": PATH,
        "RUNNER_TEMP": str(folder),
        "GITHUB_WORKSPACE": str(folder),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr, output.read_text()


def step(name: str) -> dict[str, Any]:
    return next(one for one in ACTION["runs"]["steps"] if one.get("name") == name)


def test_the_action_takes_no_text_into_its_shell_but_through_the_environment() -> None:
    scripts = [one["run"] for one in ACTION["runs"]["steps"] if "run" in one]

    assert [script for script in scripts if "${{" in script] == []
    assert all(one["shell"] == "bash" for one in ACTION["runs"]["steps"] if "run" in one)
    for script in scripts:
        subprocess.run(["bash", "-n", "-c", script], check=True)


def test_every_input_is_described_and_used() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(ACTION["runs"])))

    assert used == set(ACTION["inputs"])
    assert all(one["description"] for one in ACTION["inputs"].values())


def test_what_is_wrong_fails_the_check_and_is_reported_twice(faulty: Path) -> None:
    code, printed, outputs = run_step(
        step("Check"), faulty.parent, directory="letters", options="--strict --select TX"
    )

    report = json.loads((faulty.parent / "newsletter.sarif").read_text("utf-8"))
    jsonschema.validate(report, SARIF)
    assert code == 1
    assert "::error file=letters/issues/2026-11-24-first.md" in printed
    assert outputs == f"sarif={faulty.parent / 'newsletter.sarif'}\n"
    places = {
        one["physicalLocation"]["artifactLocation"]["uri"]
        for result in report["runs"][0]["results"]
        for one in result["locations"]
    }
    assert places == {"letters/issues/2026-11-24-first.md"}


def test_letters_without_a_fault_pass_and_the_summary_says_so_once(letters: Path) -> None:
    code, printed, outputs = run_step(step("Check"), letters.parent, directory="letters")

    report = json.loads((letters.parent / "newsletter.sarif").read_text("utf-8"))
    summary = (letters.parent / "summary.md").read_text("utf-8")
    assert (code, report["runs"][0]["results"]) == (0, [])
    assert "::error" not in printed
    assert outputs == f"sarif={letters.parent / 'newsletter.sarif'}\n"
    assert summary.count("newsletter check: passed") == 1


def test_a_configuration_that_is_wrong_is_shown_at_its_line_and_told_once(letters: Path) -> None:
    with (letters / "newsletter.toml").open("a") as file:
        file.write("\n[archive]\nnaam = 3\n")
    line = (letters / "newsletter.toml").read_text().count("\n")

    code, printed, outputs = run_step(step("Check"), letters.parent, directory="letters")

    assert (code, outputs) == (2, "")
    assert f"::error file=letters/newsletter.toml,line={line}," in printed
    assert printed.count('error: "naam" is not known') == 1


def test_a_check_that_cannot_begin_fails_without_a_report(tmp_path: Path) -> None:
    code, printed, outputs = run_step(step("Check"), tmp_path, directory="nowhere")

    assert (code, outputs) == (2, "")
    assert "newsletter.toml" in printed
    assert "::error title=the check cannot begin::" in printed


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_has_what_pre_commit_asks_for(hook: dict[str, Any]) -> None:
    assert {"id", "name", "entry", "language", "files"} <= set(hook)
    assert hook["language"] == "python"
    assert (re.compile(hook["files"]), hook["require_serial"]) == (re.compile(hook["files"]), True)


def test_the_hooks_look_at_letters_and_at_what_they_share() -> None:
    letters, shared = (re.compile(hook["files"]) for hook in HOOKS)

    assert letters.search("issues/2026-11-24-first.md")
    assert not letters.search("docs/issues/first.md")
    assert not letters.search("issues/img/first.md")
    assert [bool(shared.search(name)) for name in ("newsletter.toml", "templates/a.j2", "README.md")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("hook", "project", "code"), [(HOOKS[0], "faulty", 1), (HOOKS[1], "letters", 0)], ids=["fails", "passes"]
)
def test_a_hook_passes_and_fails_with_the_letters(
    request: pytest.FixtureRequest, hook: dict[str, Any], project: str, code: int
) -> None:
    root: Path = request.getfixturevalue(project)
    named = ["issues/2026-11-24-first.md"] if hook.get("pass_filenames", True) else []

    done = subprocess.run(
        [*shlex.split(hook["entry"]), *named],
        cwd=root,
        env={**os.environ, "PATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stdout + done.stderr
