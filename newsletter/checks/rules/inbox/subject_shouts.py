"""IN002: the subject does not shout."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IN002",
    slug="subject-shouts",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The subject is in capitals.

    ## What it does
    Looks for two or more different words of at least four letters that are all in capitals.

    ## Why it matters
    Readers hear shouting, and spam filters count it.

    ## Example
    ```yaml
    subject: "LAATSTE KANS om je aan te melden"
    ```

    ## Instead
    ```yaml
    subject: "Nog een week om je aan te melden"
    ```
    """
    words = re.findall(r"[^\W\d_]{4,}", context.issue.subject)
    loud = list(dict.fromkeys(word for word in words if word.isupper()))
    if len(loud) > 1:
        yield Fault(
            what=f"the subject shouts: {' '.join(loud)[:80]}",
            place=context.issue.place("subject"),
            why="spam filters count words in capitals",
            fix="write them in small letters",
        )
