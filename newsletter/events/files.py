"""Reports of events from files: raw bodies of webhooks, whole or one on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.domain.nearest import nearest
from newsletter.domain.provider_event import ProviderEvent
from newsletter.errors import Problem, UsageError
from newsletter.protocols import EventReader, EventRefused
from newsletter.source import Place

__all__ = ["read_files"]

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class _Body:
    """One report in a file; `line` is where it stands, None when it is the whole file."""

    path: str
    line: int | None
    data: bytes

    def problem(self, what: str, fix: str | None = None) -> Problem:
        return Problem(what=what, place=Place(path=self.path, line=self.line), fix=fix)


def read_files(
    paths: Sequence[Path], readers: Mapping[str, EventReader]
) -> list[tuple[str, Sequence[ProviderEvent]]]:
    """Return the reports in `paths`, pairs of provider and events; `readers` are those that may fit, by name.

    A file is one body of a webhook, or has one on each line. Which provider's it is, is the one whose reader
    takes it. Raises UsageError naming every body that cannot be read, with file and line.
    """
    reports: list[tuple[str, Sequence[ProviderEvent]]] = []
    problems: list[Problem] = []
    for path in paths:
        for body in _bodies(path, problems):
            found = _read(body, readers)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                reports.append(found)
    if len(problems) > _MOST_TOLD:
        more = Problem(what=f"… and {len(problems) - _MOST_TOLD} more; nothing was taken in")
        problems = [*problems[:_MOST_TOLD], more]
    UsageError.raise_if(_fix_once(problems))
    return reports


def _bodies(path: Path, problems: list[Problem]) -> Iterator[_Body]:
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"it cannot be read: {error.strerror}"
        problems.append(Problem(what=what, place=Place(path=str(path)), fix=_instead_of(path)))
        return
    if not data.strip():
        problems.append(Problem(what="there is nothing in it", place=Place(path=str(path))))
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(what="this is not UTF-8", place=Place(path=str(path))))
    elif _is_json(data):
        yield _Body(str(path), None, data)
    else:
        for number, line in enumerate(data.splitlines(), 1):
            if line.strip():
                yield _Body(str(path), number, line)


def _fix_once(problems: Sequence[Problem]) -> list[Problem]:
    """Return `problems`, each with the same thing to do only at the last of them."""
    told: set[str | None] = {None}
    found: list[Problem] = []
    for problem in reversed(problems):
        found.append(replace(problem, fix=None) if problem.fix in told else problem)
        told.add(problem.fix)
    return found[::-1]


def _instead_of(path: Path) -> str:
    """Return what to type instead of a file that cannot be read."""
    if path.is_dir():
        return f"name the files in it: newsletter events import {path}/*"
    try:
        beside = sorted(one.name for one in path.parent.iterdir() if one.is_file())
    except OSError:
        return "look where the file is, and name it with its directory"
    meant = nearest(path.name, beside)
    if meant is not None and meant != path.name:
        return f'did you mean "{path.with_name(meant)}"?'
    return f"see what is there: ls -l {path.parent}"


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _read(body: _Body, readers: Mapping[str, EventReader]) -> tuple[str, Sequence[ProviderEvent]] | Problem:
    taken: list[tuple[str, Sequence[ProviderEvent]]] = []
    refusals: list[str] = []
    for name, reader in readers.items():
        try:
            taken.append((name, reader.read(body.data)))
        except EventRefused as error:
            refusals.append(str(error))
    if len(taken) > 1:  # many a reader passes over what it has no word for; who finds something is meant
        taken = [one for one in taken if one[1]] or taken[:1]
    if len(taken) == 1:
        return taken[0]
    if taken:
        names = " and ".join(name for name, _ in taken)
        return body.problem(f"this may be a report of {names}", f"add --provider {taken[0][0]}")
    if not _is_json(body.data):
        return body.problem("this is no JSON", "give the bodies of webhooks as they came, one on each line")
    if len(readers) == 1:
        return body.problem(f"no report of events: {refusals[0]}")
    return body.problem(
        f"no report of events that is known here: {', '.join(readers)}",
        "add --provider NAME, to be told what is wrong with it",
    )
