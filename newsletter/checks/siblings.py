"""The other issues of a project, as far as rules compare letters; each file is read once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from newsletter.config.schema import Config
from newsletter.content.issue_date import with_dates
from newsletter.content.loader import find_issues, load_issue
from newsletter.errors import NewsletterError

__all__ = ["Sibling", "read_siblings"]

_LINK = re.compile(r"https?://[^\s<>()\[\]\"'`]{4,2000}")
_MOST_LINKS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """Another issue: what tells it apart, for whom and when it is, and the addresses in its body."""

    shown_path: str
    slug: str
    subject: str
    number: int | None
    date: datetime | None
    segment: str | None
    links: frozenset[str]


def read_siblings(path: Path, config: Config) -> Sequence[Sibling]:
    """Return the issues of the project beside the one at `path`; those that cannot be read are left out."""
    return tuple(_siblings(path.absolute(), config))


def _siblings(path: Path, config: Config) -> Iterator[Sibling]:
    for other in find_issues(config):
        if other == path:
            continue
        try:
            stat = other.stat()
        except OSError:  # taken away meanwhile
            continue
        sibling = _read(other, (stat.st_mtime_ns, stat.st_size), _Settings(config))
        if sibling is not None:
            yield sibling


class _Settings:
    """A configuration, equal to another when issues are read alike under both; for the cache."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._key = (config.root, config.newsletter.timezone)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Settings) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=5_000)
def _read(
    path: Path,
    stamp: tuple[int, int],  # noqa: ARG001 (a changed file is another key)
    settings: _Settings,
) -> Sibling | None:
    try:
        issue = load_issue(path, settings.config)
    except NewsletterError:  # a check of that issue tells
        return None
    links = [match[0] for match, _ in zip(_LINK.finditer(issue.body), range(_MOST_LINKS), strict=False)]
    return Sibling(
        shown_path=issue.shown_path,
        slug=issue.slug,
        subject=with_dates(issue.subject, issue),
        number=issue.number,
        date=issue.date,
        segment=issue.segment,
        links=frozenset(links),
    )
