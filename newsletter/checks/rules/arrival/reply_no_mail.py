"""HD019: answers can arrive."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.answers import dns_answer
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.dns_answer import RecordType
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="HD019",
    slug="reply-no-mail",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The domain that answers go to takes no mail.

    ## What it does
    Looks up, on request (`--network`), whether the domain of `reply_to` (or else `from`) has a server for
    mail: an MX record, or failing that an address (RFC 5321, section 5.1).

    ## Why it matters
    Every answer to the letter bounces, and the reader sees that.

    ## Example
    ```yaml
    ---
    subject: "Kort nieuws"
    reply_to: renata@breif.example
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
    issue = context.issue
    mailbox = issue.reply_to or issue.sender
    if mailbox is None:
        return
    domain = mailbox.email.rpartition("@")[2]
    servers = dns_answer(context, domain, RecordType.MX)
    refuses = servers.records == (".",)
    if servers.records and not refuses:
        return
    if not refuses and any(
        dns_answer(context, domain, kind).records for kind in (RecordType.A, RecordType.AAAA)
    ):
        return
    yield Fault(
        what=f"{domain} takes no mail" if servers.has_name else f"there is no domain {domain}",
        place=issue.places.get("reply_to")
        or issue.places.get("from")
        or config_place(context.config, "sender", "reply_to"),
        why=f"answers to {mailbox.email} would bounce",
        fix="look for a slip in the address, or add an MX record to the domain",
    )
