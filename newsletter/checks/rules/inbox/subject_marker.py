"""IN005: the subject is not a working title."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MARKER = re.compile(
    r"\A\s*[\[(](?:test|concept|draft|proef)[\])]|\A\s*(?:test|concept|draft|proef)\s*:"
    r"|\A(?:kopie van|copy of)\b"
    r"|\b[vV]\d{1,2}\s*\Z|\((?:concept|draft|kopie|copy|definitief|final)(?: \d+)?\)\s*\Z",
    re.IGNORECASE,
)


@rule(
    code="IN005",
    slug="subject-marker",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A working title was left in the subject.

    ## What it does
    Looks for `[TEST]`, `TEST:`, `CONCEPT`, `DRAFT:`, `kopie van`, `copy of` and a version such as
    `v2` at the ends of the subject.

    ## Why it matters
    Everybody sees it, and it cannot be taken back.

    ## Example
    ```yaml
    subject: "CONCEPT: wil je op social media blijven?"
    ```

    ## Instead
    ```yaml
    subject: "Wil je op social media blijven?"
    ```
    """
    match = _MARKER.search(context.issue.subject)
    if match:
        yield Fault(
            what=f'the subject has the working title "{match[0].strip()}"',
            place=context.issue.place("subject"),
            fix="take it out; newsletter send --test marks a test by itself",
        )
