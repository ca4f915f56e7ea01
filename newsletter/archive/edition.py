"""What an archive is made of: issues as everybody may read them, and where each of its files stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from newsletter.config.theme import ThemeConfig
from newsletter.domain.picture import PictureFile
from newsletter.domain.tag import tag_slug
from newsletter.domain.visibility import Visibility

__all__ = ["INDEX", "TAGS", "ArchiveFile", "ArchivedIssue", "ArchivedLetter", "Edition"]

INDEX = "index.html"
TAGS = "tags"
"""The folder with a page for each tag, so that no issue can have it as its slug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFile:
    """A file of the archive: its path below the archive's folder, with `/` between, and its bytes."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedLetter:
    """An issue in one language, for everybody.

    `title`, `preheader` and `text` are plain text; `html` is the article, in which pictures have addresses
    below the issue's own.
    """

    lang: str
    title: str
    preheader: str
    html: str
    text: str
    tags: tuple[str, ...] = ()
    pictures: tuple[PictureFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedIssue:
    """An issue: a letter for each of its languages, of which the first has the issue's own address.

    `at` is when it went out, `corrected` when its readers were last sent a mended letter; both in the
    newsletter's time zone.
    """

    slug: str
    at: datetime
    letters: tuple[ArchivedLetter, ...]
    number: int | None = None
    visibility: Visibility = Visibility.PUBLIC
    corrected: datetime | None = None
    is_draft: bool = False

    @property
    def tags(self) -> tuple[str, ...]:
        """Return what its letters are about, in every language."""
        return tuple(dict.fromkeys(tag for letter in self.letters for tag in letter.tags))

    @property
    def updated(self) -> datetime:
        """Return when its text last changed for everybody."""
        return max(self.corrected, self.at) if self.corrected else self.at

    def folder(self, letter: ArchivedLetter) -> str:
        """Return where the page of `letter` stands below the archive, without a final slash."""
        return self.slug if letter is self.letters[0] else f"{self.slug}/{letter.lang.lower()}"

    def letter(self, lang: str) -> ArchivedLetter:
        """Return the letter in `lang` (BCP 47), else in that language of whatever country, else the first."""

        def fit(letter: ArchivedLetter) -> int:
            own, wanted = letter.lang.lower(), lang.lower()
            return 2 * (own == wanted) + (own.partition("-")[0] == wanted.partition("-")[0])

        return max(self.letters, key=fit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Everything that makes an archive; `issues` are the latest first, without those that are hidden.

    `address` is the archive's, without a final slash.
    """

    name: str
    lang: str
    timezone: str
    author: str
    address: str
    theme: ThemeConfig
    description: str = ""
    subscribe_url: str | None = None
    logo: PictureFile | None = None
    issues: tuple[ArchivedIssue, ...] = ()

    @property
    def listed(self) -> tuple[ArchivedIssue, ...]:
        """Return the issues that lists, feeds and search know."""
        return tuple(issue for issue in self.issues if issue.visibility is Visibility.PUBLIC)

    @property
    def updated(self) -> datetime | None:
        """Return when anything in the lists last changed; None for an archive with nothing in it."""
        return max((issue.updated for issue in self.listed), default=None)

    def tags(self) -> Iterator[tuple[str, str, list[ArchivedIssue]]]:
        """Yield each tag as first written, its slug, and its issues; sorted, without regard to capitals."""
        shown: dict[str, str] = {}
        found: dict[str, list[ArchivedIssue]] = {}
        for issue in self.listed:
            for slug, tag in {tag_slug(tag): tag for tag in issue.tags}.items():
                shown[slug] = tag
                found.setdefault(slug, []).append(issue)
        for slug in sorted(found, key=lambda one: (shown[one].casefold(), one)):
            yield shown[slug], slug, found[slug]
