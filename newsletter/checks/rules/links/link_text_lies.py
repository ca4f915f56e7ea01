"""LK008: a link leads where it says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.domain.finding import Severity

__all__ = ["check"]

_ADDRESS = re.compile(
    r"(?:(?:https?://|www\.)(?P<full>[\w.-]+\.[a-z]{2,})|(?P<bare>[\w-]+(?:\.[\w-]+)*\.(?:nl|com|org|net|eu|be|de|gov|edu|info)))"
    r"(?:[/?#:][^\s]*)?",
    re.IGNORECASE,
)


@rule(
    code="LK008",
    slug="link-text-lies",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link shows one address and leads to another.

    ## What it does
    When the words of a link are an address (with `https://`, `www.` or a common ending), compares
    its host with the one behind it; a part of the same domain passes.

    ## Why it matters
    It is how phishing works, so mail programs warn readers and filters refuse the letter.

    ## Example
    ```markdown
    [www.rijksoverheid.nl](https://elders.example/woo)
    ```

    ## Instead
    ```markdown
    [www.rijksoverheid.nl](https://www.rijksoverheid.nl/woo)
    ```
    """
    for link in web_links(context):
        match = _ADDRESS.fullmatch(link.label.strip())
        if match is None:
            continue
        said = (match["full"] or match["bare"]).lower().removeprefix("www.")
        if said != link.host and not said.endswith(f".{link.host}") and not link.host.endswith(f".{said}"):
            yield Fault(
                what=f"the link says {said} and leads to {link.host}",
                place=link.place,
                why="that is how phishing works, so mail programs warn readers",
                fix="write the address it leads to, or words",
            )
