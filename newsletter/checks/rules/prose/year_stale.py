"""TX017: the years that should be this one are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|\bcopyright)\s*(?:(?:19|20)\d{2}\s*[-–]\s*)?(?P<year>20\d{2})(?!\s*[-–]\s*\d)", re.IGNORECASE
)


@rule(
    code="TX017",
    slug="year-stale",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A year is that of an earlier letter.

    ## What it does
    Looks for © or *copyright* followed by a year before the letter's own; of a range the last
    counts. In Dutch and English also for last year where this one is meant, as in *in 2025 gaan we*
    and *this year (2025)* in a letter of 2026.

    ## Why it matters
    It shows that the piece was copied, and is the first thing a lawyer sees.

    ## Example
    ```markdown
    © 2025 Helder bestuur
    ```

    ## Instead
    ```markdown
    © 2026 Helder bestuur
    ```
    """
    year = context.letter_day.year
    yield from _last_year(context, year)
    for spotted in spot(context, _COPYRIGHT):
        if int(spotted.found["year"]) < year:
            old = spotted.found[0]
            yield Fault(
                what=f'"{old}" is of an earlier year',
                place=spotted.place,
                fix=f"write {year}",
                mend=replace_words(context, spotted.place, old, old[:-4] + str(year), is_safe=False),
            )


def _last_year(context: CheckContext, year: int) -> Iterable[Fault]:
    if context.lacks(Need.LANGUAGE) is not None:
        return
    for spotted in spot(context, context.language.this_year):
        old = next(filter(None, spotted.found.groups()), "")
        if old == str(year - 1):
            yield Fault(
                what=f'"{spotted.found[0]}" speaks of last year as if it were this one',
                place=spotted.place,
                fix=f"if this year is meant, write {year}",
            )
