"""TP007: every font has one to fall back on."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.template_lines import line_of_words
from newsletter.domain.finding import Severity
from newsletter.render.clients.css import read_declarations

__all__ = ["check"]

_GENERIC = frozenset({"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "inherit"})


@rule(
    code="TP007",
    slug="font-without-fallback",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A font of the template has none to fall back on.

    ## What it does
    Looks for lists of fonts in the rendered letter that do not end in `serif`, `sans-serif` or
    `monospace`.

    ## Why it matters
    A font that a reader does not have becomes Times New Roman, whatever the letter looks like.

    ## Example
    ```xml
    <mj-all font-family="Inter" />
    ```

    ## Instead
    ```xml
    <mj-all font-family="Inter, Verdana, sans-serif" />
    ```
    """
    told: set[str] = set()
    for element in context.markup.iter("*"):
        for one in read_declarations(element.get("style", "")):
            last = one.value.rpartition(",")[2].strip(" \"'").lower()
            if one.name == "font-family" and last not in _GENERIC and one.value not in told:
                told.add(one.value)
                yield Fault(
                    what=f"the font {one.value[:60]} has none to fall back on",
                    place=line_of_words(context, one.value),
                    fix=f"write {one.value[:60]}, sans-serif",
                )
