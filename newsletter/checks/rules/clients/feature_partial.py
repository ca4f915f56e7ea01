"""CL002: what the template uses works in full where readers read."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.client_support import lacks, told_lack
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="CL002",
    slug="feature-partial",
    severity=Severity.INFO,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A mail client supports what the template uses only in part.

    ## What it does
    Looks for features that every client in `[checks] clients` has, and some with an exception, and
    tells what caniemail.com says of it.

    ## Why it matters
    The exception may be the very thing the template does.

    ## Example
    ```css
    .kop { background-image: url("streep.png"); }
    ```

    ## Instead
    ```css
    .kop { background-color: #e8f0ef; }
    ```
    """
    return [told_lack(context, lack) for lack in lacks(context) if not lack.without]
