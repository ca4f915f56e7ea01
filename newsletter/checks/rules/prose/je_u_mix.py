"""TX010: readers are addressed in one way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages, place_in
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_QUOTED = re.compile(r"[“‘„\"][^”’\"]{0,2000}[”’\"]")


@rule(
    code="TX010",
    slug="je-u-mix",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
    blocked_by=("TX008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Readers are *je* in one place and *u* in another.

    ## What it does
    Counts *je, jij, jou, jouw, jullie* and *u, uw*; where both are used, points to the first of the
    rarer. Quotations and words between quotation marks are left out.

    ## Why it matters
    It reads as if two people wrote the letter. It happens where a paragraph comes from somewhere
    else.

    ## Example
    ```markdown
    Wat vind je ervan? Stuur mij uw antwoord.
    ```

    ## Instead
    ```markdown
    Wat vind je ervan? Stuur mij je antwoord.
    ```
    """
    language = context.language
    familiar: list[Fault] = []
    polite: list[Fault] = []
    for passage in passages(context):
        if passage.is_quoted:
            continue
        text = _QUOTED.sub(lambda match: re.sub(r"\S", " ", match[0]), passage.text)
        for pattern, found in ((language.informal, familiar), (language.formal, polite)):
            found += [
                Fault(
                    what=f'"{match[0]}" here, where the letter says {{other}} elsewhere',
                    place=place_in(context, passage, match.start(), match[0]),
                    why="it reads as if two people wrote it",
                    fix="choose one; in a quotation put it between quotation marks",
                )
                for match in pattern.finditer(text)
            ]
    if familiar and polite:
        rare, other = (polite, "je") if len(polite) <= len(familiar) else (familiar, "u")
        yield replace(rare[0], what=rare[0].what.format(other=other))
