"""MD002: what a link refers to is there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEFT = re.compile(
    r"\[[^\[\]\n]{1,200}\]\[(?P<name>[^\[\]\n]*[^\W\d_][^\[\]\n]*)\]|\[\^(?P<note>[^\[\]\s]{1,60})\]"
)


@rule(
    code="MD002",
    slug="reference-undefined",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link or a note refers to something that is not in the letter.

    ## What it does
    Looks for `[words][name]` and `[^name]` that are left in the text because nothing is called that
    way. Numbers alone, as in *[1][2]*, and code pass.

    ## Why it matters
    Readers see the brackets, and miss the link or the source.

    ## Example
    ```markdown
    Lees [de handreiking][handreiking].
    ```

    ## Instead
    ```markdown
    Lees [de handreiking][handreiking].

    [handreiking]: https://brief.example/handreiking
    ```
    """
    for token in context.document.tokens:
        if token.type != "inline" or "\\[" in token.content:
            continue
        line = int(token.meta.get("line", 0))
        for child in token.children or ():
            line += child.type in ("softbreak", "hardbreak")
            for match in _LEFT.finditer(child.content if child.type == "text" else ""):
                name = match["name"] or f"^{match['note']}"
                yield Fault(
                    what=f'"{match[0][:60]}" is shown to the reader as it stands',
                    place=context.locate(context.issue.body_place(line), match[0]),
                    why=f"nothing in the letter is called [{name}]",
                    fix=f"add a line [{name}]: and what it refers to",
                )
