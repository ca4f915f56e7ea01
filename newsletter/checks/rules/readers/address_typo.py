"""LS005: addresses have a domain that exists."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.list_facts import list_facts
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_SLIPS = {
    slip: meant
    for meant, slips in {
        "gmail.com": "gmial.com gmai.com gmal.com gmail.con gmail.co gmail.cm gmaill.com"
        " gamil.com gnail.com gmail.nl gmil.com",
        "hotmail.com": "hotmial.com hotmai.com hotmal.com hotmail.con hotnail.com homail.com"
        " hotmaill.com hormail.com",
        "hotmail.nl": "hotmial.nl hotmai.nl hotmal.nl homail.nl",
        "outlook.com": "outlok.com outloo.com outlook.con outllok.com outlool.com",
        "yahoo.com": "yaho.com yahooo.com yahoo.con yhoo.com",
        "icloud.com": "iclud.com icloud.con icoud.com",
        "live.nl": "liev.nl livee.nl",
        "ziggo.nl": "zigo.nl ziggo.com",
        "kpnmail.nl": "kpnmial.nl kpnmai.nl",
    }.items()
    for slip in slips.split()
}


@rule(
    code="LS005",
    slug="address-typo",
    severity=Severity.WARNING,
    stage=Stage.AUDIENCE,
    needs=(Need.LIST, Need.AUDIENCE),
    blocked_by=("PR008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Addresses in the list have a misspelt domain.

    ## What it does
    Compares the domains of the readers with about forty slips in the names of large providers, such
    as `gmial.com` and `hotmial.nl`.

    ## Why it matters
    Those readers never got a letter, and many such addresses belong to people who collect mail that
    goes astray.

    ## Example
    ```csv
    email
    anna@gmial.com
    ```

    ## Instead
    ```csv
    email
    anna@gmail.com
    ```
    """
    for domain, count in list_facts(context).domains.items():
        meant = _SLIPS.get(domain)
        if meant:
            yield Fault(
                what=f"{count} {'reader has' if count == 1 else 'readers have'} an address at {domain}",
                why=f"{meant} was probably meant",
                fix=f"ask them, and mend the list; they are the segment domain:{domain}",
            )
