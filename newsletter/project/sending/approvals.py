"""Approvals as files, one for each issue: `approvals/SLUG.jsonl`, a line for each yes.

Made to be committed: an approval then reaches whoever sends, with its history, also from another machine.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter.domain.receipt import Approval
from newsletter.errors import Problem, UsageError
from newsletter.source import Place, shown_path

__all__ = ["Approvals", "person_of_git"]

_TIMEOUT_S = 10


class Approvals:
    """The approvals of one newsletter."""

    def __init__(self, root: Path) -> None:
        """Keep them below `root`, the project."""
        self._root = root

    def path(self, slug: str) -> Path:
        """Return the file with the approvals of an issue."""
        return self._root / "approvals" / f"{slug}.jsonl"

    def add(self, slug: str, approval: Approval) -> Path:
        """Write `approval` behind the others of the issue; return the file. Raises UsageError."""
        path = self.path(slug)
        line = {
            "at": approval.at.isoformat(),
            "by": approval.by,
            "digest": approval.digest,
            "inputs": dict(approval.inputs),
        }
        try:
            path.parent.mkdir(exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        except OSError as error:
            what = f"the approval cannot be written: {(error.strerror or str(error)).lower()}"
            raise UsageError(Problem(what=what, place=self._place(path))) from error
        return path

    def of(self, slug: str) -> tuple[Approval, ...]:
        """Return the approvals of an issue, oldest first.

        Raises UsageError naming every line that is none.
        """
        path = self.path(slug)
        try:
            lines = path.read_text("utf-8").split("\n")
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            raise UsageError(
                Problem(what="the approvals cannot be read", place=self._place(path), why=str(error))
            ) from error
        found = [_read(line) for line in lines if line.strip()]
        UsageError.raise_if(
            [
                Problem(
                    what="this is not an approval",
                    place=Place(path=self._place(path).path, line=number),
                    why="newsletter approve writes one on each line",
                    fix="put the line back as it was, or take it out and approve again",
                )
                for number, line in enumerate(lines, 1)
                if line.strip() and _read(line) is None
            ]
        )
        return tuple(one for one in found if one is not None)

    def _place(self, path: Path) -> Place:
        return Place(path=shown_path(path, self._root))


def person_of_git(directory: Path) -> str | None:
    """Return `Name <address>` as git knows whoever is at work in `directory`; None when it does not."""
    found = [_git_setting(directory, key) for key in ("user.name", "user.email")]
    name, email = found
    if name and email:
        return f"{name} <{email}>"
    return name or email


def _git_setting(directory: Path, key: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 (fixed program, arguments as a list)
            ["git", "-C", str(directory), "config", "--get", key],  # noqa: S607 (as the author's shell finds it)
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace").strip() or None


def _read(line: str) -> Approval | None:
    """Return the approval in `line`; None when it is none, or its digest is not that of its inputs."""
    try:
        document = json.loads(line)
        inputs: Mapping[str, Any] = document["inputs"]
        at = datetime.fromisoformat(document["at"])
        approval = Approval(
            by=str(document["by"]), at=at, inputs={str(name): str(value) for name, value in inputs.items()}
        )
        is_whole = at.tzinfo is not None and approval.digest == document["digest"] and bool(approval.by)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None
    return approval if is_whole else None
