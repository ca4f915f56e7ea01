"""IN001: the subject fits in a list of mails."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import shown_subject
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MOST, _WIDE = 70, 50


@rule(
    code="IN001",
    slug="subject-long",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The subject is so long that most programs cut it off.

    ## What it does
    Counts the characters of the subject as readers see it, slots at their fallback. More than 70 is
    a warning, more than 50 something to know.

    ## Why it matters
    A phone shows the first 33 to 48 characters. What stands behind them is read by few, so the
    point has to come first.

    ## Example
    ```yaml
    subject: "Nieuwsbrief 12: over de vraag of je als organisatie op social media wilt blijven"
    ```

    ## Instead
    ```yaml
    subject: "Wil je op social media blijven?"
    ```
    """
    shown = shown_subject(context)
    length = len(shown)
    if length > _MOST:
        yield Fault(
            what=f"the subject has {length} characters",
            place=context.issue.place("subject"),
            why=f'a phone shows about 40: "{shown[:40]}…"',
            fix=f"say it in {_MOST} characters, the point first",
        )
    elif length > _WIDE:
        yield Fault(
            what=f"the subject has {length} characters, more than the {_WIDE} a phone shows",
            place=context.issue.place("subject"),
            why=f'readers on a phone see: "{shown[:40]}…"',
            severity=Severity.INFO,
        )
