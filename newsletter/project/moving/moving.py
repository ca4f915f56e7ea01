"""Move a newsletter here from another program: all is made beside its place, then put there at once."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from newsletter.audience.import_plan import ImportOptions
from newsletter.audience.importing import PlanNumbers
from newsletter.audience.list_files import SUPPRESSION_COLUMNS
from newsletter.errors import Problem, UsageError
from newsletter.project import Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.project.moving.buttondown import BUTTONDOWN
from newsletter.project.moving.configuration import configure
from newsletter.project.moving.issue_files import IssueFile, issue_files
from newsletter.project.moving.listmonk import LISTMONK
from newsletter.project.moving.moved import Moved, Program
from newsletter.project.moving.own import OWN, is_own, read_own, unpack_own
from newsletter.project.moving.parcel import Parcel, open_parcel
from newsletter.project.sending.elsewhere import SENT_ELSEWHERE
from newsletter.source import Place

__all__ = ["PROGRAMS", "Arrival", "move_in"]

PROGRAMS = (BUTTONDOWN, LISTMONK)
"""The programs one can come from, in the order in which an export is compared with them."""

_STARTER_ONLY = ("examples/subscribers.csv",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came over: files by their names in the project, letters that went out and drafts, the list.

    `readers` are the numbers of the list's plan, None without a list. `refused` tells rows that were not
    taken, `pictures` those that stayed on the web, `notes` everything else that was not taken, or that the
    author has to look at.
    """

    program: str
    made: Sequence[str]
    sent: int
    drafts: int
    pictures: Sequence[Problem]
    readers: PlanNumbers | None
    refused: Sequence[Problem]
    notes: Sequence[Problem]


def move_in(
    directory: Path, export: Path, *, name: str | None, lang: str | None, today: date, is_kept: bool = True
) -> Arrival:
    """Make a newsletter in `directory` from the `export` of another program; return what came over.

    `name` and `lang` win over what the export tells. Without `is_kept` nothing is left in `directory`.
    It appears there whole, or not at all. Raises UsageError when `directory` holds anything already, when
    `export` is of no program that is known, or what it holds cannot be read; StoreError.
    """
    _check_place(directory)
    with open_parcel(export) as parcel:
        program = None if is_own(parcel) else _program(parcel, export)
        moved = program.read(parcel) if program else read_own(parcel)
        files = list(issue_files(moved.letters, program, today)) if program else []
        place = directory.resolve()
        with tempfile.TemporaryDirectory(dir=_parent(place), prefix=".newsletter-init-") as made:
            folder = Path(made) / "new"
            spoken = lang or (moved.lang if moved.lang in ("nl", "en") else "en")
            title = name or moved.name or place.name.replace("-", " ").capitalize()
            if program:
                _start(folder, title, spoken, today)
                slots = [slot for file in files for slot in file.slots]
                configure(folder / "newsletter.toml", moved, slots, spoken, program.title)
                _write_issues(folder, files)
            else:
                unpack_own(parcel, folder)
            readers, refused, notes = _take_list(folder, parcel, moved, program.title if program else OWN)
            sent, drafts = _letters(folder / "issues")
            if not (sent or drafts or (readers and _is_somebody(readers))):
                raise _nothing(parcel, (*moved.notes, *refused))
            names = sorted(
                file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
            )
            if is_kept:
                _put(folder, place)
    return Arrival(
        program=program.title if program else OWN,
        made=names,
        sent=sent,
        drafts=drafts,
        pictures=[one for file in files for one in file.pictures],
        readers=readers,
        refused=refused,
        notes=(*moved.notes, *(note for file in files for note in file.notes), *notes),
    )


def _check_place(directory: Path) -> None:
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(
            Problem(
                what=f"there is something in {directory} already",
                why="a newsletter from elsewhere begins in a folder of its own",
                fix="choose a directory that does not exist yet",
            )
        )


def _program(parcel: Parcel, export: Path) -> Program:
    known = next((program for program in PROGRAMS if program.knows(parcel)), None)
    if known is None:
        raise UsageError(
            Problem(
                what="this is no export that is known here",
                place=Place(path=str(export)),
                why=f"known are those of {', '.join(program.title for program in PROGRAMS)} and our own",
                fix="for a list alone: newsletter init DIRECTORY, then newsletter subscribers import FILE",
            )
        )
    return known


def _is_somebody(readers: PlanNumbers) -> bool:
    return bool(readers.added or readers.suppressions)


def _nothing(parcel: Parcel, told: Sequence[Problem]) -> UsageError:
    """Return that nothing came over, with what was told of each file."""
    return UsageError(
        Problem(
            what="there is no letter and no reader in it that could be taken over",
            place=Place(path=parcel.shown),
            fix="export it once more; for a new newsletter leave out --from",
        ),
        *told,
    )


def _parent(place: Path) -> Path:
    """Return the folder around `place`, made where it is missing."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(Problem(what=f"{place.parent} cannot be made: {error.strerror}")) from error
    return place.parent


def _start(folder: Path, name: str, lang: str, today: date) -> None:
    made = start_newsletter(folder, name=name, lang=lang, today=today)
    for path in made:  # the letters and readers of the starter are those of nobody
        is_letter = path.parent.name == "issues"
        if is_letter or path.relative_to(folder).as_posix() in _STARTER_ONLY:
            path.unlink()
    (folder / "examples").rmdir()


def _write_issues(folder: Path, files: Sequence[IssueFile]) -> None:
    (folder / "issues").mkdir(exist_ok=True)
    for file in files:
        (folder / file.name).write_text(file.text, "utf-8")


def _letters(folder: Path) -> tuple[int, int]:
    """Return how many letters went out elsewhere, and how many did not."""
    marked = [
        re.search(
            rf"^{SENT_ELSEWHERE}:", file.read_text("utf-8", "replace").partition("\n---\n")[0], re.MULTILINE
        )
        for file in folder.rglob("*.md")
    ]
    return sum(mark is not None for mark in marked), sum(mark is None for mark in marked)


def _take_list(
    folder: Path, parcel: Parcel, moved: Moved, title: str
) -> tuple[PlanNumbers | None, list[Problem], list[Problem]]:
    """Import the list; return the numbers, the rows that were refused, and what there is to tell."""
    if not moved.lists and not moved.suppressed:
        return None, [], [Problem(what="there is no list of readers in it", place=Place(path=parcel.shown))]
    with _lists(parcel, moved) as lists, Project.open(folder) as project:
        plan = project.imports.plan(lists, ImportOptions(source=f"{title} export"))
        try:
            if not moved.lists:
                notes = [Problem(what="there is no list of readers in it", place=Place(path=parcel.shown))]
            else:
                notes = []
            notes += [_at_home(warning, lists, parcel) for warning in plan.warnings]
            refused = [
                _at_home(Problem(what=one.reason, place=plan.place(one.line)), lists, parcel)
                for one in plan.refused()
            ]
            project.imports.apply(replace(plan, shown_path=parcel.shown))  # the proof of consent names it
            return plan.numbers, refused, notes
        finally:
            plan.close()


@contextmanager
def _lists(parcel: Parcel, moved: Moved) -> Iterator[Path]:
    """Lay the list files in a folder of one's own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="newsletter-init-") as made:
        folder = Path(made)
        for name in moved.lists:
            (folder / name.replace("/", "-")).write_bytes(parcel.data(name))
        if moved.suppressed:
            with (folder / "zz-never.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([SUPPRESSION_COLUMNS, *moved.suppressed])
        yield folder


def _at_home(problem: Problem, lists: Path, parcel: Parcel) -> Problem:
    """Return `problem` at the place in the export, where the user can look."""
    if problem.place is None:
        return problem
    found = PurePosixPath(problem.place.path)
    if found.parent != PurePosixPath(lists):
        return problem
    return replace(problem, place=replace(problem.place, path=f"{parcel.shown}/{found.name}"))


def _put(folder: Path, place: Path) -> None:
    try:
        if place.exists():
            for one in sorted(folder.iterdir()):
                one.rename(place / one.name)
        else:
            folder.rename(place)
    except OSError as error:
        raise UsageError(Problem(what=f"{place} cannot be written: {error.strerror}")) from error
