"""What a check found, and how a rule ended: not run is never passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.source import Place

__all__ = ["ON_REQUEST", "CheckReport", "CheckResult", "CheckStatus", "Edit", "Finding", "Mend", "Severity"]

ON_REQUEST = "on request"
"""What the reason begins with why a rule did not run that nobody asked for."""


class Severity(StrEnum):
    """error blocks sending; warning must be acknowledged; info is advice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def is_at_least(self, other: Severity) -> bool:
        """Say whether this is as grave as `other`, or graver."""
        order = tuple(Severity)
        return order.index(self) <= order.index(other)


class CheckStatus(StrEnum):
    """How one rule ended."""

    OK = "ok"
    FINDING = "finding"
    SKIPPED = "skipped"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edit:
    """Bytes `start` to `end` (from 0, end excluded) of a file become `text`, in UTF-8."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """How a program mends a fault in the issue's own file: all of `edits`, or none.

    `is_safe` says that no reader can notice more than that the fault is gone.
    """

    edits: tuple[Edit, ...]
    is_safe: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: rule `code` and `slug`, where, what, why and what to type.

    `readers` names every reader it concerns, addresses shortened; `what` may name only some.
    `mend` is how `check --fix` changes the issue's file; None where a person has to choose.
    """

    code: str
    slug: str
    severity: Severity
    what: str
    place: Place | None = None
    why: str | None = None
    fix: str | None = None
    readers: tuple[str, ...] = ()
    mend: Mend | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one rule ended on one issue; `reason` tells why it was skipped or how it crashed.

    `severity` is the rule's own, which a single finding may differ from. `is_waived` says that the rule
    was skipped because the author gave a reason to do without it. `waived` are findings that a comment
    in the letter, with a reason, has waved through; they are not among `findings`.
    `is_unasked` says that the rule looks outside this machine, or takes long, and nobody asked for it;
    `is_unable` that it was asked for and cannot be run here.
    """

    code: str
    slug: str
    status: CheckStatus
    severity: Severity = Severity.ERROR
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    is_waived: bool = False
    waived: tuple[Finding, ...] = ()
    is_unasked: bool = False
    is_unable: bool = False
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """All results for one issue, in order of code. `fail_on` is the least severity that blocks."""

    path: str
    results: tuple[CheckResult, ...]
    fail_on: Severity = Severity.ERROR
    elapsed_s: float = 0.0

    @property
    def findings(self) -> Sequence[Finding]:
        """Return every finding, in order of place then code; those without a place come last."""
        found = [finding for result in self.results for finding in result.findings]
        return sorted(found, key=_order)

    def count(self, severity: Severity) -> int:
        """Return how many findings have `severity`."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def crashed(self) -> Sequence[CheckResult]:
        """Return the rules that broke down; their verdict is unknown."""
        return [result for result in self.results if result.status is CheckStatus.CRASHED]

    @property
    def unproven(self) -> Sequence[CheckResult]:
        """Return the rules at error level that should have run and did not; sending needs them.

        Those that were waived, and those on request that nobody asked for, are not among them.
        """
        return [
            result
            for result in self.results
            if result.status is CheckStatus.SKIPPED
            and result.severity is Severity.ERROR
            and not (result.is_waived or result.is_unasked)
        ]

    @property
    def unable(self) -> Sequence[CheckResult]:
        """Return the rules that were asked for and cannot be run here; the run is incomplete."""
        return [result for result in self.results if result.is_unable]

    @property
    def is_blocking(self) -> bool:
        """Say whether sending must be refused: a finding is grave enough or a rule crashed."""
        return bool(self.crashed) or any(f.severity.is_at_least(self.fail_on) for f in self.findings)


def _order(finding: Finding) -> tuple[bool, str, int, int, str]:
    place = finding.place
    if place is None:
        return True, "", 0, 0, finding.code
    return False, place.path, place.line or 0, place.column or 0, finding.code
