"""EN003: every character can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_INVISIBLE = re.compile("[\u200b\u00ad\u2060\ufeff\u180e]+")


@rule(
    code="EN003",
    slug="invisible-character",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """An invisible character stands inside a word.

    ## What it does
    Looks for zero-width spaces, soft hyphens, word joiners and byte order marks between two
    letters, and at the ends of words.

    ## Why it matters
    Nobody sees it, but search, screen readers and filters stumble over it; spammers use it to hide
    words.

    ## Example
    ```markdown
    De ge&#8203;meente   <!-- here the character is shown as a code -->
    ```

    ## Instead
    ```markdown
    De gemeente
    ```
    """
    for spotted in spot(context, _INVISIBLE):
        found = spotted.found[0]
        yield Fault(
            what=f"an invisible character (U+{ord(found[0]):04X}) stands here",
            place=spotted.place,
            why="search and screen readers stumble over it",
            fix="delete the character between the letters, or run newsletter check --fix",
            mend=replace_words(context, spotted.place, found, ""),
        )
