"""HD010: a letter is no automatic answer."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.source import Place

__all__ = ["check"]


@rule(
    code="HD010",
    slug="header-automatic",
    severity=Severity.INFO,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED, Need.MESSAGE),
    blocked_by=("SN007",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A message calls itself automatic or bulk.

    ## What it does
    Looks for `Auto-Submitted` (other than *no*) and for `Precedence: junk` or `bulk`.

    ## Why it matters
    Out-of-office programs are silent then, which is fine, but so are some servers that should tell
    you of a bounce; junk lands where it says (RFC 3834).

    ## Example
    ```text
    Precedence: junk
    ```

    ## Instead
    ```text
    List-Id: Helder bestuur <helder-bestuur.brief.example>
    ```
    """
    headers = context.sample_headers[0]
    automatic = headers.get("auto-submitted", "no").lower()
    precedence = headers.get("precedence", "").lower()
    if automatic != "no" or precedence in ("junk", "bulk"):
        named = f"Auto-Submitted: {automatic}" if automatic != "no" else f"Precedence: {precedence}"
        yield Fault(
            what=f"the message says {named}",
            place=Place(path=context.config.shown_path),
            fix="leave the header out; List-Id says that it is a list",
        )
