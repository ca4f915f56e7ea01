"""HD015: the domain says what to do with mail that is not its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from newsletter.checks.answers import dns_answer
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sender_domain import sender_domain, sender_place
from newsletter.domain.finding import Severity
from newsletter.domain.mail_records.dmarc_walk import find_dmarc

__all__ = ["check"]


@rule(
    code="HD015",
    slug="dmarc-missing",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The sender's domain has no DMARC record, or one that its own mail does not meet.

    ## What it does
    Looks up, on request (`--network`), the DMARC record of the domain in `from` or above it (RFC 9989), and
    whether the domain you send from fits: the same one where the record is strict, the same or one above
    or below it where it is not.

    ## Why it matters
    Gmail, Yahoo and Outlook refuse newsletters without it; a record that your mail does not meet makes them
    refuse yours.

    ## Example
    ```text
    _dmarc.brief.example.  TXT  (nothing)
    ```

    ## Instead
    ```text
    _dmarc.brief.example.  TXT  "v=DMARC1; p=none; rua=mailto:dmarc@brief.example"
    ```
    """
    domain = sender_domain(context)
    if not domain:
        return
    found = find_dmarc(domain, partial(dns_answer, context))
    record = found.dmarc
    if record is None:
        many = len(found.own)
        count = f"{many} DMARC records, so none counts" if many else "no DMARC record"
        yield Fault(
            what=f"{domain} has {count}",
            place=sender_place(context),
            why="Gmail, Yahoo and Outlook refuse newsletters of domains without it",
            fix=f'leave one TXT record at _dmarc.{domain}, such as: "v=DMARC1; p=none"'
            if many
            else f'add a TXT record to _dmarc.{domain}: "v=DMARC1; p=none"',
        )
        return
    if record.policy is None:
        yield Fault(
            what=f"the DMARC record at {found.name} says no policy",
            place=sender_place(context),
            why="without p=none, p=quarantine or p=reject it does not count",
            fix='write p=none in it, such as: "v=DMARC1; p=none"',
        )
    own = (context.config.sender.domain or domain).lower()
    if record.is_dkim_strict and own != domain:
        yield Fault(
            what=f"the DMARC record at {found.name} wants mail signed by {domain}, and you send from {own}",
            place=sender_place(context),
            why="adkim=s lets only the very same domain pass",
            fix=f"write adkim=r in the record, or send from {domain}",
        )
