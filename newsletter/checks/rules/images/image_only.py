"""IM015: a letter has words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEAST = 25


@rule(
    code="IM015",
    slug="image-only",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter is nearly all picture.

    ## What it does
    Looks for a letter with a picture and fewer than 25 words, alternative texts aside.

    ## Why it matters
    Where pictures are blocked readers see nothing, and spam filters refuse such letters.

    ## Example
    ```markdown
    ![De uitnodiging](img/uitnodiging.png)
    ```

    ## Instead
    ```markdown
    We vieren het op 8 december, om vier uur in de Statenzaal. Kom je ook?

    ![De uitnodiging](img/uitnodiging.png)
    ```
    """
    if not context.document.images:
        return
    text = " ".join(
        passage.text
        for passage in passages(context, keep_addresses=True)
        if passage.kind not in ("subject", "preheader", "title")
    )
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"!\[[^\]]*\]|\]\([^)\s]*", " ", text))
    if len(words) < _LEAST:
        yield Fault(
            what=f"the letter has {len(words)} words beside its pictures",
            place=context.document.images[0].place,
            why="where pictures are blocked readers see nothing",
            fix="say in words what the picture says",
        )
