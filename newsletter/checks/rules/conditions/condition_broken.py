"""CN001: the condition of a block cannot be read."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="CN001",
    slug="condition-broken",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The condition of a block cannot be read.

    ## What it does
    Reads the condition behind every `::: only` in the segment language, with the fields and segments of
    `newsletter.toml`.

    ## Why it matters
    Nobody can say who would see the block: everybody, or nobody.

    ## Example
    ```markdown
    ::: only tga:gemeente
    For municipalities.
    :::
    ```

    ## Instead
    ```markdown
    ::: only tag:gemeente
    For municipalities.
    :::
    ```
    """
    return map(Fault.of, context.condition_problems)
