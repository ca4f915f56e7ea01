"""SN006: the sender has a name that fits."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MOST = 30


@rule(
    code="SN006",
    slug="from-name",
    severity=Severity.WARNING,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The sender has no name, or one that is cut off.

    ## What it does
    Looks whether `from` has a name before the address, and counts its characters: more than 30 are
    cut off on a phone.

    ## Why it matters
    The name is the first thing readers look at; without one they see an address.

    ## Example
    ```toml
    [sender]
    from = "renata@brief.example"
    ```

    ## Instead
    ```toml
    [sender]
    from = "Renata de Wit <renata@brief.example>"
    ```
    """
    sender = context.issue.sender
    if sender is None:
        return
    place = context.issue.places.get("from") or config_place(context.config, "sender", "from")
    if not sender.name.strip():
        yield Fault(
            what="the sender has no name",
            place=place,
            why="readers see an address where a name belongs",
            fix=f'write from: "Your name <{sender.email}>"',
        )
    elif len(sender.name) > _MOST:
        yield Fault(
            what=f"the sender's name has {len(sender.name)} characters",
            place=place,
            why=f'a phone shows "{sender.name[:25]}…"',
            fix=f"use at most {_MOST}",
        )
