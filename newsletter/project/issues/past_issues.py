"""Letters that went out, as anybody may read them: nobody's name in them, no links of a reader's own."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from newsletter.domain.issue import Issue
from newsletter.domain.picture import PictureFile
from newsletter.errors import NewsletterError
from newsletter.store.ledger.past_issues import SentIssue, sent_issues

if TYPE_CHECKING:
    from newsletter.content.slots import ProtectedLine
    from newsletter.project import Project

__all__ = ["PastIssue", "PastIssues", "PublicLetter"]

_KEPT = 50
_NOT_PUBLIC = "x-archive"
_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastIssue:
    """A letter in the list of those that went out."""

    slug: str
    subject: str
    preheader: str
    lang: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLetter:
    """A letter for everybody: HTML with neutral words in its slots and without conditional blocks.

    `pictures` are the files it asks for below `issues/SLUG/`.
    """

    html: str
    pictures: tuple[PictureFile, ...]


class PastIssues:
    """What can be read of letters that went out; `x-archive: false` in one keeps it for its readers."""

    def __init__(self, project: Project, home: str) -> None:
        """Read the letters of `project`; `home` is the address of the site, without a final slash."""
        self._project = project
        self._home = home
        self._lock = Lock()
        self._kept: OrderedDict[str, PublicLetter | None] = OrderedDict()
        self._heads: dict[SentIssue, tuple[_Stamp, PastIssue | None]] = {}

    def all(self) -> list[PastIssue]:
        """Return the letters that went out and can still be read, the latest first."""
        known, heads = self._heads, {}
        for sent in sent_issues(self._project.store.database):
            stamp = _stamp(self._path(sent))
            at, head = known.get(sent, (None, None))
            if at is None or at != stamp:  # anybody asks for the list: no file is read twice for it
                issue = self._load(sent)
                head = self._head(issue, sent) if issue else None
            heads[sent] = (stamp, head)
        self._heads = heads
        return [head for _, head in heads.values() if head is not None]

    def letter(self, slug: str) -> PublicLetter | None:
        """Return the letter with that slug; None when none went out, or it cannot be read any more."""
        for sent in sent_issues(self._project.store.database):
            issue = self._load(sent) if sent.slug == slug else None
            if issue is not None:
                return self._remembered(issue)
        return None

    def _path(self, sent: SentIssue) -> Path:
        return Path(self._project.config.root / sent.path)

    def _load(self, sent: SentIssue) -> Issue | None:
        try:
            issue = self._project.issues.load(self._path(sent))
        except NewsletterError:  # gone, or changed into what cannot be read: no reason to fail
            return None
        return None if issue.slug != sent.slug or issue.extra.get(_NOT_PUBLIC) is False else issue

    def _head(self, issue: Issue, sent: SentIssue) -> PastIssue:
        from newsletter.content.slots import protect_front_matter

        lines = protect_front_matter(issue, self._project.config.fallbacks)
        subject, _, preheader, title = (_neutral(line) for line in lines)
        return PastIssue(
            slug=issue.slug,
            subject=title or subject,
            preheader=preheader,
            lang=issue.lang,
            at=issue.date or sent.first_sent,
        )

    def _render(self, issue: Issue) -> PublicLetter | None:
        from newsletter.render.pipeline import render_issue

        document = self._project.issues.letters(issue).document
        key = "0" * len(document.conditions)  # no condition holds: what is said to some is not for all
        try:  # as a mail to one person is made: without the footer that says why you get it
            rendered = render_issue(issue, self._project.config, document, variant=key, is_service=True)
        except NewsletterError:
            return None
        here = f"{self._home}/archive/{issue.slug}"
        links = {"unsubscribe_url": self._home, "preferences_url": self._home, "archive_url": here}
        html = rendered.html.fill(links)
        for picture in rendered.pictures:
            html = html.replace(picture.url, f"{self._home}/issues/{issue.slug}/{picture.name}")
        return PublicLetter(html=html, pictures=rendered.pictures)

    def _remembered(self, issue: Issue) -> PublicLetter | None:
        """Return the letter, rendered once for each text it has."""
        with self._lock:  # one at a time: rendering takes the whole processor
            if issue.digest not in self._kept:
                self._kept[issue.digest] = self._render(issue)
            self._kept.move_to_end(issue.digest)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return self._kept[issue.digest]


def _stamp(path: Path) -> _Stamp:
    """Return what changes with a file; None when it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _neutral(line: ProtectedLine) -> str:
    """Return the line with every fallback in it, as somebody unknown reads it."""
    text = line.text
    for token, slot in line.slots.items():
        text = text.replace(token, slot.value({}))
    return text
