"""SN008: sender, answers and links are not at a domain made for examples."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]

_RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")
"""RFC 2606 and RFC 6761: nobody can own these, so no mail comes from them or arrives there."""


@rule(
    code="SN008",
    slug="sender-placeholder",
    severity=Severity.WARNING,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter would leave this machine under a name made for examples.

    ## What it does
    Looks at the domain of `from`, `reply_to` and `base_url` for the names that RFC 2606 keeps for
    examples. Silent while the provider is the outbox, which mails nobody.

    ## Why it matters
    Such a letter is refused or lands in the spam folder, answers to it come back, and its link to leave
    leads nowhere.

    ## Example
    ```toml
    [sender]
    from = "Your Name <you@letter.example>"
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
    config = context.config
    if config.provider.name == "outbox":
        return
    issue = context.issue
    named = [
        ("from", issue.sender.email.rpartition("@")[2] if issue.sender else ""),
        ("reply_to", issue.reply_to.email.rpartition("@")[2] if issue.reply_to else ""),
        ("base_url", urlsplit(config.newsletter.base_url).hostname or ""),
    ]
    for key, domain in named:
        if any(domain == name or domain.endswith(f".{name}") for name in _RESERVED):
            table = "newsletter" if key == "base_url" else "sender"
            yield Fault(
                what=f"{key} is at {domain}, a domain made for examples",
                place=issue.places.get(key) or config_place(config, table, key),
                fix="put your own domain there",
            )
