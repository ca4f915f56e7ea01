"""ZZ002: what is ignored may be ignored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from newsletter.checks.comment_waivers import read_waivers
from newsletter.checks.context import CheckContext
from newsletter.checks.extensions import rules_for
from newsletter.checks.registry import Fault, Need, Rule, Stage, rule
from newsletter.checks.waivers import covers, nearest_rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity
from newsletter.source import Place

__all__ = ["check"]


@rule(
    code="ZZ002",
    slug="waiver-refused",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A check is ignored that does not exist or may not be ignored.

    ## What it does
    Looks at `checks: {ignore: …}` of the issue and at `[checks] ignore` of the configuration. Ignoring a
    rule on law, the list, double sending or merge fields is an error, as is ignoring one without a
    reason; a code that does not exist is a warning. The rule meant runs in any case. Comments such as
    `<!-- newsletter-ignore-next TX005: why -->` are held to the same.

    ## Why it matters
    A reader cannot waive on the author's behalf: without an unsubscribe link the letter is against the law,
    and "Beste ," cannot be explained away. A misspelt code gives a false sense that something was
    settled.

    ## Example
    ```yaml
    checks: {ignore: {MS006: "the link is in the previous letter"}}
    ```

    ## Instead
    Mend what the rule found. For rules that may be ignored, say why:

    ```yaml
    checks: {ignore: {TX005: "the letter is about the word TODO"}}
    ```
    """
    issue, config = context.issue, context.config
    rules = rules_for(config)
    yield from _refused(rules, issue.ignored_checks, issue.place("checks"))
    yield from _refused(rules, config.checks.ignore, config_place(config, "checks", "ignore"))
    for waiver in read_waivers(context):
        yield from _refused(rules, dict.fromkeys(waiver.patterns, waiver.reason), waiver.place)
        if not waiver.patterns:
            yield Fault(
                what="the comment does not say which check to ignore",
                place=waiver.place,
                fix="write <!-- newsletter-ignore-next TX005: the reason -->",
            )


def _refused(rules: Mapping[str, Rule], ignored: Mapping[str, str], place: Place) -> Iterator[Fault]:
    for pattern, reason in ignored.items():
        rule_named = rules.get(pattern.upper())
        if rule_named is not None and not rule_named.waivable:
            yield Fault(
                what=f"{rule_named.code} ({rule_named.slug}) cannot be ignored",
                place=place,
                why="rules on law, the list, double sending and merge fields hold for every letter",
                fix=f"take {pattern} out and mend what the rule finds",
            )
        elif not any(covers(pattern, code) for code in rules):
            near = nearest_rule(rules, pattern)
            yield Fault(
                what=f'there is no check "{pattern}" to ignore',
                place=place,
                fix=f"did you mean {near}?" if near else f"take {pattern} out",
                severity=Severity.WARNING,
            )
        elif not reason.strip():
            yield Fault(
                what=f"{pattern} is ignored without a reason",
                place=place,
                why="in a month nobody knows why",
                fix=f'write {pattern}: "the reason"',
            )
