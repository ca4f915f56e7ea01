"""SN007: somebody sends the letter."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="SN007",
    slug="sender-missing",
    severity=Severity.ERROR,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Nobody is named as the sender.

    ## What it does
    Asks for a `from` in the issue or under `[sender]` in the configuration.

    ## Why it matters
    Mail without a sender does not exist (RFC 5322, section 3.6), and readers decide by the name whether
    to open it.

    ## Example
    ```toml
    [sender]
    ```

    ## Instead
    ```toml
    [sender]
    from = "Renata <renata@brief.example>"
    ```
    """
    if context.issue.sender is None:
        yield Fault(
            what="there is no sender",
            place=config_place(context.config, "sender"),
            fix='add under [sender]: from = "Your name <you@your.domain>"',
        )
