"""Which issues the archive has: those that went out, as far as their author lets everybody read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.issue import Issue
from newsletter.domain.visibility import Visibility
from newsletter.errors import ContentError, Problem

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.store.ledger.past_issues import SentIssue

__all__ = ["Chosen", "choose_issues", "visibility_of"]

_OLD_KEY = "x-archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An issue for the archive: when it went out, and when its letter was last corrected."""

    issue: Issue
    at: datetime
    visibility: Visibility
    corrected: datetime | None = None
    is_draft: bool = False


def choose_issues(project: Project, *, drafts: bool, notes: list[Problem]) -> list[Chosen]:
    """Return the issues of `project` for its archive, in order of file name.

    The ledger knows what went out. Beside that, an issue that says `archive: public` or `unlisted` itself is
    in from its `date` on, however it was sent; and where there is no database, as in CI, every issue whose
    `date` has come. `drafts` adds all others. `notes` is told of letters that went out and cannot be shown.
    Raises ContentError with the problems of all issues that cannot be read.
    """
    sent = _sent(project)
    chosen: list[Chosen] = []
    problems: list[Problem] = []
    slugs: set[str] = set()
    for path in project.issues.all():
        try:
            issue = project.issues.load(path)
        except ContentError as error:
            problems += error.problems
            continue
        slugs.add(issue.slug)
        found = _chosen(project, issue, sent, drafts=drafts)
        if found is not None and found.visibility is not Visibility.HIDDEN:
            chosen.append(found)
    ContentError.raise_if(problems)
    notes += [_gone(one) for slug, one in (sent or {}).items() if slug not in slugs]
    return chosen


def visibility_of(issue: Issue, default: Visibility) -> Visibility:
    """Return who finds `issue`, where `default` is what the configuration says."""
    if issue.archive is not None:
        return issue.archive
    return Visibility.HIDDEN if issue.extra.get(_OLD_KEY) is False else default


def _chosen(
    project: Project, issue: Issue, sent: dict[str, SentIssue] | None, *, drafts: bool
) -> Chosen | None:
    visibility = visibility_of(issue, project.config.archive.visibility)
    one = sent.get(issue.slug) if sent is not None else None
    if one is not None and _is_file(project, one, issue):
        return Chosen(
            issue=issue, at=issue.date or one.first_sent, visibility=visibility, corrected=one.corrected
        )
    now = project.clock.now()
    has_come = issue.date is not None and issue.date <= now
    if issue.date is not None and has_come and (sent is None or issue.archive is not None):
        return Chosen(issue=issue, at=issue.date, visibility=visibility)
    if not drafts:
        return None
    return Chosen(issue=issue, at=issue.date or now, visibility=visibility, is_draft=True)


def _sent(project: Project) -> dict[str, SentIssue] | None:
    """Return what went out, by slug; None when nothing here remembers it."""
    if not project.has_store:
        return None
    from newsletter.store.ledger.past_issues import sent_issues

    return {one.slug: one for one in sent_issues(project.store.database)}


def _is_file(project: Project, sent: SentIssue, issue: Issue) -> bool:
    """Say whether `issue` is the file that went out, not another that took its slug."""
    return Path(project.config.root / sent.path) == issue.path


def _gone(sent: SentIssue) -> Problem:
    return Problem(
        what=f'the letter "{sent.slug}" went out and is not in the archive: {sent.path} is not there',
        fix="put the file back, or leave it so",
    )
