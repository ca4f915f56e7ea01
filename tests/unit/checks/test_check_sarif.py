"""The SARIF report is valid by the schema of the standard, whatever stands in the findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from newsletter.checks.registry import load_rules
from newsletter.checks.report.sarif import format_sarif
from newsletter.domain.finding import CheckReport, CheckResult, CheckStatus, Edit, Finding, Mend, Severity
from newsletter.source import Place

SCHEMA = Draft4Validator(json.loads((Path(__file__).parent / "sarif-2.1.0.json").read_text()))
TEXT = st.text(max_size=20)
NUMBER = st.one_of(st.none(), st.integers(1, 10**6))


def _report(finding: Finding, *, crashed: str | None = None) -> CheckReport:
    results = [
        CheckResult(
            code=finding.code,
            slug=finding.slug,
            status=CheckStatus.FINDING,
            findings=(finding,),
            elapsed_s=0.1,
        )
    ]
    if crashed is not None:
        results.append(CheckResult(code="TX005", slug="x", status=CheckStatus.CRASHED, reason=crashed))
    return CheckReport(path="issues/brief.md", results=tuple(results))


@given(
    code=st.sampled_from(sorted(load_rules())),
    what=TEXT,
    fix=st.one_of(st.none(), TEXT),
    severity=st.sampled_from(Severity),
    place=st.one_of(
        st.none(),
        st.builds(Place, path=TEXT.filter(bool), line=NUMBER, column=NUMBER),
    ),
    crashed=st.one_of(st.none(), TEXT),
)
def test_any_finding_makes_a_valid_report(
    code: str, what: str, fix: str | None, severity: Severity, place: Place | None, crashed: str | None
) -> None:
    finding = Finding(code=code, slug="slug", severity=severity, what=what or "x", place=place, fix=fix)

    document = json.loads(format_sarif([_report(finding, crashed=crashed)], load_rules()))

    assert [error.message for error in SCHEMA.iter_errors(document)] == []


@pytest.mark.parametrize("reports", [[], [CheckReport(path="issues/brief.md", results=())]])
def test_a_report_without_findings_is_valid(reports: list[CheckReport]) -> None:
    document = json.loads(format_sarif(reports, load_rules()))

    assert [error.message for error in SCHEMA.iter_errors(document)] == []


def test_the_schema_refuses_what_is_not_sarif() -> None:
    assert list(SCHEMA.iter_errors({"version": "2.1.0", "runs": [{"results": [{"level": "grave"}]}]}))


def test_a_mend_is_no_part_of_the_report_that_breaks_it() -> None:
    mend = Mend(edits=(Edit(start=0, end=3, text="x"),))
    finding = Finding(code="TX006", slug="word-doubled", severity=Severity.WARNING, what="x", mend=mend)

    document = json.loads(format_sarif([_report(finding)], load_rules()))

    assert [error.message for error in SCHEMA.iter_errors(document)] == []
