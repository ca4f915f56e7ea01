"""MS007: the letter says where the sender lives."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.page import squeeze
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_SEPARATOR = re.compile(r"[,\n;|·]")


@rule(
    code="MS007",
    slug="address-missing",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The postal address is not in the letter.

    ## What it does
    Looks for `[newsletter] postal_address`, and for each part of it in the HTML and in the plain text.

    ## Why it matters
    Commercial mail must carry it in many countries (CAN-SPAM among them), and readers trust a sender
    with a place.

    ## Example
    ```toml
    [newsletter]
    name = "Helder bestuur"
    ```

    ## Instead
    ```toml
    [newsletter]
    name = "Helder bestuur"
    postal_address = "Kade 12, 8011 AB Zwolle"
    ```
    """
    config = context.config
    parts = [squeeze(part).casefold() for part in _SEPARATOR.split(config.newsletter.postal_address)]
    parts = [part for part in parts if part]
    if not parts:
        yield Fault(
            what="there is no postal address",
            place=config_place(config, "newsletter", "postal_address"),
            why="mail to a list must say where the sender lives",
            fix='add under [newsletter]: postal_address = "Street 1, 1234 AB Town"',
        )
        return
    text = squeeze(context.rendered.text.fill(context.sample_links)).casefold()
    for name, shown in (("letter", context.page.text.casefold()), ("plain text", text)):
        missing = [part for part in parts if part not in shown]
        if missing:
            yield Fault(
                what=f'the {name} does not show the postal address: "{missing[0]}" is not in it',
                place=template_place(context.issue.template),
                why="mail to a list must say where the sender lives",
                fix="show {{ newsletter.postal_address }} in the template",
            )
