"""PR002: each letter has an address of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from newsletter.checks.context import CheckContext
from newsletter.checks.other_issues import OtherIssue
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.content.siblings import split_name
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
    for other in context.other_issues:
        if other.slug == issue.slug:
            yield Fault(
                what=f"{other.shown_path} has the slug {issue.slug} too",
                place=issue.place("slug"),
                why="who got that letter counts as having this one",
                fix=_fix(context, other) or "write another one:  slug: …",
            )
            return


def _fix(context: CheckContext, other: OtherIssue) -> str | None:
    """Return what to type when the two are languages of one issue, but for the name of one file."""
    names = [PurePosixPath(path) for path in (context.shown_path, other.shown_path)]
    (own_key, own_lang), (key, lang) = (split_name(one.name) for one in names)
    if own_key != key or names[0].parent != names[1].parent or bool(own_lang) == bool(lang):
        return None
    nameless, spoken = (names[1], other.lang) if own_lang else (names[0], context.issue.lang)
    name = f"{key}.{spoken}.md"
    if context.path.with_name(name).exists():
        return None
    return (
        f"if they are one letter in two languages: rename {nameless} to {nameless.with_name(name)}; "
        "else write another  slug: …"
    )
