"""The archive as the public site shows it: the same pages as on disk, each made when somebody asks for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from newsletter.archive.binding import card_of
from newsletter.archive.edition import INDEX, ArchivedIssue, ArchivedLetter, ArchiveFile, Edition
from newsletter.archive.pages import ArchivePages
from newsletter.archive.search import search_files
from newsletter.content.siblings import find_siblings
from newsletter.domain.issue import Issue
from newsletter.domain.picture import PictureFile
from newsletter.errors import NewsletterError
from newsletter.project.archive.making import IssueMaker
from newsletter.project.archive.watch import PrivacyWatch, written_traces
from newsletter.store.ledger.past_issues import sent_issues

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.project.archive.choice import Chosen

__all__ = ["PastIssues", "Shown"]

_KEPT = 60
_FED = 50
_Stamp = tuple[int, int, int] | None
_T = TypeVar("_T")
_A = TypeVar("_A")


Choose = Callable[[Sequence[str]], str]
"""Returns one of the languages it is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A letter for whoever comes by, its issue, and the archive around it."""

    edition: Edition
    issue: ArchivedIssue
    letter: ArchivedLetter


class PastIssues:
    """Letters that went out, for whoever comes by; what cannot be read any more is left out."""

    def __init__(self, project: Project, home: str, pages: ArchivePages) -> None:
        """Show the letters of `project` in `pages`; `home` is the site's address, without a final slash."""
        self._project = project
        self._home = home
        self._pages = pages
        self._watch = PrivacyWatch(project)
        self._files: dict[Path, tuple[_Stamp, Issue | None]] = {}
        self._letters = _Shelf(_KEPT)
        self._parts = _Shelf(1)
        self._words = _Shelf(10_000)  # a few kilobytes each

    def edition(self, home: str | None = None) -> Edition:
        """Return the archive as lists know it: letters without their text.

        `home` is the address to name where the site has none of its own.
        """
        maker = self._maker(home)
        return self._bound(maker, (self._or_none(maker.head, one) for one in self._chosen(maker)))

    def fed(self, home: str | None = None) -> Edition:
        """Return the archive with the whole text of its latest public letters, for feeds."""
        maker, edition = self._maker(home), self.edition(home)
        latest = {issue.slug for issue in edition.listed[:_FED]}
        return self._bound(
            maker, (self._full(maker, one) for one in self._chosen(maker) if one.slug in latest)
        )

    def search_parts(self) -> Mapping[str, bytes]:
        """Return the files that search looks through, by their path below the archive."""
        maker = self._maker(None)
        found = self._chosen(maker)

        def words(chosen: Chosen) -> ArchivedIssue | None:
            return self._words.get(_key(chosen), lambda: self._or_none(maker.with_words, chosen))

        def parts() -> Mapping[str, bytes]:
            edition = self._bound(maker, map(words, found))
            return {file.path: file.data for file in search_files(edition)}

        return self._parts.get(tuple(map(_key, found)), parts)

    def letter(self, slug: str, lang: str | None, preferred: Choose) -> Shown | None:
        """Return a letter in `lang`; None when none went out, or not in that language.

        Without `lang` it is the language that `preferred` returns of those there are.
        """
        maker = self._maker(None)
        for chosen in self._chosen(maker):
            issue = self._full(maker, chosen) if chosen.slug == slug else None
            if issue is None:
                continue
            if lang is None:
                wanted = preferred([letter.lang for letter in issue.letters])
                return Shown(edition=self.edition(), issue=issue, letter=issue.letter(wanted))
            for letter in issue.letters:
                if letter.lang.lower() == lang:
                    return Shown(edition=self.edition(), issue=issue, letter=letter)
        return None

    def page(self, shown: Shown) -> str:
        """Return the page of a letter."""
        return self._pages.letter(shown.edition, shown.issue, shown.letter, has_card=True)

    def card(self, shown: Shown) -> bytes | None:
        """Return the picture beside links to a letter (PNG); None when its title cannot be written."""
        font = self._project.config.archive.font
        path = self._project.config.root / font if font else None
        key = ("card", shown.issue.slug, shown.letter.lang, shown.letter.title, shown.issue.at)
        return self._letters.get(key, lambda: card_of(shown.edition, shown.issue, shown.letter, path))

    def picture(self, slug: str, name: str) -> PictureFile | None:
        """Return a picture of a letter that went out, whoever may read the letter: mails ask for it."""
        for sent in sent_issues(self._project.store.database):
            if sent.slug != slug:
                continue
            for file in find_siblings(self._project.config.root / sent.path).files:
                issue = self._load(file.path)
                for picture in self._pictures(issue) if issue and issue.slug == slug else ():
                    if picture.name == name:
                        return picture
        return None

    def _maker(self, home: str | None) -> IssueMaker:
        return IssueMaker(self._project, self._home or home or "", self._pages)

    def _bound(self, maker: IssueMaker, issues: Iterable[ArchivedIssue | None]) -> Edition:
        found = [issue for issue in issues if issue is not None]
        logo = self._or_none(IssueMaker.logo, maker)
        return maker.edition(found, logo, f"{maker.home}/subscribe")

    def _chosen(self, maker: IssueMaker) -> list[Chosen]:
        is_reader = lru_cache(maxsize=None)(self._watch.is_reader)  # many letters name the same addresses
        choice = maker.choice(sent_issues(self._project.store.database))
        return [
            one
            for one in choice.of(self._project.issues.all(), partial(self._load_shown, is_reader))
            if not _has_words_of_others(one) or self._full(maker, one) is not None
        ]

    def _full(self, maker: IssueMaker, chosen: Chosen) -> ArchivedIssue | None:
        """Return the letter as everybody may read it; None for what `archive build` refuses."""
        made = self._letters.get(
            (maker.address, *_key(chosen)),
            lambda: self._or_none(lambda one: maker.full(one).issue, chosen),
        )
        return made if made and not self._watch.problems(_as_files(made), [chosen]) else None

    def _pictures(self, issue: Issue) -> tuple[PictureFile, ...]:
        maker = self._maker(None)
        return self._letters.get(
            ("pictures", issue.digest), lambda: self._or_none(maker.pictures, issue) or ()
        )

    def _load_shown(self, is_reader: Callable[[str], bool], path: Path) -> Issue | None:
        """Return what `_load` does; None for a letter with anything of one reader in it."""
        issue = self._load(path)
        if issue is None:
            return None
        is_own, addresses = self._words.get(("traces", issue.digest), lambda: written_traces(issue))
        return None if is_own or any(map(is_reader, addresses)) else issue

    def _load(self, path: Path) -> Issue | None:
        """Return the issue at `path`, read once for each state of the file; None for what is no issue."""
        known, stamp = self._files.get(path), _stamp(path)
        if known is None or known[0] != stamp:  # anybody asks for the list: no file is read twice for it
            known = (stamp, self._or_none(self._project.issues.load, path) if stamp else None)
            self._files[path] = known
        return known[1]

    @staticmethod
    def _or_none(make: Callable[[_A], _T], of: _A) -> _T | None:
        try:
            return make(of)
        except NewsletterError:  # gone, or changed into what cannot be read: no reason to fail
            return None


class _Shelf:
    """Keeps what was made, the latest used of it, and makes one thing at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        with self._lock:  # making takes the whole processor
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            made: _T = self._kept[key]  # type: ignore[assignment]  # what `make` of this key returned
            return made


def _has_words_of_others(chosen: Chosen) -> bool:
    """Say whether the letter shows more than its author wrote in its file: what readers said."""
    return any("::: reader" in issue.body for issue in chosen.issues)


def _as_files(issue: ArchivedIssue) -> list[ArchiveFile]:
    return [
        ArchiveFile(path=f"{issue.folder(one)}/{name}", data=text.encode())
        for one in issue.letters
        for name, text in ((INDEX, one.html), ("words.txt", f"{one.title}\n{one.preheader}\n{one.text}"))
    ]


def _key(chosen: Chosen) -> tuple[Hashable, ...]:
    return (chosen.at, chosen.corrected, chosen.visibility, *(issue.digest for issue in chosen.issues))


def _stamp(path: Path) -> _Stamp:
    """Return what changes with a file; None when it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
