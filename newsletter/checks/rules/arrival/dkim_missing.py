"""HD014: the key that mail is signed with can be found."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.answers import dns_answer
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sender_domain import sender_domain, sender_place
from newsletter.domain.dns_answer import RecordType
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="HD014",
    slug="dkim-missing",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The key that mail is signed with cannot be found.

    ## What it does
    Looks up, on request (`--network`), the DKIM key (RFC 6376) of each selector in `[checks]
    dkim_selectors`, and of `[provider.smtp] dkim_selector`, at the domain you send from, and whether it is
    one. Without selectors nobody can know where to look; then it says so.

    ## Why it matters
    Without the key no signature can be checked, and Gmail, Yahoo and Outlook want one.

    ## Example
    ```text
    s1._domainkey.brief.example.  TXT  (nothing)
    ```

    ## Instead
    ```text
    s1._domainkey.brief.example.  TXT  "v=DKIM1; k=rsa; p=MIGfMA0G…"
    ```
    """
    own = context.config.sender.domain or sender_domain(context)
    if not own:
        return
    selectors = _selectors(context)
    if not selectors:
        yield Fault(
            what="the DKIM key of the sender is not looked at, as no selector is named",
            place=sender_place(context),
            severity=Severity.INFO,
            fix='name what your provider gave you, such as: [checks] dkim_selectors = ["s1"]',
        )
    for selector in selectors:
        name = f"{selector}._domainkey.{own}"
        problem = _problem(name, dns_answer(context, name, RecordType.TXT).records)
        if problem:
            yield Fault(
                what=problem,
                place=sender_place(context),
                why="without it nobody can check the signature under the mail",
                fix="add the record that your provider shows you, or mend [checks] dkim_selectors",
            )


def _selectors(context: CheckContext) -> Iterable[str]:
    """Return where to look: what is named, and where mail is signed here."""
    provider = context.config.provider
    own = provider.smtp.dkim_selector if provider.name == "smtp" else None
    return dict.fromkeys((*context.config.checks.dkim_selectors, *([own] if own else [])))


def _problem(name: str, texts: Iterable[str]) -> str | None:
    """Return what is wrong with the key at `name`, whose TXT records are `texts`."""
    from newsletter.domain.mail_records.dkim_key import is_dkim, parse_dkim  # cryptography is slow to import

    keys = [parse_dkim(text) for text in texts if is_dkim(text)]
    if not keys:
        return f"there is no DKIM key at {name}"
    if any(key.bits and not key.problems for key in keys):
        return None
    if all(key.is_revoked for key in keys):
        return f"the key at {name} was withdrawn"
    fault = next(problem for key in keys for problem in key.problems)
    return f"the DKIM key at {name} cannot be used: {fault}"
