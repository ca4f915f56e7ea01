"""HD001: mail programs can offer to leave."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="HD001",
    slug="list-unsubscribe-missing",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED, Need.MESSAGE),
    waivable=False,
    blocked_by=("SN007",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A message has no List-Unsubscribe header.

    ## What it does
    Builds the message of a reader as sending does and reads its headers.

    ## Why it matters
    Gmail, Yahoo and Microsoft require it of who mails many people (RFC 2369), and show a button to
    leave beside the sender.

    ## Example
    ```text
    Subject: Kort nieuws
    ```

    ## Instead
    ```text
    Subject: Kort nieuws
    List-Unsubscribe: <https://brief.example/unsubscribe/…>
    ```
    """
    if not context.sample_headers[0].get("list-unsubscribe"):
        yield Fault(
            what="the message has no List-Unsubscribe header",
            why="the large mail services refuse mail to a list without it",
            fix="this is a fault of the program, not of the letter: report it",
        )
