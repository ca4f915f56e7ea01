"""EN005: a word is in one script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_WORD = re.compile(r"\b(?=[^\W\d_]*[a-zA-Z])(?=[^\W\d_]*[\u0370-\u03ff\u0400-\u04ff])(?![μµ])[^\W\d_]{2,}\b")


@rule(
    code="EN005",
    slug="homoglyph",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A Cyrillic or Greek letter stands in a Latin word.

    ## What it does
    Looks for words in which Latin letters stand beside Cyrillic or Greek ones.

    ## Why it matters
    It looks right and is not: search does not find it, and it is how fake addresses are made, so
    filters distrust it.

    ## Example
    ```markdown
    De gеmeente   <!-- the first e is Cyrillic -->
    ```

    ## Instead
    ```markdown
    De gemeente
    ```
    """
    for spotted in spot(context, _WORD):
        scripts = {_script(char) for char in spotted.found[0]}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            odd = next(char for char in spotted.found[0] if _script(char) != "LATIN")
            yield Fault(
                what=f'"{spotted.found[0][:40]}" mixes scripts: {unicodedata.name(odd).lower()}',
                place=spotted.place,
                why="it looks right, but search and filters see another letter",
                fix="type the word again",
            )


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]
