"""AX005: a link in running text shows without its colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.colour import Colour, ColourError, contrast
from newsletter.domain.finding import Severity
from newsletter.render.clients.css import read_declarations
from newsletter.render.template import template_place

__all__ = ["check"]

_LEAST = 3.0
_LEAST_WORDS = 3


@rule(
    code="AX005",
    slug="link-by-colour",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link can be told from the text around it only by its colour.

    ## What it does
    Looks for links in running text without a line under them, whose colour has less than 3 to 1
    contrast with that of the text.

    ## Why it matters
    Who cannot tell colours apart, one man in twelve, does not see that there is a link (WCAG 2.2, 1.4.1).

    ## Example
    ```css
    a { color: #1f5f5b; text-decoration: none; }
    ```

    ## Instead
    ```css
    a { color: #1f5f5b; text-decoration: underline; }
    ```
    """
    for link in context.markup.iter("a"):
        if _is_bare(link) and _is_in_text(link):
            own, around = _colour(link), _colour(link.getparent())
            if own is not None and around is not None and contrast(own, around) < _LEAST:
                label = " ".join(link.text_content().split())[:40]
                yield Fault(
                    what=f'the link "{label}" can be told from its text by colour alone',
                    place=template_place(context.issue.template),
                    why=f"{own} beside {around}, and no line under it",
                    fix="underline links in running text",
                )
                return


def _styles(element: HtmlElement | None) -> Iterator[dict[str, str]]:
    """Yield the styles of `element` and of those it stands in, from the inside out."""
    while element is not None:
        yield {one.name: one.value.lower() for one in read_declarations(element.get("style", ""))}
        element = element.getparent()


def _is_bare(link: HtmlElement) -> bool:
    """Say whether nothing but colour marks the link: no line, and no ground of its own."""
    style = next(_styles(link))
    line = style.get("text-decoration", style.get("text-decoration-line", "underline"))
    marked = any(name.startswith(("border", "background")) for name in style)
    inner = any("underline" in (one.get("style") or "") or one.tag in ("u", "img") for one in link.iter("*"))
    return "underline" not in line and not marked and not inner


def _is_in_text(link: HtmlElement) -> bool:
    parent = link.getparent()
    if parent is None:
        return False
    around = [parent.text or "", *(child.tail or "" for child in parent)]
    return sum(len(part.split()) for part in around) >= _LEAST_WORDS


def _colour(element: HtmlElement | None) -> Colour | None:
    for style in _styles(element):
        if "color" in style:
            try:
                return Colour.parse(style["color"])
            except ColourError:
                return None
    return None
