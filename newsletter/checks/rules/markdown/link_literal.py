"""MD001: what was meant as a link is one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEFT = re.compile(r"\](?P<gap>\s{0,3})\((?P<address>(?:https?:|mailto:|www\.)[^\s()]{0,200})?")


@rule(
    code="MD001",
    slug="link-literal",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link is not read as one, and shows as it was typed.

    ## What it does
    Looks for `](` and for `] (https:` that are left in the text when Markdown is read. Code and what is
    escaped pass.

    ## Why it matters
    Readers see brackets and an address, and cannot click. Usually there is a space between the
    brackets, or inside the address.

    ## Example
    ```markdown
    Lees [de handreiking] (https://brief.example/handreiking).
    ```

    ## Instead
    ```markdown
    Lees [de handreiking](https://brief.example/handreiking).
    ```
    """
    for token in context.document.tokens:
        if token.type != "inline" or "\\[" in token.content or "\\]" in token.content:
            continue
        line = int(token.meta.get("line", 0))
        text = ""
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                line, text = line + 1, ""
                continue
            text = text + child.content if child.type == "text" else child.content and f"{text}\ufffc"
            match = _LEFT.search(text) if child.type == "text" else None
            if match and (match["address"] or not match["gap"]):
                text = ""
                seen = match[0]
                place = context.locate(context.issue.body_place(line), seen)
                yield Fault(
                    what=f'"{seen[:60]}" is shown to the reader as it stands',
                    place=place,
                    why="a link has no space between its brackets, and none in its address",
                    fix="write [the words](https://…)",
                    mend=replace_words(context, place, seen, "](" + match["address"])
                    if match["address"] and match["gap"]
                    else None,
                )
