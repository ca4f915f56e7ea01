"""The report as SARIF 2.1.0, which editors and code scanning read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from newsletter import __version__
from newsletter.checks.baseline import fingerprint
from newsletter.checks.registry import Rule
from newsletter.domain.finding import CheckReport, Finding, Severity

__all__ = ["format_sarif"]

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def format_sarif(reports: Sequence[CheckReport], rules: Mapping[str, Rule]) -> str:
    """Return `reports` as one SARIF run; `rules` describe the codes.

    The fingerprint of a result is of rule, file and words, not of the line, so that it survives an edit
    above it. Source: OASIS, SARIF 2.1.0, sections 3.13, 3.27 and 3.49.
    """
    codes = list(rules)
    run = {
        "tool": {
            "driver": {
                "name": "newsletter",
                "version": __version__,
                "rules": [_rule(rule) for rule in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(report.crashed or report.unable for report in reports),
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": text}} for text in _breakdowns(reports)
                ],
            }
        ],
        "results": [_result(report, finding, codes) for report in reports for finding in report.findings],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _breakdowns(reports: Sequence[CheckReport]) -> Iterator[str]:
    for report in reports:
        yield from (f"{crash.code} crashed: {crash.reason}" for crash in report.crashed)
        yield from (f"{lack.code} could not run: {lack.reason}" for lack in report.unable)


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.slug.split("-")),
        "shortDescription": {"text": rule.title},
        "help": {"text": rule.doc, "markdown": rule.doc},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(report: CheckReport, finding: Finding, codes: Sequence[str]) -> dict[str, object]:
    path = finding.place.path if finding.place else report.path
    return {
        "ruleId": finding.code,
        **({"ruleIndex": codes.index(finding.code)} if finding.code in codes else {}),
        "level": _LEVELS[finding.severity],
        "message": {"text": ". ".join(filter(None, (finding.what, finding.why, finding.fix)))},
        "locations": [{"physicalLocation": _location(path, finding)}],
        "partialFingerprints": {"ruleAndWords/v1": fingerprint(finding, report.path)},
    }


def _location(path: str, finding: Finding) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": quote(path)}}
    if finding.place and finding.place.line:
        column = {"startColumn": finding.place.column} if finding.place.column else {}
        location["region"] = {"startLine": finding.place.line, **column}
    return location
