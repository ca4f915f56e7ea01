"""RD001: a reader's words stand in the letter with consent."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="RD001",
    slug="quote-without-consent",
    severity=Severity.ERROR,
    stage=Stage.PROJECT,
    needs=(Need.DOCUMENT,),
    suppresses=("TP001",),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A reader is quoted without consent.

    ## What it does
    Looks each `::: reader` up in `quotes.toml`: whether the reply is there, and whether the reader agreed.

    ## Why it matters
    A reply is a private mail (GDPR, article 6).
    Whoever finds it in a letter to everybody never answers again.

    ## Example
    ```markdown
    ::: reader 12
    Wij hebben er veertien.
    :::
    ```

    ## Instead
    ```toml
    [quotes.12]
    name = "Wilma"
    consent = "named"
    granted = 2026-11-20
    ```
    """
    return [Fault.of(problem) for problem in context.reader_problems]
