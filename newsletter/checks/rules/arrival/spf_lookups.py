"""HD016: the SPF record can be worked out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from newsletter.checks.answers import dns_answer
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sender_domain import sender_domain, sender_place
from newsletter.checks.spf import MOST_LOOKUPS, read_spf
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="HD016",
    slug="spf-lookups",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(Need.ISSUE,),
    blocked_by=("HD013",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Working out the SPF record takes more questions than are allowed.

    ## What it does
    Follows, on request (`--network`), everything that the SPF record of the sender's domain refers to, and
    counts the questions: at most ten (RFC 7208, 4.6.4). What it refers to must have a record.

    ## Why it matters
    The receiving server stops at ten and treats the record as broken, for every message.

    ## Example
    ```text
    brief.example.  TXT  "v=spf1 include:a.example include:b.example … include:k.example -all"
    ```

    ## Instead
    ```text
    brief.example.  TXT  "v=spf1 include:sendgrid.net -all"
    ```
    """
    domain = sender_domain(context)
    spf = read_spf(domain, partial(dns_answer, context)) if domain else None
    if spf is None or len(spf.records) != 1:
        return
    if spf.lookups > MOST_LOOKUPS:
        yield Fault(
            what=f"working out the SPF record of {domain} takes more than {MOST_LOOKUPS} questions",
            place=sender_place(context),
            why="servers that receive mail stop there, and treat the record as broken",
            fix="take out what you no longer send with",
        )
    for name in spf.broken:
        yield Fault(
            what=f"the SPF record of {domain} refers to {name}, which has none",
            place=sender_place(context),
            why="servers that receive mail treat the whole record as broken",
            fix=f"take {name} out of the record, or mend its name",
        )
