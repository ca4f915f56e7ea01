"""Runs the real command line in a process of its own, in a project made for the test."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.process.warm import run_warm

__all__ = ["COMMAND", "PATIENCE_S", "Done", "Project", "environment", "run", "type_into"]

COMMAND = (sys.executable, "-m", "newsletter")
_ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300
"""How long a command may take on a machine with other work; a test that waits longer has found a hang."""


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        """Return standard output as one JSON document."""
        return json.loads(self.out)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this environment without our own variables, in which the tree under test is imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return {
        **kept,
        "PYTHONPATH": str(_ROOT),
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "NEWSLETTER_SEND_NETWORK": "false",
        **(extra or {}),
    }


def run(
    *arguments: str,
    cwd: Path,
    extra: Mapping[str, str] | None = None,
    largest_file: int | None = None,
    text: str = "",
) -> Done:
    """Run `newsletter ARGUMENTS` in `cwd` and wait; no file may grow beyond `largest_file` bytes.

    It is a process of its own, forked from one that has imported everything.
    """
    code, out, err = run_warm(
        arguments,
        cwd=cwd,
        env=environment(extra),
        text=text,
        largest_file=largest_file,
        timeout_s=PATIENCE_S,
    )
    return Done(code, out, err)


@dataclass(frozen=True)
class Project:
    """A newsletter of a test; `slug` is its one issue, `first`."""

    root: Path
    slug: str = "first"
    extra: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, largest_file: int | None = None) -> Done:
        """Run a command in the project."""
        return run(*arguments, cwd=self.root, extra=self.extra, largest_file=largest_file)

    def check(self, *arguments: str) -> None:
        """Check the letter, as has to be done before it is sent."""
        done = self.run("check", self.slug, *arguments)
        assert done.code == 0, done.out

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command and return it running."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.root,
            env=environment(self.extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def issue(self) -> Path:
        """Return the one issue that `init` made."""
        return next((self.root / "issues").glob(f"*{self.slug}.md"))

    @property
    def database(self) -> Path:
        """Return where the database is, or will be."""
        return self.root / ".newsletter/newsletter.db"

    def configure(self, text: str, *, provider: str = "outbox") -> None:
        """Write `text` behind the configuration, whose last table is `[provider]`."""
        path = self.root / "newsletter.toml"
        kept = path.read_text("utf-8").replace('name = "outbox"', f'name = "{provider}"')
        path.write_text(f"{kept}\n{text}\n", "utf-8")

    def counts(self) -> dict[str, int]:
        """Return how many deliveries of the newest campaign are in each state."""
        campaigns = self.run("status", "--json").json
        assert isinstance(campaigns, list)
        return dict(campaigns[0]["counts"])

    def mails(self) -> int:
        """Return how many mails are in the outbox."""
        return len(list((self.root / "outbox").rglob("*.eml")))

    def wait_for_mails(self, number: int) -> None:
        """Wait until `number` mails have left."""
        end = time.monotonic() + PATIENCE_S
        while self.mails() < number:
            assert time.monotonic() < end, "no mail left"
            time.sleep(0.02)

    def copy_to(self, target: Path) -> Project:
        """Return a copy of the project, list and all."""
        shutil.copytree(self.root, target)
        return Project(target, self.slug)


def type_into(project: Project, arguments: Sequence[str], prompt: str, answer: str) -> tuple[int, str]:
    """Run a command in a terminal, type `answer` at `prompt`; return its exit code and all that was seen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(project.root)
        os.execve(sys.executable, [*COMMAND, *arguments], environment({"TERM": "xterm"}))
    seen = ""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other end has closed
            break
        seen += piece.decode(errors="replace")
        if answer and prompt in seen:
            os.write(terminal, answer.encode())
            answer = ""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen
