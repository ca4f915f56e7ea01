"""Which issues changed since a commit, as git tells."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from newsletter.errors import Problem, UsageError

__all__ = ["changed_since"]

_TIMEOUT_S = 60


def changed_since(ref: str, issues: Sequence[Path], root: Path) -> list[Path]:
    """Return those of `issues` that may look otherwise than at commit `ref` of the repository at `root`.

    An issue counts when its file changed or is new; all count when configuration, templates, pictures,
    the word list or a Python file changed. Raises UsageError when git is missing, keeps no versions of
    `root`, or does not know `ref`.
    """
    changed = {
        (root / name).resolve()
        for arguments in (
            ("diff", "--name-only", "--relative", "-z", "--end-of-options", ref, "--"),
            ("ls-files", "--others", "--exclude-standard", "-z"),
        )
        for name in _git(root, *arguments, ref=ref)
    }
    shared = (root / "templates").resolve()
    if any(
        path.name in ("newsletter.toml", "quotes.toml", "words.txt")
        or path.suffix == ".py"
        or path.is_relative_to(shared)
        or (path.is_relative_to((root / "issues").resolve()) and path.suffix != ".md")
        for path in changed
    ):
        return list(issues)
    return [path for path in issues if path.resolve() in changed]


def _git(root: Path, *arguments: str, ref: str) -> list[str]:
    done = _asked(root, *arguments)
    if done.returncode and _asked(root, "rev-parse", "--git-dir").returncode:
        raise UsageError(
            Problem(
                what="--changed-since asks git, which keeps no versions of this newsletter",
                fix="leave it out, or begin: git init",
            )
        )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            Problem(
                what=f'git cannot tell what changed since "{ref}"',
                why=said[0] if said else None,
                fix="name a commit or branch that exists here, such as main",
            )
        )
    return [name for name in done.stdout.decode("utf-8", "surrogateescape").split("\0") if name]


def _asked(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 (fixed program, arguments as a list)
            ["git", "-C", str(root), *arguments],  # noqa: S607 (found as the author's shell finds it)
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UsageError(
            Problem(what=f"git cannot be asked what changed: {error}", fix="leave --changed-since out")
        ) from error
