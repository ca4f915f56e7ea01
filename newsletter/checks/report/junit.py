"""The report as JUnit XML: a suite per issue, a case per rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from newsletter.domain.finding import CheckReport, CheckResult, CheckStatus, Finding

__all__ = ["format_junit"]

_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""Characters XML 1.0 cannot hold (section 2.2)."""


def format_junit(reports: Sequence[CheckReport]) -> str:
    """Return `reports` as XML; a finding that blocks is a failure, the rest is output.

    A crash is an error, and so is a rule that was asked for and cannot run.
    """
    root = ElementTree.Element("testsuites", name="newsletter check")
    for report in reports:
        results = report.results
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_clean(report.path),
            tests=str(len(results)),
            failures=str(sum(bool(_blocking(report, result)) for result in results)),
            errors=str(len(report.crashed) + len(report.unable)),
            skipped=str(sum(_is_skipped(result) for result in results)),
            time=f"{report.elapsed_s:.3f}",
        )
        for result in results:
            _case(suite, report, result)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, report: CheckReport, result: CheckResult) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_clean(report.path),
        name=f"{result.code} {result.slug}",
        time=f"{result.elapsed_s:.3f}",
    )
    if _is_skipped(result):
        ElementTree.SubElement(case, "skipped", message=_clean(result.reason or ""))
    elif result.status is CheckStatus.CRASHED:
        ElementTree.SubElement(case, "error", message=_clean(result.reason or ""), type="crashed")
    elif result.is_unable:
        ElementTree.SubElement(case, "error", message=_clean(result.reason or ""), type="unable")
    for finding in result.findings:
        text = _clean(_text(finding))
        if finding.severity.is_at_least(report.fail_on):
            failure = ElementTree.SubElement(
                case, "failure", message=_clean(finding.what), type=finding.severity.value
            )
            failure.text = text
        else:
            ElementTree.SubElement(case, "system-out").text = text


def _is_skipped(result: CheckResult) -> bool:
    return result.status is CheckStatus.SKIPPED and not result.is_unable


def _blocking(report: CheckReport, result: CheckResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.severity.is_at_least(report.fail_on)]


def _text(finding: Finding) -> str:
    lines = [f"{finding.place}: {finding.what}" if finding.place else finding.what]
    lines += [f"why: {finding.why}"] if finding.why else []
    lines += [f"fix: {finding.fix}"] if finding.fix else []
    return "\n".join(lines)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
