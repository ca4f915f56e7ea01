"""HD013: the domain says which servers may send its mail."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from newsletter.checks.answers import dns_answer
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sender_domain import sender_domain, sender_place
from newsletter.domain.finding import Severity
from newsletter.domain.mail_records.spf_tree import follow_spf

__all__ = ["check"]


@rule(
    code="HD013",
    slug="spf-missing",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The sender's domain does not say which servers may send its mail.

    ## What it does
    Looks up, on request (`--network`), the SPF record of the domain in `from` (RFC 7208): there must be
    one, not two, and it may not let everybody send.

    ## Why it matters
    Gmail, Yahoo and Outlook refuse mail of domains without it, or put it in spam.

    ## Example
    ```text
    brief.example.  TXT  (nothing that begins with v=spf1)
    ```

    ## Instead
    ```text
    brief.example.  TXT  "v=spf1 include:sendgrid.net -all"
    ```
    """
    domain = sender_domain(context)
    if not domain:
        return
    spf = follow_spf(domain, partial(dns_answer, context))
    if not spf.texts:
        yield Fault(
            what=f"{domain} has no SPF record",
            place=sender_place(context),
            why="it says which servers may send mail of the domain, and Gmail and Outlook want it",
            fix=f'add a TXT record to {domain}, as your provider tells you, such as "v=spf1 include:… -all"',
        )
    elif len(spf.texts) > 1:
        yield Fault(
            what=f"{domain} has {len(spf.texts)} SPF records, and may have one",
            place=sender_place(context),
            why="with more than one, none of them counts (RFC 7208, 4.5)",
            fix="put what they say in one record",
        )
    elif spf.lets_everybody:
        yield Fault(
            what=f"the SPF record of {domain} lets everybody send its mail",
            place=sender_place(context),
            why="+all means that any server may, spammers too",
            fix="end it with -all or ~all",
        )
