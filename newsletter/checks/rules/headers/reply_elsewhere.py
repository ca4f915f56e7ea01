"""HD011: answers go where the letter comes from."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="HD011",
    slug="reply-elsewhere",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Answers go to another domain than the letter comes from.

    ## What it does
    Compares the domains of `from` and `reply_to`; a part of the same domain passes.

    ## Why it matters
    Filters give points for it, and careful readers wonder.

    ## Example
    ```yaml
    from: Renata <renata@brief.example>
    reply_to: renata@elders.example
    ```

    ## Instead
    ```yaml
    from: Renata <renata@brief.example>
    reply_to: renata@brief.example
    ```
    """
    issue = context.issue
    if issue.sender is None or issue.reply_to is None:
        return
    sender = issue.sender.email.rpartition("@")[2].lower()
    answer = issue.reply_to.email.rpartition("@")[2].lower()
    if sender != answer and not sender.endswith(f".{answer}") and not answer.endswith(f".{sender}"):
        yield Fault(
            what=f"the letter comes from {sender}, and answers go to {answer}",
            place=issue.places.get("reply_to") or config_place(context.config, "sender", "reply_to"),
            fix="answer to an address at the same domain, if you can",
        )
