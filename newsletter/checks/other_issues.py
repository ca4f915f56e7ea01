"""The other issues of a project, as far as rules compare letters; each file is read once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from newsletter.checks.language import language_of
from newsletter.checks.sentences import split_sentences
from newsletter.config.schema import Config
from newsletter.content.comments import strip_comments
from newsletter.content.issue_date import with_dates
from newsletter.content.loader import find_issues, load_issue
from newsletter.content.siblings import find_siblings
from newsletter.domain.issue import Issue
from newsletter.errors import NewsletterError

__all__ = ["KEEPS", "OtherIssue", "kept_promises", "read_other_issues"]

KEEPS = "x-keeps"
"""The front-matter key that names the promises a letter keeps."""

_LINK = re.compile(r"https?://[^\s<>()\[\]\"'`]{4,2000}")
_MOST_LINKS = 500
_LONG_LINE = 20_000
_SHOWN = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherIssue:
    """Another issue: what tells it apart, for whom and when it is, and the addresses in its body.

    `promises` are sentences about a letter to come, each with its line in the file; `keeps` are the
    promises of earlier letters that its front matter says it keeps, as `slug` or `slug:line`.
    """

    shown_path: str
    slug: str
    subject: str
    number: int | None
    date: datetime | None
    segment: str | None
    lang: str
    links: frozenset[str]
    promises: tuple[tuple[int, str], ...]
    keeps: frozenset[str]
    tags: tuple[str, ...] = ()


def read_other_issues(path: Path, config: Config) -> Sequence[OtherIssue]:
    """Return the issues of the project beside the one at `path`; those that cannot be read are left out.

    Its other languages are no other issues.
    """
    return tuple(_other_issues(path.absolute(), config))


def kept_promises(issue: Issue) -> tuple[str, ...]:
    """Return what `x-keeps` of `issue` names: one word or a list, each a slug or `slug:line`."""
    value = issue.extra.get(KEEPS)
    listed = value if isinstance(value, list | tuple) else [value]
    return tuple(str(one).strip() for one in listed if one is not None and str(one).strip())


def _other_issues(path: Path, config: Config) -> Iterator[OtherIssue]:
    own = {path, *(file.path for file in find_siblings(path).files)}
    for other in find_issues(config):
        if other in own:
            continue
        try:
            stat = other.stat()
        except OSError:  # taken away meanwhile
            continue
        sibling = _read(other, (stat.st_mtime_ns, stat.st_size), _Settings(config))
        if sibling is not None:
            yield sibling


def _promises(issue: Issue) -> Iterator[tuple[int, str]]:
    language = language_of(issue.lang)
    if language is None:
        return
    body, _ = strip_comments(issue.body)
    for number, line in enumerate(body.split("\n"), issue.body_line):
        if len(line) <= _LONG_LINE:
            for _, sentence in split_sentences(line, language.abbreviations):
                if language.promise.search(sentence):
                    yield number, " ".join(sentence.split())[:_SHOWN]


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
) -> OtherIssue | None:
    try:
        issue = load_issue(path, settings.config)
    except NewsletterError:  # a check of that issue tells
        return None
    links = [match[0] for match, _ in zip(_LINK.finditer(issue.body), range(_MOST_LINKS), strict=False)]
    return OtherIssue(
        shown_path=issue.shown_path,
        slug=issue.slug,
        subject=with_dates(issue.subject, issue),
        number=issue.number,
        date=issue.date,
        segment=issue.segment,
        lang=issue.lang,
        links=frozenset(links),
        promises=tuple(_promises(issue)),
        keeps=frozenset(kept_promises(issue)),
        tags=issue.tags,
    )
