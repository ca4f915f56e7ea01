"""What the studio does with the project: list, build, check, find pictures. Knows nothing of HTTP."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from newsletter.config.reader import find_config, load_config
from newsletter.config.schema import Config
from newsletter.domain.finding import CheckReport
from newsletter.domain.picture import PictureFile
from newsletter.errors import NewsletterError, Problem, UsageError
from newsletter.project import Project
from newsletter.project.issues import ShownLetter
from newsletter.project.readers import ReaderToTry
from newsletter.studio.letter import for_frame

__all__ = ["Choices", "Desk", "NoSuchIssue", "Paper"]

_KEPT = 32
_Stamp = tuple[int, int, int]


class NoSuchIssue(UsageError):
    """The page asks for a letter that is not there (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen: names of issues, the newest first, and readers; problems with the readers.

    `first` is the issue to begin with, None when there is none at all.
    """

    first: str | None
    issues: tuple[str, ...]
    readers: tuple[ReaderToTry, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One letter as it was built for one reader; `number` asks for its HTML."""

    number: int
    name: str
    letter: ShownLetter


class Desk:
    """One project, kept warm between requests. An issue's name is its file name without `.md`.

    `letter` and `page` belong to one thread, `choices` and `check` may run in another.
    """

    def __init__(self, root: Path, named: Path | None = None) -> None:
        """Work on the project in `root`; `named` is the issue to begin with, which may lie elsewhere.

        Raises UsageError when there is no project.
        """
        self._config_path = find_config(root)
        self._named = named
        self._papers: OrderedDict[int, Paper] = OrderedDict()
        self._numbers = count(1)
        self._read: tuple[_Stamp | None, Config] | None = None

    def warm(self) -> None:
        """Build and check the first letter, so that everything slow to start has started."""
        try:
            first = self.choices().first
            if first is not None:
                self.page(self.letter(first, None).number, "light")
                self.check(first)
        except NewsletterError:
            return  # the page is told when it asks

    def choices(self) -> Choices:
        """Return what can be chosen. Raises ConfigError."""
        with self._project() as project:
            names = tuple(self._paths(project))
            first = self._named.stem if self._named else next(iter(names), None)
            try:
                readers = project.audience.readers_to_try() if project.has_store else []
            except NewsletterError as error:
                return Choices(first=first, issues=names, readers=(), problems=error.problems)
            return Choices(first=first, issues=names, readers=tuple(readers))

    def letter(self, name: str, reader: str | None) -> Paper:
        """Build the issue called `name` as `reader` gets it, or with every fallback.

        Raises NoSuchIssue, and what building raises.
        """
        with self._project() as project:
            letter = project.issues.preview(self._path(project, name), as_email=reader)
        paper = Paper(number=next(self._numbers), name=name, letter=letter)
        self._papers[paper.number] = paper
        while len(self._papers) > _KEPT:
            self._papers.popitem(last=False)
        return paper

    def page(self, number: int, scheme: str) -> str | None:
        """Return the HTML of a letter built before, in `scheme` light or dark; None: too long ago."""
        paper = self._papers.get(number)
        if paper is None:
            return None
        # A picture's address changes with its bytes, so the browser may keep it.
        local = {one.url: f"/image/{one.digest}/{one.name}" for one in paper.letter.pictures}
        return for_frame(paper.letter.html, scheme=scheme, local=local)

    def check(self, name: str) -> CheckReport:
        """Return what the checks find in the issue called `name`. Raises NoSuchIssue, UsageError."""
        with self._project() as project:
            return project.issues.check(self._path(project, name))

    def image(self, digest: str, name: str) -> PictureFile | None:
        """Return a picture of a letter built before, as readers get it; None: too long ago, or none such."""
        shown = (one for paper in reversed(self._papers.values()) for one in paper.letter.pictures)
        return next((one for one in shown if one.digest == digest and one.name == name), None)

    def _project(self) -> Project:
        return Project(self._config())

    def _config(self) -> Config:
        """Return the configuration, read again only when its file is another one."""
        stamp = _stamp(self._config_path)
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, load_config(self._config_path))
        return self._read[1]

    def _paths(self, project: Project) -> dict[str, Path]:
        """Return every issue by name, the newest first; one from elsewhere comes last."""
        paths = {path.stem: path for path in reversed(project.issues.all())}
        return {**paths, self._named.stem: self._named} if self._named else paths

    def _path(self, project: Project, name: str) -> Path:
        path = self._paths(project).get(name)
        if path is None:
            raise NoSuchIssue(Problem(what=f'there is no issue "{name}"', fix="choose another letter"))
        return path


def _stamp(path: Path) -> _Stamp | None:
    """Return what differs when the file is another one, None when there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a zero byte
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
