"""HD006: mails of one list can be told."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LIST_ID = re.compile(r"<[\w-]+(?:\.[\w-]+)+>")


@rule(
    code="HD006",
    slug="list-id-missing",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED, Need.MESSAGE),
    blocked_by=("SN007",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A message has no List-Id header.

    ## What it does
    Builds a message and looks for `List-Id` with a name between angle brackets (RFC 2919).

    ## Why it matters
    Readers sort by it, and Gmail and others keep the good name of a list by it.

    ## Example
    ```text
    From: Renata <renata@brief.example>
    Subject: Kort nieuws
    ```

    ## Instead
    ```text
    From: Renata <renata@brief.example>
    List-Id: Helder bestuur <helder-bestuur.brief.example>
    ```
    """
    value = context.sample_headers[0].get("list-id", "")
    if not _LIST_ID.search(value):
        yield Fault(
            what=f'the List-Id is "{value}", without a name in angle brackets'
            if value
            else "the message has no List-Id",
            place=config_place(context.config, "sender", "list_id"),
            why="readers and mail programs tell a list by it",
            fix='set list_id under [sender], such as "letter.example.org"',
        )
