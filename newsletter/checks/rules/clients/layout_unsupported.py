"""CL003: the letter keeps its order and its content where readers read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.client_support import lacks, told_lack
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["carries_meaning", "check"]

_MEANING = re.compile(
    r"css-(?:display-(?:flex|grid)|position|float|left-right-top-bottom|column-count|column-layout-properties)"
    r"|css-(?:at-import|variables|nesting|inset|pseudo-element-(?:before|after))"
    r"|html-(?:audio|button|dialog|form|image-maps|input|link|object|popover|select|svg|textarea|video).*"
    r"|image-.+"
)


def carries_meaning(name: str) -> bool:
    """Say whether without the feature called `name` words or pictures move, or are gone."""
    return _MEANING.fullmatch(name) is not None


@rule(
    code="CL003",
    slug="layout-unsupported",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter falls apart in a mail client.

    ## What it does
    Looks for what puts words and pictures in their place or is content itself, such as
    `display: flex`, `position`, forms, video and SVG, where a client in `[checks] clients` does not
    support it, by the data of caniemail.com.

    ## Why it matters
    In that client columns stand below each other, texts over each other, or something is missing.

    ## Example
    ```xml
    <mj-raw><div style="display: flex">…</div></mj-raw>
    ```

    ## Instead
    ```xml
    <mj-section><mj-column>…</mj-column><mj-column>…</mj-column></mj-section>
    ```
    """
    return [
        told_lack(context, lack)
        for lack in lacks(context)
        if lack.without and carries_meaning(lack.feature.name)
    ]
