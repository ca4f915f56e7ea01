"""The gate before a letter leaves: checked not long ago, on exactly what would be sent, and approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.checks.context import CheckContext
from newsletter.checks.need import Need
from newsletter.checks.receipt import take_receipt
from newsletter.domain.finding import CheckReport
from newsletter.domain.issue import Issue
from newsletter.domain.receipt import Clearance, Noted, Receipt
from newsletter.errors import ChecksFailed, DeliveryRefused, Problem
from newsletter.project.differences import receipt_differences
from newsletter.project.receipts import Receipts
from newsletter.source import Place

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["HOLDS_H", "Gate", "Judgement"]

HOLDS_H = 24
"""Hours a check holds: dates come nearer, links die and lists move on."""

_AHEAD = timedelta(minutes=5)
"""How far two clocks may differ before a receipt is from the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a letter may leave: what the checks say now, the receipt of the last one, what is in the way.

    `problems` are those of the gate; `report` has its own.
    """

    report: CheckReport
    receipt: Receipt | None
    problems: tuple[Problem, ...]
    clearance: Clearance | None

    def require(self) -> Clearance:
        """Return the clearance.

        Raises ChecksFailed for what the checks found or could not do, DeliveryRefused for what is in the way.
        """
        report = self.report
        found = [one for one in report.findings if one.severity.is_at_least(report.fail_on)]
        not_run = [*report.crashed, *(() if found else report.unproven)]
        if found or not_run:
            raise ChecksFailed(
                *(Problem(what=f"{f.code} {f.what}", place=f.place, why=f.why, fix=f.fix) for f in found),
                *(Problem(what=f"{r.code} {r.slug} did not run: {r.reason}") for r in not_run),
                Problem(
                    what="nothing was sent",
                    fix=f"mend what is named above, then: newsletter check {report.path}",
                ),
            )
        DeliveryRefused.raise_if(self.problems)
        assert self.clearance is not None, "nothing is in the way"
        return self.clearance

    @property
    def warnings(self) -> tuple[Noted, ...]:
        """Return what somebody has to see before the letter leaves."""
        found = [one for one in self.report.findings if not one.severity.is_at_least(self.report.fail_on)]
        return tuple(Noted.of(one) for one in found if one.severity == "warning")


class Gate:
    """Leaves receipts, and asks for them."""

    def __init__(self, project: Project) -> None:
        """Stand before the letters of `project`."""
        self._project = project
        self._receipts = Receipts(project.config.root)

    def record(self, context: CheckContext, report: CheckReport) -> Receipt | None:
        """Leave the receipt of a check with every rule; one that did not pass leaves none.

        Raises UsageError when the file cannot be written.
        """
        receipt = take_receipt(context, report, self._project.issues.rules())
        if receipt is not None:
            self._receipts.keep(receipt)
        elif context.lacks(Need.ISSUE) is None and context.segment is not None:
            self._receipts.drop(context.issue.slug, context.segment)
        return receipt

    def check(self, path: Path, *, segment: str | None = None) -> CheckReport:
        """Check the issue at `path` for `segment` (default: its own) with every rule, and leave the receipt.

        Raises UsageError, ConfigError, StoreError.
        """
        return self._project.issues.check(path, segment=segment, examined=self.record)

    def judge(self, path: Path, segment: str) -> Judgement:
        """Check the issue at `path` for `segment` once more and say whether it may leave.

        Raises UsageError, ConfigError, StoreError.
        """
        seen: list[CheckContext] = []
        report = self._project.issues.check(
            path, segment=segment, examined=lambda context, _report: seen.append(context)
        )
        context = seen[0]
        now = take_receipt(context, report, self._project.issues.rules())
        if now is None:  # most often the report says why
            unseen = Problem(
                what="the letter or its readers could not be looked at", place=Place(path=report.path)
            )
            return Judgement(report=report, receipt=None, problems=(unseen,), clearance=None)
        then = self._receipts.find(now.slug, segment)
        problems = self._in_the_way(context.issue, then, now)
        return Judgement(
            report=report,
            receipt=then,
            problems=tuple(problems),
            clearance=self._clearance(context.issue, then, report) if then and not problems else None,
        )

    def _in_the_way(self, issue: Issue, then: Receipt | None, now: Receipt) -> list[Problem]:
        problems = self._unproven(issue, then, now)
        if problems:
            to = "" if now.segment == issue.segment else f" --to {_quoted(now.segment)}"
            problems.append(Problem(what="nothing was sent", fix=f"newsletter check {now.path}{to}"))
        return problems

    def _unproven(self, issue: Issue, then: Receipt | None, now: Receipt) -> list[Problem]:
        place = Place(path=issue.shown_path)
        if then is None:
            others = ", ".join(f'"{one}"' for one in self._receipts.segments(now.slug))
            why = f"it was checked for {others}; each audience is checked by itself" if others else _WHY
            return [Problem(what=f'this letter was not checked for "{now.segment}"', place=place, why=why)]
        age = now.checked_at - then.checked_at
        if age > timedelta(hours=HOLDS_H) or age < -_AHEAD:
            when = f"{then.checked_at.astimezone():%Y-%m-%d %H:%M}"
            return [Problem(what=f"this letter was last checked on {when}", place=place, why=_WHY)]
        ago = _ago(now.checked_at, then.checked_at)
        return [Problem(what=f"{what} since the check of {ago}") for what in receipt_differences(then, now)]

    def _clearance(self, issue: Issue, then: Receipt, report: CheckReport) -> Clearance:
        warnings = [Noted.of(one) for one in report.findings if one.severity == "warning"]
        return Clearance(
            issue_digest=issue.digest,
            checked_at=then.checked_at,
            warnings=tuple(str(one) for one in warnings),
        )


_WHY = f"a letter leaves within {HOLDS_H} hours of a check that passed, on exactly what was checked"


def _ago(now: datetime, then: datetime) -> str:
    minutes = max(0, round((now - then).total_seconds() / 60))
    if minutes < 1:
        return "a moment ago"
    if minutes < 60:
        return f"{minutes} minutes ago" if minutes > 1 else "a minute ago"
    hours = round(minutes / 60)
    return f"{hours} hours ago" if hours > 1 else "an hour ago"


def _quoted(segment: str) -> str:
    from shlex import quote

    return quote(segment)
