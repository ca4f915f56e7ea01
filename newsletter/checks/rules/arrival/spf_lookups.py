"""HD016: the SPF record can be worked out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from newsletter.checks.answers import dns_answer
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sender_domain import sender_domain, sender_place
from newsletter.domain.finding import Severity
from newsletter.domain.mail_records.spf_tree import MOST_LOOKUPS, SpfFaultKind, follow_spf

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
    """The SPF record cannot be worked out: too many questions, or a fault in it.

    ## What it does
    Follows, on request (`--network`), everything that the SPF record of the sender's domain refers to, and
    counts the questions: at most ten (RFC 7208, 4.6.4). What it refers to must have a record, without
    referring back, and every term must be one that exists.

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
    spf = follow_spf(domain, partial(dns_answer, context)) if domain else None
    if spf is None or spf.record is None:
        return
    if spf.lookups > MOST_LOOKUPS:
        yield Fault(
            what=f"working out the SPF record of {domain} takes more than {MOST_LOOKUPS} questions",
            place=sender_place(context),
            why="servers that receive mail stop there, and treat the record as broken",
            fix="take out what you no longer send with",
        )
    for fault in spf.faults:
        said, fix = _FAULTS[fault.kind]
        yield Fault(
            what=f"the SPF record of {fault.domain} {said.format(fault.what)}",
            place=sender_place(context),
            why="servers that receive mail treat the whole record as broken",
            fix=fix.format(fault.what),
        )


_FAULTS = {
    SpfFaultKind.NO_RECORD: ("refers to {}, which has none", "take {} out of the record, or mend its name"),
    SpfFaultKind.LOOP: ("refers to {}, which refers back", "take {} out of the record"),
    SpfFaultKind.SYNTAX: ("has a slip: {}", "mend it, or take it out"),
    SpfFaultKind.MANY_SERVERS: ("stands for too many mail servers: {}", "name their addresses in its place"),
}
