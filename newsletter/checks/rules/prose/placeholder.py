"""TX005: nothing is left to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

# Capitals count: "todo" is a word by now. A hyphen or letter beside it makes a compound (TODO-lijst, XXXL);
# a plural, an article or a quotation talks about the word; ??? behind a word is an outcry.
_PLACEHOLDER = re.compile(
    r"(?<![\w\"'“‘„/#@.-])(?<!\b[Dd]e )(?<!\been )(?<!\ba )(?<!\bgeen )"
    r"(?:TODO|FIXME|TBD|NTB|XXX|TKTK)(?![\w\"'”’/-]|\.\w)"
    r"|\b[Ll]orem ipsum\b|\bLOREM IPSUM\b"
    r"|(?<![\w?!.,;:)\"'”’])\?{3,}"
    r"|\[[^\[\]\n]{0,40}\b(?i:invullen|fill in|insert|nader te bepalen)\b[^\[\]\n]{0,40}\](?!\()"
    r"|<(?i:naam|voornaam|datum|plaats|titel|name|first name|date|place|title here)>"
)
# Liefs, Renata XXX
_KISSES = re.compile(r"\s*[^\W\d_][^:\d]{0,60}[,!.\n]\s*(?:[A-ZÀ-Þ][\w’'-]*\s+){0,2}XXX[\s!.]*")


@rule(
    code="TX005",
    slug="placeholder",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A placeholder was left in the letter.

    ## What it does
    Looks for Lorem ipsum, TODO, FIXME, TBD, NTB and XXX in capitals, ???, `[… invullen]` and `<naam>`.
    Code, addresses, names of files (XXX.bin), compounds such as TODO-lijst and the kisses behind a
    name (Liefs, Renata XXX) pass.

    ## Why it matters
    It is the slip everybody sees and nobody noticed.

    ## Example
    ```markdown
    De bijeenkomst is op TODO in Zwolle.
    ```

    ## Instead
    ```markdown
    De bijeenkomst is op 24 november in Zwolle.
    ```
    """
    for spotted in spot(context, _PLACEHOLDER):
        if _KISSES.fullmatch(spotted.found.string):
            continue
        yield Fault(
            what=f'"{spotted.found[0].strip()}" still has to be filled in',
            place=spotted.place,
            fix="write what belongs there; if readers should see it, put it in code with backticks",
        )
