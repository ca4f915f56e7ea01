"""Reads the console sessions in a Markdown page and compares them with what really happens."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.process.warm import run_warm

__all__ = ["Step", "console_steps", "matches", "run_step"]

_FENCE = re.compile(r"^```(\w+)(?: ([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"[|&;<>$`*?~#(){}\n]")
_LONGEST_S = 300
_NO_DICTIONARY = re.compile(r"^not run: (\d+) checks?: no dictionary for .*\n", re.MULTILINE)
_PASSED = re.compile(r"^(passed: .*), (\d+) not run(?= · )", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One command and the output the page shows; `file` is set when the block is a file to write."""

    command: str
    expected: str
    file: str | None = None


def console_steps(page: Path) -> list[Step]:
    """Return the commands of ```console blocks and the files of ```LANG title=NAME blocks, in order."""
    steps: list[Step] = []
    for language, info, body in _FENCE.findall(page.read_text("utf-8")):
        if language == "console":
            for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
                steps.append(Step(command, expected.strip("\n")))
        elif info.startswith("title="):
            steps.append(Step("", body, file=info.removeprefix("title=").strip('"')))
    return steps


def run_step(step: Step, directory: Path) -> tuple[int, str]:
    """Run a step's command in `directory` with this environment's `newsletter`; return code and output.

    What needs no shell is forked from a process that has imported everything.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"}
    if step.command.startswith("newsletter ") and not _SHELL.search(step.command):
        words = shlex.split(step.command)[1:]
        code, output, _ = run_warm(
            words,
            cwd=directory,
            env=environment,
            text="",
            largest_file=None,
            timeout_s=_LONGEST_S,
            is_together=True,
        )
        return code, output.strip("\n")
    done = subprocess.run(
        step.command,
        shell=True,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    return done.returncode, done.stdout.strip("\n")


def matches(expected: str, actual: str) -> bool:
    """Say whether `actual` is `expected`, in which `…` stands for anything.

    Pages show what is seen where dictionaries are installed; that one is not is no difference.
    """
    pattern = ".*?".join(re.escape(piece) for piece in expected.strip().split("…"))
    return re.fullmatch(pattern, _with_dictionaries(actual).strip(), re.DOTALL) is not None


def _with_dictionaries(output: str) -> str:
    """Return what a check prints as if each dictionary that it asks for were there."""
    lacking = sum(int(found[1]) for found in _NO_DICTIONARY.finditer(output))

    def counted(found: re.Match[str]) -> str:
        left = int(found[2]) - lacking
        return f"{found[1]}, {left} not run" if left else found[1]

    return _PASSED.sub(counted, _NO_DICTIONARY.sub("", output)) if lacking else output
