"""FM001: the front matter can be read."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="FM001",
    slug="front-matter-broken",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The front matter cannot be read as it was meant.

    ## What it does
    Reports everything that is wrong above the letter: no subject, a key that does not exist or stands
    twice, a date or an address that cannot be, and YAML that says something else than it seems to.

    ## Why it matters
    YAML drops and changes values without a word: of two subjects it keeps the last, `on` becomes true,
    and a misspelt key is simply not used. The letter would go out with the wrong subject or to the
    wrong people.

    ## Example
    ```yaml
    sbuject: Kort nieuws
    ```

    ## Instead
    ```yaml
    subject: Kort nieuws
    ```
    """
    return [Fault.of(problem) for problem in context.load_problems]
