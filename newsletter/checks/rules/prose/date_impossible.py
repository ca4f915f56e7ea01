"""TX002: a date exists."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.dates import written_dates
from newsletter.checks.prose import passages, place_in
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEAST, _MOST = 29, 31


@rule(
    code="TX002",
    slug="date-impossible",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A date does not exist.

    ## What it does
    Looks for the 31st of a short month, 30 February, and 29 February in a year that has none.

    ## Why it matters
    Nobody can come on that day, and readers start to doubt the rest.

    ## Example
    ```markdown
    Meld je aan vóór 31 november.
    ```

    ## Instead
    ```markdown
    Meld je aan vóór 30 november.
    ```
    """
    for passage in passages(context):
        for found in written_dates(passage.text, context.language, context.letter_day):
            number = int(re.findall(r"\d{1,2}", found.text)[0])
            if found.day is None and _LEAST <= number <= _MOST:
                yield Fault(
                    what=f'"{found.text}" does not exist',
                    place=place_in(context, passage, found.start, found.text.split()[0]),
                    fix="look it up in a calendar",
                )
