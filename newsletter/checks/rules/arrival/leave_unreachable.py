"""HD005: the page for leaving can be reached."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.answers import asked_page
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity
from newsletter.domain.link_answer import LinkState

__all__ = ["check"]


@rule(
    code="HD005",
    slug="leave-unreachable",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(
        Need.ISSUE,
        Need.RENDERED,
    ),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The page for leaving cannot be reached.

    ## What it does
    Asks, on request (`--network`), for a page to unsubscribe at `[newsletter] base_url`, with a made-up key,
    and looks only whether a server answers there. Nobody is unsubscribed: asking for a page changes nothing.

    ## Why it matters
    A link to leave that does not work is against the law (Telecommunicatiewet 11.7), and readers who cannot
    leave report the letter as spam.

    ## Example
    ```toml
    [newsletter]
    base_url = "https://breif.example"
    ```

    ## Instead
    ```toml
    [newsletter]
    base_url = "https://brief.example"
    ```
    """
    base_url = context.config.newsletter.base_url
    if not base_url:
        return
    answer = asked_page(context, context.sample_links["unsubscribe_url"])
    has_server = answer.status is not None
    if has_server or answer.state is LinkState.FORBIDDEN:
        return
    is_lost = answer.state in (LinkState.GONE, LinkState.UNTRUSTED)
    yield Fault(
        what=f"the page for leaving cannot be reached at {base_url}: {answer.reason}",
        place=config_place(context.config, "newsletter", "base_url"),
        severity=None if is_lost else Severity.WARNING,
        why="every letter must have a link to leave that works",
        fix="start the site, or mend [newsletter] base_url",
    )
