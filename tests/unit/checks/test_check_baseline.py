"""What is known from an earlier day is left out, once for each time it was known, and law never."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.checks.baseline import read_baseline, write_baseline
from newsletter.checks.registry import load_rules
from newsletter.checks.report.distinct import told_once
from newsletter.checks.report.statistics import format_statistics
from newsletter.checks.report.summary import format_summary
from newsletter.domain.finding import CheckReport, CheckResult, CheckStatus, Finding, Severity
from newsletter.errors import UsageError
from newsletter.source import Place

PATH = "issues/2026-11-24-brief.md"
TEMPLATE = Place(path="templates/letter.mjml.j2")


def _finding(code: str = "LK001", line: int | None = 4, **more: object) -> Finding:
    place = Place(path=PATH, line=line)
    settings = {"what": "leeg", "slug": load_rules()[code].slug, "place": place, **more}
    return Finding(code=code, severity=Severity.ERROR, **settings)


def _report(*findings: Finding, path: str = PATH) -> CheckReport:
    codes = dict.fromkeys(finding.code for finding in findings)
    results = [
        CheckResult(
            code=code,
            slug=load_rules()[code].slug,
            status=CheckStatus.FINDING,
            findings=tuple(finding for finding in findings if finding.code == code),
        )
        for code in codes
    ]
    return CheckReport(path=path, results=tuple(results))


def test_what_is_known_is_left_out_also_on_another_line(tmp_path: Path) -> None:
    write_baseline(tmp_path / "known.json", [_report(_finding())], load_rules())

    after = read_baseline(tmp_path / "known.json").without_known(_report(_finding(line=40)), load_rules())

    assert (after.findings, after.is_blocking) == ([], False)
    assert after.results[0].reason == "everything it saw is in the baseline"


def test_a_second_fault_of_the_same_kind_is_new(tmp_path: Path) -> None:
    write_baseline(tmp_path / "known.json", [_report(_finding())], load_rules())

    after = read_baseline(tmp_path / "known.json").without_known(
        _report(_finding(), _finding(line=9)), load_rules()
    )

    assert [finding.place.line for finding in after.findings if finding.place] == [9]


def test_what_cannot_be_ignored_is_never_known(tmp_path: Path) -> None:
    report = _report(_finding("MS006"))

    count = write_baseline(tmp_path / "known.json", [report], load_rules())

    assert count == 0
    assert read_baseline(tmp_path / "known.json").without_known(report, load_rules()) == report


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"findings": {"x": "y"}}', '{"findings": []}', "[" * 100_000]
)
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "known.json").write_text(text)

    with pytest.raises(UsageError, match="not a file that --write-baseline made"):
        read_baseline(tmp_path / "known.json")


def test_a_file_that_is_not_there_is_told_with_the_command_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="newsletter check --write-baseline"):
        read_baseline(tmp_path / "known.json")


def test_a_fault_of_the_template_is_told_once_for_all_issues() -> None:
    fault = _finding("LK011", place=TEMPLATE)

    first, second = told_once([_report(fault), _report(fault, path="issues/2026-12-01-later.md")])

    assert (len(first.findings), len(second.findings)) == (1, 0)
    assert second.results[0].status is CheckStatus.FINDING


def test_two_issues_keep_their_own_faults() -> None:
    reports = [_report(_finding()), _report(_finding(place=None), path="issues/2026-12-01-later.md")]

    assert [1, 1] == [len(report.findings) for report in told_once(reports)]


def test_statistics_count_per_rule() -> None:
    lines = format_statistics([_report(_finding(), _finding(line=7), _finding("LK011"))]).splitlines()

    assert [line.split()[0] for line in lines] == ["findings", "2", "1", "3"]
    assert lines[1].endswith("LK001 link-empty")


def test_the_summary_of_a_job_has_every_finding_and_no_markup_of_its_words() -> None:
    page = format_summary([_report(_finding(what="a|b <script> [x](y)\nz"), _finding("LK011"))])

    assert page.startswith("## newsletter check: refused\n")
    assert r"a\|b \<script\> \[x\](y) z" in page
    assert page.count("| error |") == 2
