"""Totals over the reports of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.domain.finding import CheckReport, CheckStatus, Severity

__all__ = ["Tally"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many findings there are per severity, how many rules ended how, and why some did not run.

    `unasked` counts the rules on request, per reason; `unable` those that were asked for and cannot run. Both
    are in `rules`, and only there and here.
    """

    findings: Counter[Severity]
    rules: Counter[CheckStatus]
    reasons: Counter[str]
    unasked: Counter[str]
    unable: Counter[str]
    elapsed_s: float
    is_blocking: bool

    @classmethod
    def of(cls, reports: Sequence[CheckReport]) -> Tally:
        """Add up `reports`; `reasons` counts the skipped rules per reason."""
        results = [result for report in reports for result in report.results]
        return cls(
            findings=Counter(finding.severity for report in reports for finding in report.findings),
            rules=Counter(result.status for result in results),
            reasons=Counter(
                result.reason or ""
                for result in results
                if result.status is CheckStatus.SKIPPED and not (result.is_unasked or result.is_unable)
            ),
            unasked=Counter(result.reason or "" for result in results if result.is_unasked),
            unable=Counter(result.reason or "" for result in results if result.is_unable),
            elapsed_s=sum(report.elapsed_s for report in reports),
            is_blocking=any(report.is_blocking for report in reports),
        )

    @property
    def checked(self) -> int:
        """Return how many times a rule ran to its end."""
        return self.rules[CheckStatus.OK] + self.rules[CheckStatus.FINDING]
