"""EN004: text runs one way."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_OVERRIDE = re.compile("[\u202a-\u202e\u2066-\u2069]")


@rule(
    code="EN004",
    slug="bidi-override",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A character turns the reading direction around.

    ## What it does
    Looks for the characters that override the direction of text (U+202A to U+202E, U+2066 to
    U+2069).

    ## Why it matters
    What readers see is then another text than what is there: it is a known trick to disguise links
    and file names, and filters refuse it.

    ## Example
    ```markdown
    Lees [nieuws U+202E txt.exe](https://brief.example/x)
    ```

    ## Instead
    ```markdown
    Lees [nieuws](https://brief.example/x)
    ```
    """
    for spotted in spot(context, _OVERRIDE, keep_addresses=True):
        yield Fault(
            what=f"an invisible character (U+{ord(spotted.found[0]):04X}) turns the reading direction around",
            place=spotted.place,
            why="it disguises what is really there, so filters refuse it",
            fix="delete it and type the words around it again",
            mend=replace_words(context, spotted.place, spotted.found[0], ""),
        )
