"""TX009: a part in another language is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.language import told_language
from newsletter.checks.prose import BLANK, passages
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEAST = 12
_QUOTED = re.compile(r"[“‘„\"][^”’\"]{0,2000}[”’\"]")


@rule(
    code="TX009",
    slug="lang-part",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A paragraph is in another language than the letter.

    ## What it does
    Tells the language of each paragraph of at least twelve words by its commonest words.
    Quotations, and words between quotation marks, are left out.

    ## Why it matters
    It may be a piece that still has to be translated. Screen readers pronounce it in the language
    of the letter (WCAG 2.2, 3.1.2).

    ## Example
    ```markdown
    lang: nl
    # and one paragraph: It is not that hard to do this with a team of two …
    ```

    ## Instead
    ```markdown
    > It is not that hard to do this with a team of two …
    ```
    """
    for passage in passages(context):
        if passage.kind != "paragraph" or passage.is_quoted or len(passage.text.split()) < _LEAST:
            continue
        told = told_language(_QUOTED.sub(" ", passage.text))
        if told and told != context.language.code:
            begin = " ".join(passage.text.replace(BLANK, "").split())[:50]
            yield Fault(
                what=f'this paragraph is in {told}: "{begin}…"',
                place=passage.place,
                fix="if it is a quotation, begin its lines with >; else translate it",
            )
