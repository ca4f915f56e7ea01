"""What the studio does with the project: list, build, check, find pictures. Knows nothing of HTTP."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from pathlib import Path

from newsletter.config.reader import find_config, load_config
from newsletter.config.schema import Config
from newsletter.content.siblings import split_name
from newsletter.domain.finding import CheckReport
from newsletter.domain.picture import PictureFile
from newsletter.errors import ConfigError, NewsletterError, Problem, UsageError
from newsletter.project import Project
from newsletter.project.issues.shelf import ShownLetter
from newsletter.project.readers.segments import ReaderToTry
from newsletter.render.line_marks import without_line_marks
from newsletter.studio.files import read_bytes
from newsletter.studio.letter import for_frame

__all__ = ["Choices", "Desk", "IssueLine", "NoSuchIssue", "Paper"]

_KEPT = 32
_Stamp = tuple[int, int, int]


class NoSuchIssue(UsageError):
    """The page asks for a letter that is not there (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """One issue in the list: its file name without `.md`, its subject if it can be read.

    Of an issue in several languages each has a line; `key` is the same for all, `lang` is this one's.
    """

    name: str
    subject: str | None
    is_sent: bool
    key: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen: issues, drafts first and the newest first, and readers; problems with the readers.

    `first` is the issue to begin with, None when there is none at all; `newsletter` is its name.
    """

    first: str | None
    newsletter: str
    issues: tuple[IssueLine, ...]
    readers: tuple[ReaderToTry, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One letter as it was built for one reader; `number` asks for its HTML.

    `letter` is what the reader gets; `marked_html` is its HTML with line marks. `digest` is the SHA-256
    (hex) of the text it was built from, as bytes of the file.
    """

    number: int
    name: str
    digest: str
    letter: ShownLetter
    marked_html: str


class Desk:
    """One project, kept warm between requests. An issue's name is its file name without `.md`.

    `letter`, `page` and `image` belong to one thread, `choices` and `check` may run in another, and what
    finds files in any.
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
        self._subjects: dict[Path, tuple[_Stamp | None, str | None]] = {}

    @property
    def identity(self) -> str:
        """Return what tells this project from others on this machine: letters and digits."""
        return sha256(str(self._config_path).encode()).hexdigest()[:16]

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
        with self.project() as project:
            readers: list[ReaderToTry] = []
            problems: tuple[Problem, ...] = ()
            drafts: set[Path] = set()
            paths = self._paths(project)
            try:
                readers = project.audience.readers_to_try() if project.has_store else []
                drafts = set(project.issues.drafts())
            except NewsletterError as error:
                problems = error.problems
                drafts = set(paths.values())  # nobody knows what was sent
            lines = [
                IssueLine(
                    name=name,
                    subject=self._subject(project, path),
                    is_sent=path not in drafts,
                    key=split_name(path.name)[0],
                    lang=split_name(path.name)[1],
                )
                for name, path in paths.items()
            ]
            lines.sort(key=lambda line: line.is_sent)
            names = [line.name for line in lines]
            return Choices(
                first=self._named.stem if self._named else next(iter(names), None),
                newsletter=project.config.newsletter.name,
                issues=tuple(lines),
                readers=tuple(readers),
                problems=problems,
            )

    def letter(self, name: str, reader: str | None, text: str | None = None) -> Paper:
        """Build the issue called `name` as `reader` gets it, or with every fallback.

        `text` is what the page has but the file not yet. Raises NoSuchIssue, and what building raises.
        """
        with self.project() as project:
            path = self.path(name, project=project, may_be_gone=text is not None)
            data = read_bytes(path) if text is None else text.encode("utf-8", "replace")
            if data is None:
                raise NoSuchIssue(Problem(what=f"{path.name} is gone", fix="choose another letter"))
            marked = project.issues.preview(path, as_email=reader, data=data, is_marked=True)
        paper = Paper(
            number=next(self._numbers),
            name=name,
            digest=sha256(data).hexdigest(),
            letter=replace(marked, html=without_line_marks(marked.html)),
            marked_html=marked.html,
        )
        self._papers[paper.number] = paper
        while len(self._papers) > _KEPT:
            self._papers.popitem(last=False)
        return paper

    def paper(self, number: int) -> Paper | None:
        """Return a letter built before; None: too long ago."""
        return self._papers.get(number)

    def page(self, number: int, scheme: str) -> str | None:
        """Return the HTML of a letter built before, in `scheme` light or dark; None: too long ago."""
        paper = self._papers.get(number)
        return None if paper is None else self.framed(paper, paper.marked_html, scheme)

    def framed(self, paper: Paper, html: str, scheme: str) -> str:
        """Return `html`, made from that of `paper`, fit for a frame: its pictures come from the studio."""
        # A picture's address changes with its bytes, so the browser may keep it.
        local = {one.url: f"/image/{one.digest}/{one.name}" for one in paper.letter.pictures}
        return for_frame(html, scheme=scheme, local=local)

    def check(self, name: str, text: str | None = None) -> CheckReport:
        """Return what the checks find in the issue called `name`, or in `text` as if it stood there.

        Raises NoSuchIssue, UsageError.
        """
        with self.project() as project:
            path = self.path(name, project=project, may_be_gone=text is not None)
            data = None if text is None else text.encode("utf-8", "replace")
            return project.issues.check(path, data=data)

    def image(self, digest: str, name: str) -> PictureFile | None:
        """Return a picture of a letter built before, as readers get it; None: too long ago, or none such."""
        shown = (one for paper in reversed(self._papers.values()) for one in paper.letter.pictures)
        return next((one for one in shown if one.digest == digest and one.name == name), None)

    def path(self, name: str, *, project: Project | None = None, may_be_gone: bool = False) -> Path:
        """Return the file of the issue called `name`; `may_be_gone`: or where it was.

        Raises NoSuchIssue, ConfigError.
        """
        project = project or self.last_known()
        path = self._paths(project).get(name)
        if path is not None:
            return path
        is_plain = Path(name).name == name and not name.startswith((".", "_")) and "\0" not in name
        if may_be_gone and is_plain and "\\" not in name:
            return project.config.root / "issues" / f"{name}.md"
        raise NoSuchIssue(Problem(what=f'there is no issue "{name}"', fix="choose another letter"))

    def project(self) -> Project:
        """Return the project with its configuration as it is now. Raises ConfigError."""
        return Project(self._config())

    def last_known(self) -> Project:
        """Return the project with the last configuration that could be read, so that writing goes on.

        Raises ConfigError when there was none yet.
        """
        try:
            return self.project()
        except ConfigError:
            if self._read is None:
                raise
            return Project(self._read[1])

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

    def _subject(self, project: Project, path: Path) -> str | None:
        """Return the subject in the file, read again only when it is another one."""
        stamp = _stamp(path)
        known = self._subjects.get(path)
        if known is None or known[0] != stamp:
            try:
                known = (stamp, project.issues.load(path).subject)
            except NewsletterError:
                known = (stamp, None)
            self._subjects[path] = known
        return known[1]


def _stamp(path: Path) -> _Stamp | None:
    """Return what differs when the file is another one, None when there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a zero byte
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
