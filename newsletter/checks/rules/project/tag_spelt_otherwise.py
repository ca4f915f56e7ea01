"""PR013: a tag is written as in the letters before."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.tag import tag_slug

__all__ = ["check"]

_ALIKE = 0.88  # gemeente and gemeenten; not water and waterschap


@rule(
    code="PR013",
    slug="tag-spelt-otherwise",
    severity=Severity.WARNING,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A tag that no other issue has looks like one that others have.

    ## What it does
    Compares each of `tags` with those of the other issues in `issues/`: one that is new, and differs from a
    known one by a letter or two, a space or a capital, is told.

    ## Why it matters
    Each tag has a page in the archive. One subject under two names is on two pages, and neither has all of
    its letters.

    ## Example
    ```yaml
    tags: [gemeenten]   # the other letters have: gemeente
    ```

    ## Instead
    ```yaml
    tags: [gemeente]
    ```
    """
    issue = context.issue
    known = {tag: tag_slug(tag).replace("-", "") for other in context.other_issues for tag in other.tags}
    for tag in issue.tags:
        if tag in known:
            continue
        folded = tag_slug(tag).replace("-", "")
        found = get_close_matches(folded, sorted(set(known.values())), n=1, cutoff=_ALIKE)
        if found:
            meant = min(one for one, plain in known.items() if plain == found[0])
            yield Fault(
                what=f'the tag "{tag}" is "{meant}" in other letters',
                place=issue.place("tags"),
                fix=f'write "{meant}", or keep both when they are two subjects',
            )
