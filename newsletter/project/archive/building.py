"""The archive of a project: which issues are in it, made into files, looked through, and put in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.domain.issue import Issue
from newsletter.domain.visibility import Visibility
from newsletter.errors import ConfigError, ContentError, Problem
from newsletter.project.archive.choice import Chosen, choose_issues
from newsletter.project.archive.folder import FolderChange, write_folder

if TYPE_CHECKING:
    from newsletter.archive.edition import ArchivedIssue, ArchiveFile, Edition
    from newsletter.domain.picture import PictureFile
    from newsletter.project import Project

__all__ = ["Archive", "BuiltArchive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltArchive:
    """What building did, or would do: issues by visibility, what changed in the folder, and what to know."""

    folder: Path
    address: str
    public: tuple[str, ...]
    unlisted: tuple[str, ...]
    change: FolderChange
    notes: tuple[Problem, ...]


class Archive:
    """What can be done with letters that went out, for everybody."""

    def __init__(self, project: Project) -> None:
        """Work on the issues of `project`."""
        self._project = project
        self._config = project.config

    @property
    def address(self) -> str:
        """Return where the archive stands: what `{{ archive_url }}` of every letter begins with.

        Raises ConfigError when the newsletter has no address.
        """
        home = self._config.newsletter.base_url
        if not home:
            raise ConfigError(
                Problem(
                    what="the archive has no address: [newsletter] base_url is not set",
                    why="feeds and links in letters name each page in full",
                    fix='write base_url = "https://brief.example.org" below [newsletter] in newsletter.toml',
                )
            )
        return f"{home}/archive"

    def build(self, folder: Path, *, drafts: bool = False, dry_run: bool = False) -> BuiltArchive:
        """Make the archive in `folder`: what changed is written, what it made earlier and is gone is removed.

        `drafts` adds issues that did not go out, marked as such. Nothing is written when `dry_run`, or when
        anything of one reader is found in what would be. Raises ConfigError, ContentError with every problem
        of every issue, UsageError for a folder that cannot be written or holds other files of these names.
        """
        notes: list[Problem] = []
        edition, written = self._edition(drafts, notes)
        files = self._files(edition)
        self._look_through(files, written)
        change = write_folder(folder, files, dry_run=dry_run)
        return BuiltArchive(
            folder=folder,
            address=edition.address,
            public=tuple(issue.slug for issue in edition.listed),
            unlisted=tuple(one.slug for one in edition.issues if one.visibility is Visibility.UNLISTED),
            change=change,
            notes=tuple(notes),
        )

    def _edition(self, drafts: bool, notes: list[Problem]) -> tuple[Edition, frozenset[str]]:  # noqa: FBT001
        """Return what the archive is made of, and the mail addresses that authors wrote in it."""
        from newsletter.archive.edition import Edition
        from newsletter.archive.privacy import mail_addresses

        config = self._config
        making = _Making(self._project, self.address, notes)
        chosen = choose_issues(self._project, drafts=drafts, notes=notes)
        issues = list(making.issues(chosen))
        ContentError.raise_if(making.problems)
        about = config.archive.description
        written = mail_addresses("\n".join([about, *(one.issue.body + one.issue.subject for one in chosen)]))
        author = config.sender.from_.name if config.sender.from_ else ""
        edition = Edition(
            name=config.newsletter.name,
            lang=config.newsletter.lang,
            timezone=config.newsletter.timezone,
            author=author or config.newsletter.name,
            home=config.newsletter.base_url,
            address=self.address,
            theme=config.theme,
            description=about,
            subscribe_url=config.archive.subscribe_url,
            logo=making.logo,
            issues=tuple(sorted(issues, key=lambda one: (one.at, one.slug), reverse=True)),
        )
        return edition, written

    def _files(self, edition: Edition) -> tuple[ArchiveFile, ...]:
        from newsletter.archive.binding import bind
        from newsletter.archive.pages import ArchivePages

        font = self._config.root / self._config.archive.font if self._config.archive.font else None
        try:
            return bind(edition, ArchivePages(self._config.root), font)
        except OSError as error:
            raise ConfigError(
                Problem(
                    what=f"the font {self._config.archive.font} cannot be read: {error}",
                    fix="name a TrueType or OpenType file below [archive]: font",
                )
            ) from error

    def _look_through(self, files: tuple[ArchiveFile, ...], written: frozenset[str]) -> None:
        from newsletter.archive.privacy import personal_problems

        sender = self._config.sender
        own = {one.email.lower() for one in (sender.from_, sender.reply_to) if one}
        own |= {address.lower() for address in sender.monitored}

        def is_reader(address: str) -> bool:
            if address in own or not self._project.has_store:
                return False
            return self._project.audience.member_or_none(address) is not None

        ContentError.raise_if(personal_problems(files, written | own, is_reader))


class _Making:
    """Makes issues for everybody, gathering what is wrong with any."""

    def __init__(self, project: Project, address: str, notes: list[Problem]) -> None:
        from newsletter.archive.pages import ArchivePages

        self._project = project
        self._address = address
        self._notes = notes
        self._pages = ArchivePages(project.config.root)
        self._zone = ZoneInfo(project.config.newsletter.timezone)
        self.problems: list[Problem] = []
        self.logo: PictureFile | None = None

    def issues(self, chosen: list[Chosen]) -> Iterator[ArchivedIssue]:
        for one in chosen:
            try:
                yield self._issue(one)
            except ContentError as error:
                self.problems += error.problems

    def _issue(self, chosen: Chosen) -> ArchivedIssue:
        from newsletter.archive.edition import TAGS, ArchivedIssue
        from newsletter.archive.letter import letter_for_all
        from newsletter.render.phrases import phrases_for

        issue = chosen.issue
        if issue.slug == TAGS:
            raise ContentError(
                Problem(
                    what=f'the archive has a page called "{TAGS}" of its own',
                    place=issue.place("slug"),
                    fix="give the letter another slug",
                )
            )
        made = letter_for_all(
            issue,
            self._project.issues.letters(issue).document,
            self._project.config,
            f"{self._address}/{issue.slug}",
            self._pages.labels(issue.lang, phrases_for(issue.lang)["sources"]),
        )
        self.logo = self.logo or made.logo
        for name, slot in made.unsaid.items():
            self._notes.append(_unsaid(name, issue, slot.place))
        return ArchivedIssue(
            slug=issue.slug,
            at=self._here(chosen.at),
            letters=(made.letter,),
            number=issue.number,
            tags=issue.tags,
            visibility=chosen.visibility,
            corrected=self._here(chosen.corrected) if chosen.corrected else None,
            is_draft=chosen.is_draft,
        )

    def _here(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(microsecond=0)


def _unsaid(name: str, issue: Issue, place: object) -> Problem:
    from newsletter.source import Place

    return Problem(
        what=f"{{{{ {name} }}}} reads “…” in the archive",
        place=place if isinstance(place, Place) else issue.place(),
        why="nothing says what everybody reads there",
        fix=f'write {{{{ {name} | words }}}}, or below [archive]: words = {{ {name} = "words" }}',
    )
