"""ZZ002: what is ignored may be ignored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, load_rules, rule
from newsletter.checks.waivers import covers, nearest_rule
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
    Looks at `checks: {ignore: …}` of the issue and at `[checks] ignore` of the configuration. Ignoring
    a
    rule on law, the list, double sending or merge fields is an error, as is ignoring one without a
    reason;
    a code that does not exist is a warning. The rule meant runs in any case.

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
    yield from _refused(issue.ignored_checks, issue.place("checks"))
    yield from _refused(config.checks.ignore, Place(path=config.shown_path))


def _refused(ignored: Mapping[str, str], place: Place) -> Iterator[Fault]:
    rules = load_rules()
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
