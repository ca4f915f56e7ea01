"""SN003: the sender is at the domain you may send from."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="SN003",
    slug="from-domain",
    severity=Severity.ERROR,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter comes from another domain than the one you send from.

    ## What it does
    Compares the domain of `from` with `[sender] domain`, which may be the domain itself or stand
    above it.

    ## Why it matters
    The signature under the mail (DKIM) is of the domain you send from. When the address is at
    another one, Gmail and others refuse it or put it in spam (DMARC alignment).

    ## Example
    ```toml
    [sender]
    from = "Renata <renata@elders.example>"
    domain = "brief.example"
    ```

    ## Instead
    ```toml
    [sender]
    from = "Renata <renata@brief.example>"
    domain = "brief.example"
    ```
    """
    issue, config = context.issue, context.config
    own = (config.sender.domain or "").lower()
    domain = issue.sender.email.rpartition("@")[2].lower() if issue.sender else ""
    if own and domain and domain != own and not domain.endswith(f".{own}") and not own.endswith(f".{domain}"):
        yield Fault(
            what=f"the letter comes from {domain}, and you may send from {own}",
            place=issue.places.get("from") or config_place(config, "sender", "from"),
            why="the signature under the mail is of another domain, so it is refused or lands in spam",
            fix=f"use an address at {own}, or put {domain} in [sender] domain when you may send from it",
        )
