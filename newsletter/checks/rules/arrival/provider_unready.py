"""HD017: the provider would take mail."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.answers import provider_outcome
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity
from newsletter.domain.outcome import OutcomeKind
from newsletter.errors import ConfigError

__all__ = ["check"]


@rule(
    code="HD017",
    slug="provider-unready",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The provider would not take mail.

    ## What it does
    Asks the provider, on request (`--network`), whether key, account and connection work, without sending
    anything.

    ## Why it matters
    Better to know it while you write than at the moment of sending.

    ## Example
    ```toml
    [provider.sendgrid]
    api_key = "env:SENDGRID_KEY"   # a key that was withdrawn
    ```

    ## Instead
    ```toml
    [provider.sendgrid]
    api_key = "env:SENDGRID_KEY"   # a key with Mail Send
    ```
    """
    name = context.config.provider.name
    place = config_place(context.config, "provider", "name")
    try:
        outcome = provider_outcome(context)
    except ConfigError as error:
        for problem in error.problems:
            yield Fault(what=problem.what, place=problem.place or place, why=problem.why, fix=problem.fix)
        return
    if outcome.kind is OutcomeKind.ACCEPTED:
        return
    is_hiccup = outcome.kind in (OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN)
    yield Fault(
        what=f"{name} would not take mail: {outcome.detail}",
        place=place,
        severity=Severity.WARNING if is_hiccup else None,
        fix="try again in a while" if is_hiccup else f"mend [provider.{name}], or the account there",
    )
