"""TX006: no word stands twice."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEAST = 4
_TWICE = re.compile(r"(?<![\w'’-])([^\W\d_]+)\s+((?i:\1))(?![\w'’-])(?P<name>\s+[A-ZÀ-Þ])?")


@rule(
    code="TX006",
    slug="word-doubled",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A word stands twice in a row.

    ## What it does
    Looks for the same word twice, in the same letter case or the first with a capital. For words that
    are never right twice it is a warning; for others of at least four letters, and for ends of verbs
    that may meet the same word (*vul je naam in in het vak*), something to know; for those that often
    are right (*die die*, *that that*) nothing.

    ## Why it matters
    The eye of the writer skips it, that of the reader does not.

    ## Example
    ```markdown
    Dat is van van de gemeente.
    ```

    ## Instead
    ```markdown
    Dat is van de gemeente.
    ```
    """
    language = context.language
    for spotted in spot(context, _TWICE):
        word, again = spotted.found[1], spotted.found[2]
        is_slip = word.lower() in language.never_doubled
        is_perhaps_right = word.lower() in language.perhaps_doubled
        if word.lower() in language.may_be_doubled or again != word.lower():
            continue
        if word != again and (is_perhaps_right or not is_slip or spotted.found["name"]):
            continue  # "Van van Dijk"
        if not (is_slip or is_perhaps_right) and (len(word) < _LEAST or not word.islower()):
            continue
        is_mendable = is_slip and not is_perhaps_right
        yield Fault(
            what=f'"{word}" stands twice',
            place=spotted.place,
            fix="take one away",
            severity=None if is_slip else Severity.INFO,
            mend=replace_words(context, spotted.place, _pair(spotted.found), word) if is_mendable else None,
        )


def _pair(found: re.Match[str]) -> str:
    return found.string[found.start(1) : found.end(2)]
