"""MS001: Gmail shows the whole letter."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.artefacts import WARN_HTML_BYTES, html_bytes

__all__ = ["check"]

_ERROR_BYTES = 100_000


@rule(
    code="MS001",
    slug="html-too-large",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter is so large that Gmail cuts it off.

    ## What it does
    Measures the HTML after merging for the reader with the longest values: an error over 100,000 bytes,
    a warning over 75,000.

    ## Why it matters
    Gmail shows the first 102 kB and hides the rest, with the unsubscribe link, behind "View entire
    message". Providers add some bytes to every link.

    ## Example
    ```markdown
    …forty blocks, each with a table…
    ```

    ## Instead
    ```markdown
    …the first three, and a link to the others…
    ```
    """
    size = _longest(context)
    for limit, severity in ((_ERROR_BYTES, Severity.ERROR), (WARN_HTML_BYTES, Severity.WARNING)):
        if size > limit:
            yield Fault(
                what=f"the letter is {size:,} bytes of HTML, more than {limit:,}",
                place=context.issue.place(),
                why="Gmail cuts a letter off at 102 kB, with the unsubscribe link in the part it hides",
                fix="leave something out, or put it on the web and link to it",
                severity=severity,
            )
            return


def _longest(context: CheckContext) -> int:
    if context.lacks(Need.AUDIENCE) is None:
        return context.survey.html_bytes
    return html_bytes(context.rendered, context.sample_links)
