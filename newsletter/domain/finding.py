"""What a check found, and how a rule ended: not run is never passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.source import Place

__all__ = ["CheckReport", "CheckResult", "CheckStatus", "Finding", "Severity"]


class Severity(StrEnum):
    """error blocks sending; warning must be acknowledged; info is advice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class CheckStatus(StrEnum):
    """How one rule ended."""

    OK = "ok"
    FINDING = "finding"
    SKIPPED = "skipped"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: rule `code` and `slug`, where, what, why and what to type."""

    code: str
    slug: str
    severity: Severity
    what: str
    place: Place | None = None
    why: str | None = None
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one rule ended on one issue; `reason` tells why it was skipped or how it crashed."""

    code: str
    slug: str
    status: CheckStatus
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """All results for one issue, in order of code."""

    path: str
    results: tuple[CheckResult, ...]
    elapsed_s: float = 0.0

    @property
    def findings(self) -> Sequence[Finding]:
        """Return every finding, in order of place then code."""
        found = [finding for result in self.results for finding in result.findings]
        return sorted(found, key=lambda f: (f.place is None, f.place.line or 0 if f.place else 0, f.code))

    def count(self, severity: Severity) -> int:
        """Return how many findings have `severity`."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def is_blocking(self) -> bool:
        """Say whether sending must be refused: an error was found or a rule crashed."""
        return self.count(Severity.ERROR) > 0 or any(r.status is CheckStatus.CRASHED for r in self.results)
