"""SP001: a spam filter lets the letter through."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.answers import spam_verdict
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_SPAM, _SUSPECT, _SHOWN = 5.0, 3.0, 8
_OF_TEMPLATE = ("HTML_FONT_LOW_CONTRAST",)
"""What SpamAssassin finds in every letter with a preheader that is not shown."""


@rule(
    code="SP001",
    slug="spam-score",
    severity=Severity.ERROR,
    stage=Stage.SPAM,
    needs=(Need.MESSAGE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A spam filter takes the letter for spam.

    ## What it does
    Has SpamAssassin judge the whole message on request (`--spam`), after proof that the filter works at
    all. From 5 points it is an error, from 3 a warning. What every letter in the packaged templates
    gets, for its hidden preheader, is not counted. A decent letter gets less than two points, so this
    says little about where a letter lands.

    ## Why it matters
    Many organisations put mail with 5 points in the spam folder, or refuse it.

    ## Example
    ```yaml
    ---
    subject: "GRATIS geld!!! Klik nu op deze link $$$"
    ---
    ```

    ## Instead
    ```yaml
    ---
    subject: "Waar subsidie voor is, en hoe je die aanvraagt"
    ---
    ```
    """
    verdict = spam_verdict(context)
    hits = [hit for hit in verdict.hits if hit.score > 0 and hit.rule not in _OF_TEMPLATE]
    score = verdict.score - sum(hit.score for hit in verdict.hits if hit.rule in _OF_TEMPLATE)
    if score < _SUSPECT:
        return
    yield Fault(
        what=f"a spam filter gives the letter {score:.1f} points",
        place=context.issue.place(),
        severity=None if score >= _SPAM else Severity.WARNING,
        why="; ".join(f"{hit.score:g} {hit.rule} {hit.meaning}".rstrip() for hit in hits[:_SHOWN]) or None,
        fix="change what the heaviest of these look for",
    )
