"""LS006: the addresses in the list belong to people."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.list_facts import list_facts
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_PASSING = frozenset(
    (
        *("10minutemail.com", "dispostable.com", "getnada.com", "guerrillamail.com", "maildrop.cc"),
        *("mailinator.com", "sharklasers.com", "temp-mail.org", "tempmail.com", "throwawaymail.com"),
        *("trashmail.com", "wegwerfmail.de", "yopmail.com"),
    )
)


@rule(
    code="LS006",
    slug="address-of-machine",
    severity=Severity.INFO,
    stage=Stage.AUDIENCE,
    needs=(Need.LIST, Need.AUDIENCE),
    blocked_by=("PR008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Addresses in the list are nobody's.

    ## What it does
    Looks for names before the @ that belong to a machine or a task, such as `noreply` and `postmaster`,
    and for domains whose addresses last ten minutes. `info` and the like are people, and pass.

    ## Why it matters
    Nobody reads there, and who watches over spam counts such addresses.

    ## Example
    ```csv
    email
    noreply@gemeente.example
    ```

    ## Instead
    ```csv
    email
    anna@gemeente.example
    ```
    """
    facts = list_facts(context)
    for name, count in sorted(facts.machines.items()):
        yield Fault(
            what=f"{_readers(count)} an address that begins with {name}@",
            why="nobody reads there",
            fix=f"ask for another, or take it out; find it with the segment email~{name}@",
        )
    for domain, count in sorted(facts.domains.items()):
        if domain in _PASSING:
            yield Fault(
                what=f"{_readers(count)} an address at {domain}, which lasts for minutes",
                fix=f"take it out; find it with the segment domain:{domain}",
            )


def _readers(count: int) -> str:
    return f"{count} {'reader has' if count == 1 else 'readers have'}"
