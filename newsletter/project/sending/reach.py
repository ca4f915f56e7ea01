"""Who would get an issue if it were sent now: how many, who is left out and why, and what to type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.delivery.plan import RESTING, LeftOut
from newsletter.domain.issue import Issue
from newsletter.project.issues.letters import ShownVariant
from newsletter.project.readers.explaining import Clause
from newsletter.project.readers.segments import SegmentSize

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["LanguageReaders", "Reach", "find_reach"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReaders:
    """How many readers get one language of an issue, in the file `name` (without `.md`).

    `falling_back` of them get it because none of the issue's languages is theirs.
    """

    lang: str
    name: str
    count: int
    falling_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who would get an issue.

    `segment` is the issue's own, None when it names none: then `segments` are those of the configuration, to
    choose from. `clauses` are the parts of the segment's expression with how many each fits; `variants` are
    the versions of the letter that occur among the readers of its language, none when all get the same;
    `languages` are those of an issue in several.
    """

    segment: str | None
    count: int = 0
    left_out: tuple[LeftOut, ...] = ()
    clauses: tuple[Clause, ...] = ()
    segments: tuple[SegmentSize, ...] = ()
    variants: tuple[ShownVariant, ...] = ()
    languages: tuple[LanguageReaders, ...] = ()


def find_reach(project: Project, issue: Issue) -> Reach:
    """Return who would get `issue`.

    Raises UsageError (no list yet, a wrong segment), ContentError (a wrong condition), StoreError.
    """
    readers = project.audience
    if issue.segment is None:
        return Reach(segment=None, segments=tuple(readers.segments()) if project.list_store else ())
    everybody = readers.count(issue.segment)
    rest = readers.rest(issue.slug, project.clock.now())
    already = readers.view().already_planned(issue.slug, issue.segment)
    mailed = (LeftOut(count=already, reason="already have this issue, or are in another campaign of it"),)
    others = tuple(one for one in readers.left_out(issue.segment, rest) if one.count)
    resting = sum(one.count for one in others if one.reason == RESTING)
    return Reach(
        segment=issue.segment,
        count=everybody - already - resting,
        left_out=(mailed if already else ()) + others,
        clauses=tuple(readers.explain(issue.segment)),
        variants=project.issues.letters(issue).shown(issue.segment),
        languages=tuple(_languages(project, issue, issue.segment)),
    )


def _languages(project: Project, issue: Issue, segment: str) -> Iterator[LanguageReaders]:
    letters = project.issues.sibling_letters(issue.path)
    if not letters.has_languages:
        return
    found = project.audience.view().variants(segment, letters.choice.conditions, issue.slug)
    for lang, path in letters.paths.items():
        own = {marks: one.count for marks, one in found.items() if letters.choice.lang_of(marks) == lang}
        yield LanguageReaders(
            lang=lang,
            name=path.stem,
            count=sum(own.values()),
            falling_back=sum(count for marks, count in own.items() if letters.choice.falls_back(marks)),
        )
