"""MT004: every reader has a value, or there is a fallback."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="MT004",
    slug="no-fallback",
    severity=Severity.ERROR,
    stage=Stage.AUDIENCE,
    needs=(Need.DOCUMENT, Need.RENDERED, Need.LIST, Need.AUDIENCE),
    waivable=False,
    blocked_by=("PR008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A reader has no value for a slot without a fallback.

    ## What it does
    Merges the letter for every reader of the segment and names all for whom a slot would stay empty:
    the first 50 in the text, every one under `readers` with `--json`.

    ## Why it matters
    They would read "Beste ,". One such reader is enough to stop the letter.

    ## Example
    ```markdown
    Beste {{ first_name }},
    ```

    ## Instead
    ```markdown
    Beste {{ first_name | lezer }},
    ```
    """
    survey = context.survey
    for name, offenders in sorted(survey.missing.items()):
        place = next((s.place for s in context.rendered.slots if s.name == name and s.fallback is None), None)
        yield Fault(
            what=f"{name} is empty for {offenders.count} of {survey.readers} readers: {offenders}",
            readers=tuple(offenders.names),
            place=context.locate(place, name) if place else None,
            why="there is no fallback, so they would read nothing there",
            fix=f"write {{{{ {name} | fallback }}}}, or add fallback under [fields.{name}]",
        )
