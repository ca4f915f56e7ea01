"""SN002: the sender has a domain of their own."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]

_FREE = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.nl",
        "live.com",
        "live.nl",
        "msn.com",
        "yahoo.com",
        "yahoo.nl",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.net",
        "gmx.de",
        "gmx.com",
        "web.de",
        "t-online.de",
        "ziggo.nl",
        "kpnmail.nl",
        "kpnplanet.nl",
        "planet.nl",
        "hetnet.nl",
        "home.nl",
        "casema.nl",
        "chello.nl",
        "upcmail.nl",
        "xs4all.nl",
        "telfort.nl",
        "quicknet.nl",
        "online.nl",
        "zonnet.nl",
        "caiway.nl",
        "proton.me",
        "protonmail.com",
        "mail.com",
        "yandex.com",
        "zoho.com",
        "orange.fr",
        "laposte.net",
        "telenet.be",
        "skynet.be",
    ]
)


@rule(
    code="SN002",
    slug="from-freemail",
    severity=Severity.ERROR,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter comes from an address at a free mail provider.

    ## What it does
    Looks at the domain of `from` for the large free providers. Silent while the provider is the
    outbox.

    ## Why it matters
    Gmail, Yahoo and Microsoft publish that only their own servers may send for their addresses
    (DMARC), so a letter through another server is refused or lands in spam.

    ## Example
    ```toml
    [sender]
    from = "Renata <renata@gmail.com>"
    [provider]
    name = "smtp"
    ```

    ## Instead
    ```toml
    [sender]
    from = "Renata <renata@your.domain>"
    [provider]
    name = "smtp"
    ```
    """
    issue = context.issue
    if issue.sender is None or context.config.provider.name == "outbox":
        return
    domain = issue.sender.email.rpartition("@")[2].lower()
    if domain in _FREE:
        yield Fault(
            what=f"the letter comes from {domain}, where only its own servers may send",
            place=issue.places.get("from") or config_place(context.config, "sender", "from"),
            why="its owner tells other servers to refuse such mail (DMARC)",
            fix="send from a domain of your own, and put this address in reply_to",
        )
