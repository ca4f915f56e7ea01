"""TX001: a weekday fits its date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from newsletter.checks.context import CheckContext
from newsletter.checks.dates import WrittenDate, written_dates
from newsletter.checks.language import Language
from newsletter.checks.prose import passages, place_in
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="TX001",
    slug="weekday-date",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The weekday does not fit the date.

    ## What it does
    Reads dates with a weekday, in Dutch and English, long, short or in figures. A date without a
    year is the one nearest to the letter: from 60 days before it to 305 days after. Quotations
    count only with a year.

    ## Why it matters
    Readers come on the wrong day, and you do not know which of the two they believed.

    ## Example
    ```markdown
    We zien elkaar op woensdag 8 december 2026.
    ```

    ## Instead
    ```markdown
    We zien elkaar op dinsdag 8 december 2026.
    ```
    """
    language = context.language
    for passage in passages(context):
        for found in written_dates(passage.text, language, context.letter_day):
            if found.weekday is None or found.day is None or found.day.weekday() == found.weekday:
                continue
            if passage.is_quoted and not found.has_year:
                continue
            right = _named(language.weekdays[found.day.weekday()], language)
            yield Fault(
                what=f'"{found.text}" is a {right}',
                place=place_in(context, passage, found.start, found.text.split()[0]),
                why=f"{found.day:%Y-%m-%d} is a {right}",
                fix=f"write {right}, or another date: {_near(found, language)}",
            )


def _named(word: str, language: Language) -> str:
    return word.capitalize() if language.code == "en" else word


def _near(found: WrittenDate, language: Language) -> str:
    """Return the dates nearest to the one written that have the weekday written."""
    if found.day is None or found.weekday is None:
        return ""
    after = (found.weekday - found.day.weekday()) % 7
    shifts = sorted((after - 7, after), key=abs)
    weekday = _named(language.weekdays[found.weekday], language)
    days = [found.day + timedelta(days=shift) for shift in shifts]
    return " or ".join(f"{weekday} {d.day} {_named(language.months[d.month - 1], language)}" for d in days)
