"""IN004: the subject is no reply."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IN004",
    slug="subject-fake-reply",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The subject pretends to be a reply or a forwarded mail.

    ## What it does
    Looks for `Re:`, `Fwd:`, `Fw:`, `Antw:`, `AW:` and `Doorst:` at the beginning of the subject.

    ## Why it matters
    It deceives the reader, which the law on commercial mail forbids in several countries (CAN-SPAM
    among them), and mail programs hang the letter under another conversation.

    ## Example
    ```yaml
    subject: "Re: je vraag over de Woo"
    ```

    ## Instead
    ```yaml
    subject: "Jullie vragen over de Woo"
    ```
    """
    match = re.match(
        r"\s*(?:re|fwd?|antw|aw|sv|doorst|tr)(?:\[\d+\])?\s*:", context.issue.subject, re.IGNORECASE
    )
    if match:
        yield Fault(
            what=f'the subject begins with "{match[0].strip()}", as if it were an answer',
            place=context.issue.place("subject"),
            why="it deceives readers, and mail programs hang it under another conversation",
            fix="take it out",
        )
