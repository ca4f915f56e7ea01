"""The archive of a project on disk: made, looked through for anything of one reader, and put in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.issue import Issue
from newsletter.domain.visibility import Visibility
from newsletter.errors import ConfigError, ContentError, Problem, UsageError
from newsletter.project.archive.cache import RenderCache
from newsletter.project.archive.folder import FolderChange, write_folder
from newsletter.source import Place

if TYPE_CHECKING:
    from newsletter.archive.card import Card
    from newsletter.archive.edition import ArchiveFile, Edition
    from newsletter.archive.pages import ArchivePages
    from newsletter.project import Project
    from newsletter.project.archive.choice import Chosen
    from newsletter.project.archive.making import IssueMaker, MadeIssue
    from newsletter.store.ledger.past_issues import SentIssue

__all__ = ["Archive", "BuiltArchive"]

_CACHE = Path(".newsletter") / "cache" / "archive"
_SOURCES = ("issues", "templates", ".newsletter", ".git")


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

    def build(
        self, folder: Path, *, drafts: bool = False, dry_run: bool = False, force: bool = False
    ) -> BuiltArchive:
        """Make the archive in `folder`: what changed is written, what it made earlier and is gone is removed.

        `drafts` adds issues that did not go out, marked as such. Nothing is written when `dry_run`, or when
        anything of one reader is found in what would be. Raises ConfigError, ContentError with every problem
        of every issue, UsageError for a folder that cannot be written or holds other files of these names,
        and, unless `force`, for one with files that were changed since they were made.
        """
        from newsletter.archive.pages import ArchivePages
        from newsletter.project.archive.making import IssueMaker
        from newsletter.project.archive.watch import PrivacyWatch

        self._refuse_sources(folder)
        pages = ArchivePages(self._config.root)
        cache = RenderCache(self._config.root / _CACHE, is_kept=not dry_run)
        maker = IssueMaker(self._project, self._home(), pages, cache)
        sent = self._sent()
        chosen, notes = self._chosen(maker, sent, drafts=drafts)
        made = _make(maker, chosen)
        edition = maker.edition([one.issue for one in made], maker.logo())
        files = self._files(edition, pages, cache)
        cache.tidy()
        ContentError.raise_if(PrivacyWatch(self._project).problems(files, chosen))
        unsaid = [
            _unsaid(name, one.issue.slug, slot.place) for one in made for name, slot in one.unsaid.items()
        ]
        return BuiltArchive(
            folder=folder,
            address=edition.address,
            public=tuple(issue.slug for issue in edition.listed),
            unlisted=tuple(one.slug for one in edition.issues if one.visibility is Visibility.UNLISTED),
            change=write_folder(folder, files, dry_run=dry_run, force=force),
            notes=(*notes, *unsaid),
        )

    def _refuse_sources(self, folder: Path) -> None:
        """Keep the archive out of the folders people write in: it would stand among their files."""
        root = self._config.root.resolve()
        place = folder.resolve()
        if place == root or any(place.is_relative_to(root / name) for name in _SOURCES):
            raise UsageError(
                Problem(
                    what="the archive does not go among the files it is made of",
                    place=Place(path=str(folder)),
                    fix="choose a folder of its own: newsletter archive build -o build/archive",
                )
            )

    def _home(self) -> str:
        home = self._config.newsletter.base_url
        if not home:
            raise ConfigError(
                Problem(
                    what="the archive has no address: [newsletter] base_url is not set",
                    why="feeds and links in letters name each page in full",
                    fix='write base_url = "https://brief.example.org" below [newsletter] in newsletter.toml',
                )
            )
        return home

    def _sent(self) -> list[SentIssue] | None:
        """Return what went out; None when nothing here remembers it."""
        if not self._project.has_store:
            return None
        from newsletter.store.ledger.past_issues import sent_issues

        return sent_issues(self._project.store.database)

    def _chosen(
        self, maker: IssueMaker, sent: list[SentIssue] | None, *, drafts: bool
    ) -> tuple[list[Chosen], list[Problem]]:
        """Return the issues for the archive, and the letters that went out and are not there."""
        problems: list[Problem] = []
        slugs: set[str] = set()

        def load(path: Path) -> Issue | None:
            try:
                issue = self._project.issues.load(path)
            except ContentError as error:
                problems.extend(error.problems)
                return None
            slugs.add(issue.slug)
            return issue

        chosen = list(maker.choice(sent, drafts=drafts).of(self._project.issues.all(), load))
        ContentError.raise_if([*problems, *_doubles(chosen)])
        return chosen, [_gone(one) for one in sent or () if one.slug not in slugs]

    def _files(self, edition: Edition, pages: ArchivePages, cache: RenderCache) -> tuple[ArchiveFile, ...]:
        from newsletter.archive.binding import bind

        font = self._config.root / self._config.archive.font if self._config.archive.font else None
        try:
            return bind(edition, pages, font, partial(_drawn, cache))
        except OSError as error:
            raise ConfigError(
                Problem(
                    what=f"the font {self._config.archive.font} cannot be read: {error}",
                    fix="name a TrueType or OpenType file below [archive]: font",
                )
            ) from error


def _drawn(cache: RenderCache, card: Card) -> bytes | None:
    """Return `card` as it was drawn before, else draw it; nothing where the font lacks a letter of it."""
    from newsletter.archive.card import draw_card

    parts = ("card", repr(card), sha256(card.font.read_bytes()).hexdigest() if card.font else "")
    kept = cache.find(parts)
    if kept is None:
        kept = draw_card(card) or b""
        cache.put(parts, kept)
    return kept or None


def _make(maker: IssueMaker, chosen: Iterable[Chosen]) -> list[MadeIssue]:
    made: list[MadeIssue] = []
    problems: list[Problem] = []
    for one in chosen:
        try:
            made.append(maker.full(one))
        except ContentError as error:
            problems += error.problems
    ContentError.raise_if(problems)
    return made


def _doubles(chosen: Iterable[Chosen]) -> Iterator[Problem]:
    """Yield what has the address of another letter, and would take its place."""
    taken: dict[str, Issue] = {}
    for one in chosen:
        for issue in one.issues:
            address = one.slug if issue is one.issues[0] else f"{one.slug}/{issue.lang.lower()}"
            other = taken.setdefault(address, issue)
            if other is not issue:
                is_language = other in one.issues
                yield Problem(
                    what=f"{other.shown_path} has the address {address} too",
                    place=issue.place("lang" if is_language else "slug"),
                    why="in the archive each letter has a page of its own",
                    fix=f"write another one:  {'lang' if is_language else 'slug'}: …",
                )


def _unsaid(name: str, slug: str, place: object) -> Problem:
    from newsletter.source import Place

    return Problem(
        what=f"{{{{ {name} }}}} reads “…” in the archive",
        place=place if isinstance(place, Place) else Place(path=slug),
        why="nothing says what everybody reads there",
        fix=f'write {{{{ {name} | words }}}}, or below [archive]: words = {{ {name} = "words" }}',
    )


def _gone(sent: SentIssue) -> Problem:
    return Problem(
        what=f'the letter "{sent.slug}" went out and is not in the archive: {sent.path} is not there',
        fix="put the file back, or leave it so",
    )
