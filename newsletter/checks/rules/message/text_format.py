"""MS005: the plain text is text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sample import sample_text
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MARKUP = re.compile(r"&(?:amp|nbsp|lt|gt|quot|#\d{2,5});|</(?:p|div|span|td|a|b|strong|br)>", re.IGNORECASE)


@rule(
    code="MS005",
    slug="text-format",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.DOCUMENT, Need.RENDERED),
    blocked_by=("MD013",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The plain text holds what belongs in HTML.

    ## What it does
    Looks in the plain text part for character references such as `&amp;` and `&nbsp;`, and for
    tags. Code is meant to be read; HTML that the author typed is told by MD013.

    ## Why it matters
    Readers of plain text, and of watches and cars, see them as they stand.

    ## Example
    ```markdown
    Vraag &amp; antwoord
    ```

    ## Instead
    ```markdown
    Vraag & antwoord
    ```
    """
    text = sample_text(context.rendered, context.sample_links)
    meant = Counter(_MARKUP.findall("\n".join(_code_of(context.document.tokens))))
    for match in _MARKUP.finditer(text):
        meant[match[0]] -= 1
        if meant[match[0]] < 0:
            yield Fault(
                what=f'the plain text holds "{match[0]}"',
                place=context.issue.place(),
                why="who reads plain text sees it as it stands",
                fix="write the character itself, or put it in code if it is meant to be read",
            )
            return


def _code_of(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("fence", "code_block", "code_inline"):
            yield token.content
        yield from _code_of(token.children or ())
