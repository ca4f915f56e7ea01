"""Mend an issue's file by what the checks found: whole or not at all, and looked at again."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsletter.checks.edits import apply_mends
from newsletter.domain.finding import CheckReport, Mend
from newsletter.errors import Problem, UsageError
from newsletter.replacing import replace_file
from newsletter.source import Place, shown_path

__all__ = ["Mended", "mend_file", "mends_of", "show_mends"]

_ROUNDS = 10
"""Most times a file is mended and looked at again; a mend may lay bare another fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What was mended: how many faults, and what the checks say now."""

    count: int
    report: CheckReport


def mends_of(report: CheckReport, *, unsafe: bool) -> list[Mend]:
    """Return the mends of `report`; those that change what readers get only if `unsafe`."""
    mends = [finding.mend for finding in report.findings if finding.mend is not None]
    return [mend for mend in mends if unsafe or mend.is_safe]


def mend_file(path: Path, check: Callable[[], CheckReport], *, unsafe: bool) -> Mended:
    """Apply every mend to the file `path`, and again until none is left; no other byte changes.

    The file is replaced in one step. Raises UsageError when it cannot be written, or when somebody else
    changed it between looking and mending.
    """
    count = 0
    for _ in range(_ROUNDS):
        before = path.read_bytes() if path.is_file() else b""
        report = check()
        data, applied = apply_mends(before, mends_of(report, unsafe=unsafe))
        if not applied or data == before:
            return Mended(count=count, report=report)
        _replace(path, before, data)
        count += applied
    return Mended(count=count, report=check())


def show_mends(path: Path, report: CheckReport, *, unsafe: bool, root: Path) -> str:
    """Return what `mend_file` would change first, as a unified diff; "" when nothing."""
    before = path.read_bytes() if path.is_file() else b""
    after, _ = apply_mends(before, mends_of(report, unsafe=unsafe))
    name = shown_path(path.absolute(), root)
    lines = difflib.unified_diff(
        before.decode("utf-8", "replace").splitlines(keepends=True),
        after.decode("utf-8", "replace").splitlines(keepends=True),
        fromfile=name,
        tofile=f"{name} (mended)",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _replace(path: Path, before: bytes, data: bytes) -> None:
    try:
        if path.read_bytes() != before:
            raise UsageError(
                Problem(
                    what="the file was changed by another program meanwhile",
                    place=Place(path=path.name),
                    fix="run the same command again",
                )
            )
        replace_file(path, data)
    except OSError as error:
        raise UsageError(
            Problem(what=f"{path} cannot be mended: {(error.strerror or str(error)).lower()}")
        ) from error
