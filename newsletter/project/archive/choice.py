"""Which issues the archive has: those that went out, as far as their author lets everybody read them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.content.siblings import group_siblings
from newsletter.domain.issue import Issue
from newsletter.domain.languages import language_order
from newsletter.domain.visibility import Visibility

if TYPE_CHECKING:
    from newsletter.store.ledger.past_issues import SentIssue

__all__ = ["Choice", "Chosen"]

_OLD_KEY = "x-archive"
_SHOWN = (Visibility.PUBLIC, Visibility.UNLISTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An issue for the archive: a file for each of its languages, when it went out, when it was corrected.

    The first of `issues` has the issue's own address.
    """

    issues: tuple[Issue, ...]
    at: datetime
    visibility: Visibility
    corrected: datetime | None = None
    is_draft: bool = False

    @property
    def slug(self) -> str:
        """Return the name of the issue in addresses."""
        return self.issues[0].slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How issues are chosen.

    `sent` is what the ledger knows of what went out, by slug. Beside that, an issue that says
    `archive: public` or `unlisted` itself is in from its `date` on, however it was sent; and where there is
    no database, so `sent` is None, every issue whose `date` has come. `drafts` adds all others. `visibility`
    is that of issues that say nothing of it, `lang` the language that comes first, `root` the project.
    """

    root: Path
    lang: str
    visibility: Visibility
    now: datetime
    sent: Mapping[str, SentIssue] | None
    drafts: bool = False

    def of(self, paths: Iterable[Path], load: Callable[[Path], Issue | None]) -> Iterator[Chosen]:
        """Yield the issues in the files at `paths`; `load` returns None for one that cannot be read."""
        for siblings in group_siblings(tuple(paths)):
            loaded = [load(file.path) for file in siblings.files]
            shown = [issue for issue in loaded if issue and self._visibility(issue) in _SHOWN]
            files = {file.path for file in siblings.files}
            chosen = self._chosen(shown, files) if shown else None
            if chosen is not None:
                yield chosen

    def _chosen(self, shown: list[Issue], files: Collection[Path]) -> Chosen | None:
        order = language_order([issue.lang for issue in shown], self.lang)
        shown.sort(key=lambda issue: order.index(issue.lang))
        first = shown[0]
        seen = {self._visibility(issue) for issue in shown}
        visibility = Visibility.UNLISTED if Visibility.UNLISTED in seen else Visibility.PUBLIC
        sent = self._sent(shown[0].slug, files)
        is_due = first.date is not None and first.date <= self.now
        says_so = any(issue.archive is not None for issue in shown)
        went_out = sent is not None or (is_due and (self.sent is None or says_so))
        if not went_out and not self.drafts:
            return None
        return Chosen(
            issues=tuple(shown),
            at=first.date or (sent.first_sent if sent else self.now),
            visibility=visibility,
            corrected=sent.corrected if sent else None,
            is_draft=not went_out,
        )

    def _sent(self, slug: str, files: Collection[Path]) -> SentIssue | None:
        """Return what the ledger knows of the issue in `files`, hidden ones too, by its slug.

        Another file that took its slug is not the issue.
        """
        found = (self.sent or {}).get(slug)
        if found is None:
            return None
        path = self.root / found.path
        return found if path in files or not path.exists() else None

    def _visibility(self, issue: Issue) -> Visibility:
        if issue.archive is not None:
            return issue.archive
        return Visibility.HIDDEN if issue.extra.get(_OLD_KEY) is False else self.visibility
