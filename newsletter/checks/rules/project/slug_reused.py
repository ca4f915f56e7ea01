"""PR002: each letter has an address of its own."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="PR002",
    slug="slug-reused",
    severity=Severity.ERROR,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Another issue has the same slug.

    ## What it does
    Compares the slug, from the front matter or the file name, with that of the other issues in
    `issues/`.

    ## Why it matters
    The slug is the letter's name in links, in the archive and in the ledger: who got the other
    letter counts as having this one.

    ## Example
    ```yaml
    slug: wel-of-niet   # as in the letter of two weeks ago
    ```

    ## Instead
    ```yaml
    slug: wel-of-niet-vervolg
    ```
    """
    issue = context.issue
    for other in context.siblings:
        if other.slug == issue.slug:
            yield Fault(
                what=f"{other.shown_path} has the slug {issue.slug} too",
                place=issue.place("slug"),
                why="who got that letter counts as having this one",
                fix="write another one:  slug: …",
            )
            return
