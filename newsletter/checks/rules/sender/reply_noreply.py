"""SN004: readers can answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]

# Whole local parts or their first or last word: "noreply", "no-reply.news", "brief-niet-beantwoorden".
_NO_REPLY = re.compile(
    r"(?:.*[._+-])?"
    r"(?:(?:no|do-?not|dont)[._-]?(?:reply|respond)|niet[._-]?(?:be)?antwoorden|geen[._-]?antwoord)"
    r"(?:[._+-].*|[0-9]*)",
    re.IGNORECASE,
)


@rule(
    code="SN004",
    slug="reply-noreply",
    severity=Severity.ERROR,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter comes from, or is answered to, an address nobody reads.

    ## What it does
    Looks at the address of `from` and of `reply_to` for no-reply, donotreply, niet-beantwoorden and the
    like.

    ## Why it matters
    A personal letter asks for an answer. Microsoft requires a reply address that works, and readers who
    cannot write back press the spam button.

    ## Example
    ```yaml
    reply_to: no-reply@brief.example
    ```

    ## Instead
    ```yaml
    reply_to: renata@brief.example
    ```
    """
    issue = context.issue
    for key, mailbox in (("from", issue.sender), ("reply_to", issue.reply_to)):
        if mailbox is None or (key == "reply_to" and mailbox == issue.sender):
            continue
        if _NO_REPLY.fullmatch(mailbox.email.rpartition("@")[0]):
            place = issue.places.get(key) or config_place(context.config, "sender", key)
            yield Fault(
                what=f"{key} is {mailbox.email}, which nobody reads",
                place=place,
                why="readers answer a letter, and Microsoft requires an address that takes mail",
                fix=f"use an address somebody reads as {key}",
            )
