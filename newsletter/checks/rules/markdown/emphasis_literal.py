"""MD003: marks of emphasis do their work."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_ESCAPED = re.compile(r"\\\*|\\_")
_LEFT = re.compile(r"(?<!\*)\*\*(?!\*)|(?<![\w_])__(?=\s*\w)|(?<=\w)__(?![\w_])")


@rule(
    code="MD003",
    slug="emphasis-literal",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Marks of emphasis are shown to the reader.

    ## What it does
    Looks for `**` and `__` that are left in the text when Markdown is read. Code and what is
    escaped pass.

    ## Why it matters
    Readers see stars in the middle of a sentence, usually because of a space inside them.

    ## Example
    ```markdown
    Dit is ** belangrijk **.
    ```

    ## Instead
    ```markdown
    Dit is **belangrijk**.
    ```
    """
    for token in context.document.tokens:
        if token.type != "inline" or _ESCAPED.search(token.content):
            continue
        line = int(token.meta.get("line", 0))
        for child in token.children or ():
            line += child.type in ("softbreak", "hardbreak")
            match = _LEFT.search(child.content) if child.type == "text" else None
            if match:
                yield Fault(
                    what=f'"{match[0]}" is shown to the reader as it stands',
                    place=context.locate(context.issue.body_place(line), match[0]),
                    why="emphasis has no space inside its marks",
                    fix="write **word**; for the marks themselves, write \\*\\*",
                )
