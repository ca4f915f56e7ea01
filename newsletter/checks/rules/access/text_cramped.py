"""AX011: running text has room between its lines and its words."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.html import HtmlElement

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.template_lines import line_of_words
from newsletter.domain.finding import Severity
from newsletter.render.clients.css import read_declarations

__all__ = ["check"]

_LEAST = 1.4
_LONG = 100
_BLOCKS = ("p", "td", "div", "li", "blockquote")


@rule(
    code="AX011",
    slug="text-cramped",
    severity=Severity.INFO,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Running text is justified, or its lines stand close together.

    ## What it does
    Looks at text of more than a line: whether it is justified, and whether its line height is less than
    1.4 times its size.

    ## Why it matters
    Justified text has rivers of white in a narrow column, and close lines are lost by readers with dyslexia.

    ## Example
    ```xml
    <mj-text align="justify" line-height="1.1">…</mj-text>
    ```

    ## Instead
    ```xml
    <mj-text align="left" line-height="1.6">…</mj-text>
    ```
    """
    told: set[str] = set()
    for element in context.markup.iter(*_BLOCKS):
        if len(_own_text(element)) < _LONG:
            continue
        style = _inherited(element)
        if style.get("display") == "none":  # the preheader
            continue
        for what in (_justified(style), _close(style)):
            if what and what not in told:
                told.add(what)
                yield Fault(
                    what=f'"{_own_text(element)[:40]}" {what}',
                    place=line_of_words(context, what.rpartition(": ")[2]),
                    fix="align it left, with a line height of 1.5 or more",
                )


def _own_text(element: HtmlElement) -> str:
    parts = (element.text or "", *(child.tail or "" for child in element))
    return " ".join(" ".join(parts).split())


def _inherited(element: HtmlElement) -> dict[str, str]:
    """Return text alignment, line height and size of `element`, from where they are said last."""
    found: dict[str, str] = {}
    above: HtmlElement | None = element
    while above is not None:
        for one in reversed(read_declarations(above.get("style", ""))):
            if one.name in ("text-align", "line-height", "font-size") or one.value == "none":
                found.setdefault(one.name, one.value.lower())
        above = above.getparent()
    return found


def _justified(style: dict[str, str]) -> str | None:
    return "is justified: justify" if style.get("text-align") == "justify" else None


def _close(style: dict[str, str]) -> str | None:
    height, size = style.get("line-height", ""), style.get("font-size", "")
    factor = _number(height)
    if height.endswith("px"):
        px = _number(size.removesuffix("px")) if size.endswith("px") else None
        in_px = _number(height.removesuffix("px"))
        factor = in_px / px if in_px is not None and px else None
    elif height.endswith("%"):
        percent = _number(height.removesuffix("%"))
        factor = percent / 100 if percent is not None else None
    return f"has lines that stand close: {height}" if factor is not None and 0 < factor < _LEAST else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
