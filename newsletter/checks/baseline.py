"""Findings known from an earlier day: counted per file, rule and words, and left out of a report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from newsletter.checks.registry import Rule
from newsletter.domain.finding import CheckReport, CheckResult, CheckStatus, Finding
from newsletter.errors import Problem, UsageError
from newsletter.replacing import replace_file
from newsletter.source import Place

__all__ = ["Baseline", "fingerprint", "read_baseline", "write_baseline"]

_VERSION = 1
_MAX_BYTES = 20_000_000


def fingerprint(finding: Finding, path: str) -> str:
    """Return what stays the same of a finding when lines above it change; `path` is the issue's."""
    file = finding.place.path if finding.place else path
    return sha256("\0".join((finding.code, file, finding.what)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """How often each finding, by fingerprint, was known."""

    known: Mapping[str, int]

    def without_known(self, report: CheckReport, rules: Mapping[str, Rule]) -> CheckReport:
        """Return `report` without the findings known; those of rules that cannot be waived stay."""
        left = Counter(self.known)
        return replace(
            report, results=tuple(_without(result, report.path, left, rules) for result in report.results)
        )


def read_baseline(path: Path) -> Baseline:
    """Return the baseline in the file `path`. Raises UsageError when it cannot be read as one."""
    place = Place(path=str(path))
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_MAX_BYTES))
        known = {str(name): int(count) for name, count in document["findings"].items()}
    except FileNotFoundError as error:
        raise UsageError(
            Problem(
                what=f"there is no file {path}",
                fix=f"write it first: newsletter check --write-baseline {path}",
            )
        ) from error
    except OSError as error:
        raise UsageError(Problem(what=f"{path} cannot be read: {(error.strerror or '').lower()}")) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            Problem(
                what="this is not a file that --write-baseline made",
                place=place,
                fix=f"write it again: newsletter check --write-baseline {path}",
            )
        ) from error
    return Baseline(known=known)


def write_baseline(path: Path, reports: Sequence[CheckReport], rules: Mapping[str, Rule]) -> int:
    """Write the findings of `reports` that may be waived to the file `path`; return how many.

    Raises UsageError when it cannot be written.
    """
    counts = Counter(_waivable(reports, rules))
    text = json.dumps({"version": _VERSION, "findings": dict(sorted(counts.items()))}, indent=1) + "\n"
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise UsageError(
            Problem(what=f"{path} cannot be written: {(error.strerror or '').lower()}")
        ) from error
    return counts.total()


def _waivable(reports: Iterable[CheckReport], rules: Mapping[str, Rule]) -> Iterable[str]:
    for report in reports:
        for finding in report.findings:
            if finding.code in rules and rules[finding.code].waivable:
                yield fingerprint(finding, report.path)


def _without(result: CheckResult, path: str, left: Counter[str], rules: Mapping[str, Rule]) -> CheckResult:
    if result.status is not CheckStatus.FINDING or not rules[result.code].waivable:
        return result
    kept = []
    for finding in result.findings:
        name = fingerprint(finding, path)
        if left[name] > 0:
            left[name] -= 1
        else:
            kept.append(finding)
    if len(kept) == len(result.findings):
        return result
    if kept:
        return replace(result, findings=tuple(kept))
    reason = "everything it saw is in the baseline"
    return replace(result, status=CheckStatus.SKIPPED, findings=(), reason=reason, is_waived=True)
