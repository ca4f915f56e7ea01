"""EN001: letters are read as they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_BROKEN = re.compile(
    "Ã[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
    "|â€[\u0080-\u00bf\u0152\u0153\u02dc\u2122\u201c\u201d\u00a6\u00a2]|Â[\u00a0-\u00bf]"
)


@rule(
    code="EN001",
    slug="mojibake",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("EN005",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Letters were read in the wrong encoding.

    ## What it does
    Looks for the traces of UTF-8 that was read as Windows-1252, such as `Ã«` for ë and `â€™` for ’.

    ## Why it matters
    Readers see rubbish in the middle of a word; it comes from pasting or from an old file.

    ## Example
    ```markdown
    De gemeente is geÃ¯nteresseerd.
    ```

    ## Instead
    ```markdown
    De gemeente is geïnteresseerd.
    ```
    """
    for spotted in spot(context, _BROKEN):
        found = spotted.found[0]
        mended = _mended(found)
        yield Fault(
            what=f'"{found}" is a letter that was read in the wrong encoding',
            place=spotted.place,
            fix=f'write "{mended}"' if mended else "type it again",
            mend=replace_words(context, spotted.place, found, mended) if mended else None,
        )


def _mended(found: str) -> str | None:
    try:
        return found.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
