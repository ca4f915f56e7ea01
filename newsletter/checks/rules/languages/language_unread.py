"""LG003: somebody gets each language."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LG003",
    slug="language-unread",
    severity=Severity.INFO,
    stage=Stage.AUDIENCE,
    needs=(Need.ISSUE, Need.LIST, Need.AUDIENCE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Nobody in the segment gets this language of the issue.

    ## What it does
    Asks the list for readers of the segment who get the letter in this language: those whose `lang` it is,
    or a form of it (`nl-BE` gets `nl`), and for the newsletter's own language also those whom no language
    of the issue fits.

    ## Why it matters
    Work on a translation that nobody gets is better spent elsewhere; or the list does not know which
    language its readers read.

    ## Example
    `2026-12-01-verhuisd.fr.md`, and no reader with `lang` *fr*.

    ## Instead
    Import the language of your readers (a column `lang`), or leave the file out.
    """
    if context.has_languages and not context.has_readers:
        yield Fault(
            what=f'nobody in the segment "{context.segment}" gets this language',
            place=context.segment_place,
            why="readers get the language the list has for them, and the newsletter's own where none fits",
            fix="newsletter segments count lang:… shows who has which",
        )
