"""MS003: the letter has a plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.plain_text import to_text

__all__ = ["check"]


@rule(
    code="MS003",
    slug="text-missing",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.DOCUMENT, Need.RENDERED),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter has no plain text.

    ## What it does
    Looks for words in the text part that goes along with the HTML, footer apart.

    ## Why it matters
    Some readers and every watch and voice assistant use it, and spam filters distrust a mail without
    it.

    ## Example
    ```markdown
    (a letter of one picture)
    ```

    ## Instead
    ```markdown
    A letter with words in it.
    ```
    """
    if not re.search(r"\w", to_text(context.document)):
        yield Fault(
            what="the plain text of the letter has no words",
            place=context.issue.place(),
            why="spam filters distrust a mail without text, and some readers see nothing else",
            fix="write something under the front matter",
        )
