"""Chosen issues become issues for everybody, for files on disk and for the public site alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.archive.edition import TAGS, ArchivedIssue, ArchivedLetter, Edition
from newsletter.archive.letter import (
    LetterForAll,
    letter_for_all,
    letter_head,
    letter_words,
    logo_picture,
    mail_pictures,
)
from newsletter.archive.pages import ArchivePages
from newsletter.domain.issue import Issue
from newsletter.domain.picture import PictureFile
from newsletter.domain.slot import Slot
from newsletter.errors import ContentError, Problem
from newsletter.project.archive.cache import RenderCache
from newsletter.project.archive.choice import Choice, Chosen
from newsletter.project.archive.kept_letter import read_letter, written_letter
from newsletter.render.phrases import phrases_for

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.store.ledger.past_issues import SentIssue

__all__ = ["IssueMaker", "MadeIssue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeIssue:
    """An issue for everybody, and the slots nobody has words for, by name."""

    issue: ArchivedIssue
    unsaid: Mapping[str, Slot]


class IssueMaker:
    """Makes issues for everybody; `home` is the address of the newsletter, without a final slash."""

    def __init__(
        self, project: Project, home: str, pages: ArchivePages, cache: RenderCache | None = None
    ) -> None:
        """Make the issues of `project`, with the words of `pages`; `cache` has what was made before."""
        self._cache = cache
        self._project = project
        self._config = project.config
        self.home = home
        self._pages = pages
        self._zone = ZoneInfo(project.config.newsletter.timezone)

    @property
    def address(self) -> str:
        """Return where the archive stands, without a final slash."""
        return f"{self.home}/archive"

    def choice(self, sent: Iterable[SentIssue] | None, *, drafts: bool = False) -> Choice:
        """Return how issues are chosen, where the ledger knows that `sent` went out."""
        return Choice(
            root=self._config.root,
            lang=self._config.newsletter.lang,
            visibility=self._config.archive.visibility,
            now=self._project.clock.now(),
            sent=None if sent is None else {one.slug: one for one in sent},
            drafts=drafts,
        )

    def logo(self) -> PictureFile | None:
        """Return the logo, None when there is none. Raises ContentError for one that cannot be shown."""
        return logo_picture(self._config)

    def edition(
        self, issues: Iterable[ArchivedIssue], logo: PictureFile | None, subscribe_url: str | None = None
    ) -> Edition:
        """Return what an archive of `issues` is made of; `subscribe_url` where the configuration has none."""
        config = self._config
        author = config.sender.from_.name if config.sender.from_ else ""
        return Edition(
            name=config.newsletter.name,
            lang=config.newsletter.lang,
            timezone=config.newsletter.timezone,
            author=author or config.newsletter.name,
            address=self.address,
            theme=config.theme,
            description=config.archive.description,
            subscribe_url=config.archive.subscribe_url or subscribe_url,
            logo=logo,
            issues=tuple(sorted(issues, key=lambda one: (one.at, one.slug), reverse=True)),
        )

    def head(self, chosen: Chosen) -> ArchivedIssue:
        """Return the issue as lists know it, its letters without their text. Raises ContentError."""
        address = self._address(chosen)
        return self._issue(chosen, [letter_head(one, self._config, address) for one in chosen.issues])

    def full(self, chosen: Chosen) -> MadeIssue:
        """Return the issue with all its letters. Raises ContentError with every problem of all of them."""
        if chosen.slug == TAGS:
            what = f'the archive has a page called "{TAGS}" of its own'
            place = chosen.issues[0].place("slug")
            raise ContentError(Problem(what=what, place=place, fix="give the letter another slug"))
        made: list[LetterForAll] = []
        problems: list[Problem] = []
        for issue in chosen.issues:
            try:
                made.append(self._letter(issue, self._address(chosen)))
            except ContentError as error:
                problems += error.problems
        ContentError.raise_if(problems)
        unsaid: dict[str, Slot] = {}
        for one in made:
            unsaid |= one.unsaid
        return MadeIssue(
            issue=self._issue(chosen, [one.letter for one in made]),
            unsaid=unsaid,
        )

    def with_words(self, chosen: Chosen) -> ArchivedIssue:
        """Return the issue as search knows it: with the words of its letters and nothing else of them."""
        address = self._address(chosen)
        letters = self._project.issues.letters
        return self._issue(
            chosen,
            [letter_words(one, letters(one).document, self._config, address) for one in chosen.issues],
        )

    def pictures(self, issue: Issue) -> tuple[PictureFile, ...]:
        """Return every picture that mails of `issue` ask for. Raises ContentError."""
        return mail_pictures(self._project.issues.letters(issue).document, self._config)

    def _letter(self, issue: Issue, address: str) -> LetterForAll:
        labels = self._pages.labels(issue.lang, phrases_for(issue.lang)["sources"])
        # Readers may take their words back: a letter with them is made anew each time.
        cache = None if "::: reader" in issue.body else self._cache
        parts = ("letter", issue.digest, issue.shown_path, repr(self._config), address, repr(labels))
        kept = cache.find(parts) if cache else None
        found = read_letter(kept) if kept is not None else None
        if found is None:
            document = self._project.issues.letters(issue).document
            found = letter_for_all(issue, document, self._config, address, labels)
            if cache:
                cache.put(parts, written_letter(found))
        return found

    def _issue(self, chosen: Chosen, letters: Iterable[ArchivedLetter]) -> ArchivedIssue:
        return ArchivedIssue(
            slug=chosen.slug,
            at=self._here(chosen.at),
            letters=tuple(letters),
            number=chosen.issues[0].number,
            visibility=chosen.visibility,
            corrected=self._here(chosen.corrected) if chosen.corrected else None,
            is_draft=chosen.is_draft,
        )

    def _address(self, chosen: Chosen) -> str:
        return f"{self.address}/{chosen.slug}"

    def _here(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(microsecond=0)
