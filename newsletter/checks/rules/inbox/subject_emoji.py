"""IN006: the subject speaks in words."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IN006",
    slug="subject-emoji",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The subject begins with an emoji, or has more than one.

    ## What it does
    Counts emoji in the subject.

    ## Why it matters
    Screen readers spell each of them out, some programs show a box, and filters count them.

    ## Example
    ```yaml
    subject: "🎉🎉 Een jaar deze brief"
    ```

    ## Instead
    ```yaml
    subject: "Een jaar deze brief 🎉"
    ```
    """
    subject = context.issue.subject.strip()
    found = [char for char in subject if _is_emoji(char)]
    if len(found) > 1 or (found and subject.startswith(found[0])):
        yield Fault(
            what=f"the subject has {len(found)} emoji"
            if len(found) > 1
            else "the subject begins with an emoji",
            place=context.issue.place("subject"),
            why="screen readers spell it out before they come to your words",
            fix="use one at most, behind the words",
        )


def _is_emoji(char: str) -> bool:
    return "\U0001f300" <= char <= "\U0001faff" or "\u2600" <= char <= "\u27bf"
