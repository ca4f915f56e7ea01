"""LK017: a telephone link can be called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEAST, _MOST = 3, 15
_NUMBER = re.compile(r"\+?[0-9 ().-]+")


@rule(
    code="LK017",
    slug="link-telephone",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link to call has no number that can be.

    ## What it does
    Looks behind `tel:` for 3 to 15 digits, which may begin with + and hold spaces, points, hyphens
    and brackets (RFC 3966).

    ## Why it matters
    The telephone dials nothing, or another number.

    ## Example
    ```markdown
    [Bel me](tel:nul zes)
    ```

    ## Instead
    ```markdown
    [Bel me](tel:+31612345678)
    ```
    """
    for link in context.document.links:
        scheme, _, number = link.url.partition(":")
        if scheme.lower() != "tel" or link.slot is not None:
            continue
        number = unquote(number).partition(";")[0]
        digits = sum(char.isdigit() for char in number)
        if not _NUMBER.fullmatch(number) or not _LEAST <= digits <= _MOST:
            yield Fault(
                what=f'"{context.readable(number)}" cannot be called',
                place=context.locate(link.place, f"({link.url}"),
                fix="write tel: and the number with its country, such as tel:+31612345678",
            )
