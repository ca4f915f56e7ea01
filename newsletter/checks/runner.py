"""Run the rules over one issue: every rule ends ok, finding, skipped or crashed; not run is never passed."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import PurePath
from time import perf_counter

from newsletter.checks.comment_waivers import CommentWaiver, read_waivers, waives
from newsletter.checks.context import CheckContext
from newsletter.checks.deadline import TooLong, cpu_deadline
from newsletter.checks.extensions import rules_for
from newsletter.checks.letters import faults_of
from newsletter.checks.registry import Fault, Need, Rule, Stage
from newsletter.checks.waivers import Choice, Wishes, choose
from newsletter.domain.finding import ON_REQUEST, CheckReport, CheckResult, CheckStatus, Severity
from newsletter.errors import CannotAsk
from newsletter.source import Place

__all__ = ["run_checks"]

_LONGEST_S = 60.0
"""How long a rule may compute, in seconds; the slowest of ours takes a hundredth of one."""

_MOST = 100
"""Most findings of one rule in one letter; when they are mended the next run shows the rest."""


def run_checks(
    context: CheckContext,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    strict: bool = False,
    rules: Mapping[str, Rule] | None = None,
) -> CheckReport:
    """Run `rules` (default: all that hold in the project) over the issue of `context`.

    `select` and `ignore` are codes or starts of codes; they come on top of what configuration and issue
    ignore. `strict` makes warnings block. A rule that raises is reported as crashed and stops nothing.
    Raises UsageError for an unknown code and for ignoring a rule that cannot be ignored, ConfigError for
    the same in the configuration.
    """
    start = perf_counter()
    rules = rules_for(context.config) if rules is None else rules
    checks = context.config.checks
    wishes = Wishes(
        select=tuple(select),
        ignore=tuple(ignore),
        config_select=checks.select,
        config_ignore=checks.ignore,
        config_path=context.config.shown_path,
        issue_ignore=context.issue.ignored_checks if context.lacks(Need.ISSUE) is None else {},
    )
    results = _Run(context=context, rules=rules, choice=choose(rules, wishes)).results()
    return CheckReport(
        path=context.shown_path,
        results=tuple(sorted(results, key=lambda result: result.code)),
        fail_on=_threshold(checks.fail_on, strict=strict),
        elapsed_s=perf_counter() - start,
    )


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run: what each rule saw so far, so that the primary cause speaks."""

    context: CheckContext
    rules: Mapping[str, Rule]
    choice: Choice
    seen: dict[str, CheckResult] = field(default_factory=dict)

    def results(self) -> list[CheckResult]:
        """Run every rule; those that review what was found come last."""
        review = [code for code, rule in self.rules.items() if rule.stage is Stage.REVIEW]
        for code in self.rules:
            if code not in review:
                self._ensure(code, frozenset())
        waivers = read_waivers(self.context)
        told = [self._waived(self._without_echoes(result), waivers) for result in self.seen.values()]
        self.context.reviewed = tuple(told)
        return [*told, *(self._ensure(code, frozenset()) for code in review)]

    def _waived(self, result: CheckResult, waivers: Sequence[CommentWaiver]) -> CheckResult:
        """Return `result` without the findings that a comment in the letter waves through."""
        rule = self.rules[result.code]
        waived = tuple(finding for finding in result.findings if waives(waivers, rule, finding))
        if not waived:
            return result
        kept = tuple(finding for finding in result.findings if finding not in waived)
        if kept:
            return replace(result, findings=kept, waived=waived)
        reason = "a comment in the letter gives a reason to let it pass"
        return replace(
            result, status=CheckStatus.SKIPPED, findings=(), waived=waived, reason=reason, is_waived=True
        )

    def _ensure(self, code: str, under_way: frozenset[str]) -> CheckResult:
        """Return how rule `code` ended, running first the rules that can block it."""
        if code not in self.seen:
            rule = self.rules[code]
            causes = [
                self._ensure(cause, under_way | {code})
                for cause in rule.blocked_by
                if cause in self.rules and cause not in under_way
            ]
            self.seen[code] = self._end_of(rule, causes)
        return self.seen[code]

    def _end_of(self, rule: Rule, causes: Iterable[CheckResult]) -> CheckResult:
        if rule.code in self.choice.unselected:
            return _skipped(rule, self.choice.unselected[rule.code])
        if rule.code in self.choice.waived:
            return replace(_skipped(rule, self.choice.waived[rule.code]), is_waived=True)
        if rule.stage.option and rule.stage not in self.context.outside.asked:
            return replace(_skipped(rule, f"{ON_REQUEST}, with {rule.stage.option}"), is_unasked=True)
        for cause in causes:
            if cause.status in (CheckStatus.FINDING, CheckStatus.CRASHED):
                return _skipped(rule, f"waits for {cause.code} ({cause.slug})")
        return self._run(rule)

    def _run(self, rule: Rule) -> CheckResult:
        start = perf_counter()
        try:
            for need in rule.needs:
                lack = self.context.lacks(need)
                if lack is not None:
                    return _skipped(rule, lack)
            start = perf_counter()
            # What a rule prints must not end up in a report.
            with redirect_stdout(sys.stderr), cpu_deadline(_LONGEST_S):
                faults = list(islice(faults_of(rule, self.context), _MOST + 1))
            findings = tuple(rule.finding(fault) for fault in _shown(faults))
        except CannotAsk as lack:
            return replace(_skipped(rule, _in_a_line(lack)), is_unable=True)
        except (Exception, SystemExit, TooLong) as error:  # noqa: BLE001 a rule, perhaps a stranger's, may not stop
            # the others, nor the program; the crash is not swallowed: it is a result of its own, and it
            # blocks sending.
            return replace(
                _skipped(rule, _describe(error)),
                status=CheckStatus.CRASHED,
                elapsed_s=perf_counter() - start,
            )
        return CheckResult(
            code=rule.code,
            slug=rule.slug,
            severity=rule.severity,
            status=CheckStatus.FINDING if findings else CheckStatus.OK,
            findings=findings,
            elapsed_s=perf_counter() - start,
        )

    def _without_echoes(self, result: CheckResult) -> CheckResult:
        """Return `result` without the findings that a rule closer to the cause made at the same place."""
        voices = [
            self.seen[code]
            for code, rule in self.rules.items()
            if result.code in rule.suppresses and self.seen[code].findings
        ]
        spots = {_spot(finding.place) for voice in voices for finding in voice.findings}
        kept = tuple(finding for finding in result.findings if _spot(finding.place) not in spots)
        if len(kept) == len(result.findings):
            return result
        if kept:
            return replace(result, findings=kept)
        names = ", ".join(f"{voice.code} ({voice.slug})" for voice in voices)
        return replace(
            result, status=CheckStatus.SKIPPED, findings=(), reason=f"what it saw is reported by {names}"
        )


def _shown(faults: list[Fault]) -> list[Fault]:
    """Return `faults`, the last of very many with a word that there are more."""
    if len(faults) <= _MOST:
        return faults
    last = faults[_MOST - 1]
    return [*faults[: _MOST - 1], replace(last, what=f"{last.what} … and more like it")]


def _spot(place: Place | None) -> tuple[str, int | None] | None:
    return None if place is None else (place.path, place.line)


def _skipped(rule: Rule, reason: str) -> CheckResult:
    return CheckResult(
        code=rule.code,
        slug=rule.slug,
        severity=rule.severity,
        status=CheckStatus.SKIPPED,
        reason=reason,
    )


def _in_a_line(error: CannotAsk) -> str:
    problem = error.problems[0]
    return "; ".join(filter(None, (problem.what, problem.why, problem.fix)))


def _describe(error: BaseException) -> str:
    if isinstance(error, TooLong):
        return f"it was stopped after computing for {_LONGEST_S:g} seconds"
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}{where}"


def _threshold(fail_on: str, *, strict: bool) -> Severity:
    threshold = Severity(fail_on)
    return Severity.WARNING if strict and threshold is Severity.ERROR else threshold
