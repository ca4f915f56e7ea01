"""EN006: a letter is one character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LOOSE = re.compile("[a-zA-Z][\u0300-\u036f]")


@rule(
    code="EN006",
    slug="not-composed",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A letter and its accent are two characters.

    ## What it does
    Looks for letters followed by a combining accent for which one character exists (Unicode NFC).

    ## Why it matters
    Some mail programs draw the accent beside the letter, and search does not find the word. It
    comes from file names of a Mac and from PDF.

    ## Example
    ```markdown
    De coördinator   <!-- o and a loose diaeresis -->
    ```

    ## Instead
    ```markdown
    De coördinator
    ```
    """
    for spotted in spot(context, _LOOSE):
        whole = unicodedata.normalize("NFC", spotted.found[0])
        if len(whole) == 1:
            yield Fault(
                what=f'"{whole}" is written as two characters',
                place=spotted.place,
                mend=replace_words(context, spotted.place, spotted.found[0], whole),
                fix="run newsletter check --fix",
            )
