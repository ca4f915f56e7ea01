"""SN005: somebody reads the answers."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="SN005",
    slug="reply-unmonitored",
    severity=Severity.WARNING,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Answers go to an address nobody is said to read.

    ## What it does
    When `[sender] monitored` lists addresses, looks whether `reply_to` (or else `from`) is one of
    them. The `reply_to` of the configuration counts as read.

    ## Why it matters
    The letter asks for an answer; one that lands where nobody looks is worse than none.

    ## Example
    ```yaml
    ---
    subject: "Kort nieuws"
    reply_to: info@brief.example
    ---
    ```

    ## Instead
    ```yaml
    ---
    subject: "Kort nieuws"
    reply_to: renata@brief.example
    ---
    ```
    """
    issue, sender = context.issue, context.config.sender
    if not sender.monitored or issue.reply_to is None:
        return
    read = {address.lower() for address in sender.monitored}
    if sender.reply_to is not None:
        read.add(sender.reply_to.email.lower())
    if issue.reply_to.email.lower() not in read:
        yield Fault(
            what=f"nobody is said to read {issue.reply_to.email}",
            place=issue.places.get("reply_to")
            or issue.places.get("from")
            or config_place(context.config, "sender", "reply_to"),
            fix="answer to an address in [sender] monitored, or add this one to it",
        )
