"""LG001: what is one thing for all readers is the same in every language."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.issue import Issue

__all__ = ["check"]

_SHARED = ("slug", "number", "date", "segment")


@rule(
    code="LG001",
    slug="language-keys-differ",
    severity=Severity.ERROR,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A language of the issue has another number, date, slug or segment.

    ## What it does
    Compares `slug`, `number`, `date` and `segment` with those in the other languages of the issue, and
    looks whether `subject_b` stands in all of them or in none.

    ## Why it matters
    The files are one letter, sent once to one segment: what one of them says otherwise cannot be done.

    ## Example
    ```yaml
    # 2026-12-01-verhuisd.nl.md
    segment: gemeenten
    # 2026-12-01-verhuisd.en.md
    segment: everybody
    ```

    ## Instead
    ```yaml
    segment: gemeenten   # in both
    ```
    """
    own = context.issue
    for other in context.languages:
        for key in _SHARED:
            if getattr(own, key) != getattr(other.issue, key):
                yield _fault(own, other.issue, key)
        if (own.subject_b is None) != (other.issue.subject_b is None):
            there, lacking = (own, other.issue) if own.subject_b else (other.issue, own)
            yield Fault(
                what=f"{there.shown_path} has a second subject, and {lacking.shown_path} has none",
                place=own.place("subject_b" if own.subject_b else "subject"),
                why="readers of all languages get one of two subjects, or nobody does",
                fix=f"write in {lacking.shown_path}:  subject_b: …",
            )


def _fault(own: Issue, other: Issue, key: str) -> Fault:
    mine, theirs = (_text(one, key) for one in (own, other))
    return Fault(
        what=f"{key} is {mine} here and {theirs} in {other.shown_path}",
        place=own.place(key),
        why="the two are one letter, sent once",
        fix=f"write the same  {key}: …  in both",
    )


def _text(issue: Issue, key: str) -> str:
    value = getattr(issue, key)
    return "not there" if value is None else f'"{value}"'
