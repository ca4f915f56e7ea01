"""HD003: the link to leave is an https address."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="HD003",
    slug="list-unsubscribe-insecure",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED, Need.MESSAGE),
    waivable=False,
    blocked_by=("SN007", "HD001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The List-Unsubscribe header has no https address.

    ## What it does
    Reads the addresses in List-Unsubscribe and asks for one that begins with `https://`.

    ## Why it matters
    One click to leave works over https alone (RFC 8058, section 3.1).

    ## Example
    ```toml
    [newsletter]
    base_url = "http://brief.example"
    ```

    ## Instead
    ```toml
    [newsletter]
    base_url = "https://brief.example"
    ```
    """
    if "<https://" not in context.sample_headers[0]["list-unsubscribe"]:
        yield Fault(
            what="the address to leave is not https",
            place=config_place(context.config, "newsletter", "base_url"),
            why="mail programs leave with one click over https alone (RFC 8058)",
            fix='write under [newsletter]: base_url = "https://…"',
        )
