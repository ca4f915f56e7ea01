"""LG002: what is in the letter is in it in every language."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.translations import parts_of
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LG002",
    slug="language-part-missing",
    severity=Severity.WARNING,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE, Need.DOCUMENT),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Another language of the issue has a question, button, link or picture more.

    ## What it does
    Counts the questions, buttons, links and pictures of the letter, and compares them with those in its
    other languages. Where the links lead is not compared: pages have languages too. It is told in the file
    that has fewer.

    ## Why it matters
    Something was added to one language after the other was written, and readers of the other never see it.

    ## Example
    ```markdown
    <!-- 2026-12-01-verhuisd.nl.md -->
    ::: question
    Komt u langs?
    :::
    ```
    …and nothing of the kind in `2026-12-01-verhuisd.en.md`.

    ## Instead
    ```markdown
    ::: question
    Will you come and visit us?
    :::
    ```
    """
    own = parts_of(context.document)
    for other in context.languages:
        for part, count in other.parts.items():
            if own[part] < count:
                here, there = _many(own[part], part), _many(count, part)
                yield Fault(
                    what=f"{here} here, and {there} in {other.issue.shown_path}",
                    place=context.issue.place(),
                    why="what was added in one language is not seen by readers of the other",
                    fix="write it here too, or take it out there",
                )


def _many(count: int, part: str) -> str:
    if count == 0:
        return f"no {part}"
    return f"1 {part}" if count == 1 else f"{count} {part}s"
