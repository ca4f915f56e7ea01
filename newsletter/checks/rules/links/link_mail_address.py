"""LK016: a mail link can be mailed to."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.address import AddressError, parse_mailbox
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK016",
    slug="link-mail-address",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link to write mail has no address that can be.

    ## What it does
    Reads the addresses behind `mailto:`.

    ## Why it matters
    The reader's mail program opens an empty letter, or none.

    ## Example
    ```markdown
    [Schrijf me](mailto:renata@brief)
    ```

    ## Instead
    ```markdown
    [Schrijf me](mailto:renata@brief.example)
    ```
    """
    for link in context.document.links:
        scheme, _, rest = link.url.partition(":")
        if scheme.lower() != "mailto" or link.slot is not None:
            continue
        for address in unquote(rest.partition("?")[0]).split(","):
            try:
                parse_mailbox(address.strip())
            except AddressError as error:
                yield Fault(
                    what=f'"{context.readable(address)}" cannot be mailed: {error}',
                    place=context.locate(link.place, f"({link.url}"),
                    fix="write mailto:name@example.org",
                )
