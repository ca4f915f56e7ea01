"""The same report for people, scripts, GitHub, CI servers and editors."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.explain import explain, list_rules
from newsletter.checks.registry import load_rules
from newsletter.checks.report.excerpt import Sources
from newsletter.checks.report.github import format_github
from newsletter.checks.report.human import format_human
from newsletter.checks.report.json import format_json
from newsletter.checks.report.junit import format_junit
from newsletter.checks.report.sarif import format_sarif
from newsletter.checks.report.summary import format_summary
from newsletter.domain.finding import CheckReport, CheckResult, CheckStatus, Finding, Severity
from newsletter.errors import UsageError
from newsletter.source import Place

PATH = "issues/brief.md"
LETTER = "---\nsubject: Kort nieuws\n---\nLees [het verhaal]().\n"


def _finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "code": "LK001",
        "slug": "link-empty",
        "severity": Severity.ERROR,
        "what": 'the link "het verhaal" leads nowhere',
        "place": Place(path=PATH, line=4, column=19),
        "why": "a click does nothing",
        "fix": "write the address",
    }
    return Finding(**{**values, **changes})


def _report(*findings: Finding) -> CheckReport:
    return CheckReport(
        path=PATH,
        results=(
            CheckResult(code="AA001", slug="broken-rule", status=CheckStatus.CRASHED, reason="ValueError: x"),
            CheckResult(code="LK001", slug="link-empty", status=CheckStatus.FINDING, findings=findings),
            CheckResult(code="LK002", slug="link-fragment", status=CheckStatus.OK),
            CheckResult(
                code="PR008", slug="segment-empty", status=CheckStatus.SKIPPED, reason="there is no list yet"
            ),
        ),
        elapsed_s=0.0123,
    )


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    (tmp_path / "issues").mkdir()
    (tmp_path / PATH).write_text(LETTER)
    return Sources(tmp_path)


def test_people_see_line_caret_reason_and_mend(sources: Sources) -> None:
    text = format_human([_report(_finding())], sources)

    assert (
        "issues/brief.md\n"
        '  4:19    error   LK001 link-empty: the link "het verhaal" leads nowhere\n'
        "    4 | Lees [het verhaal]().\n"
        "      |                   ^\n"
        "    why: a click does nothing\n"
        "    fix: write the address\n"
    ) in text


def _with_outside() -> CheckReport:
    asked = CheckResult(
        code="AX010",
        slug="access",
        status=CheckStatus.SKIPPED,
        reason="there is no Chromium",
        is_unable=True,
    )
    unasked = CheckResult(
        code="LK022",
        slug="link-dead",
        status=CheckStatus.SKIPPED,
        reason="on request, with --network",
        is_unasked=True,
    )
    return CheckReport(path=PATH, results=(asked, unasked))


def test_people_see_what_could_not_run_and_what_is_on_request(sources: Sources) -> None:
    text = format_human([_with_outside()], sources)

    assert text.splitlines() == [
        "could not run: 1 check: there is no Chromium",
        "on request: 1 check with --network",
        "incomplete: 0 errors, 0 warnings, 1 could not run · 0 checks on 1 issue in 0 ms",
    ]


def test_every_other_form_tells_what_could_not_run_too() -> None:
    report = _with_outside()
    assert report.unable == [report.results[0]]
    assert list(report.unproven) == [report.results[0]]

    document = json.loads(format_json([report]))
    xml = ElementTree.fromstring(format_junit([report]))
    sarif = json.loads(format_sarif([report], load_rules()))["runs"][0]["invocations"][0]

    assert document["incomplete"] is True
    assert [(r["unable"], r["unasked"]) for r in document["reports"][0]["results"]] == [
        (True, False),
        (False, True),
    ]
    assert [error.get("message") for error in xml.iter("error")] == ["there is no Chromium"]
    assert [suite.get("skipped") for suite in xml.iter("testsuite")] == ["1"]
    assert sarif["executionSuccessful"] is False
    assert "AX010 could not run: there is no Chromium" in str(sarif["toolExecutionNotifications"])
    assert format_github([report]) == "::error title=1 check could not run::there is no Chromium\n"
    assert "- could not run (1): there is no Chromium" in format_summary([report])


def test_people_see_what_crashed_and_what_was_not_run(sources: Sources) -> None:
    text = format_human([_report(_finding())], sources)

    assert "crashed AA001 broken-rule: ValueError: x" in text
    assert "not run: 1 check: there is no list yet" in text
    assert "refused: 1 error, 0 warnings, 1 crashed, 1 not run · 2 checks on 1 issue in 12 ms" in text


def test_colours_are_put_in_on_request_only(sources: Sources) -> None:
    plain = format_human([_report(_finding())], sources)
    coloured = format_human([_report(_finding())], sources, color=True)

    assert "\x1b" not in plain
    assert "\x1b[1;31merror" in coloured


def test_findings_elsewhere_come_under_their_own_file(sources: Sources) -> None:
    there = _finding(place=Place(path="newsletter.toml"))

    text = format_human([_report(there, _finding(), _finding(place=None))], sources)

    assert text.index(PATH) < text.index("newsletter.toml")
    assert text.count("newsletter.toml\n") == 1
    assert text.count(f"{PATH}\n") == 2  # the findings once, the crash once


@pytest.mark.parametrize("line", ["\x1b[31mrood\x07", "\u202eomgekeerd"])
def test_an_excerpt_cannot_drive_the_terminal(tmp_path: Path, line: str) -> None:
    (tmp_path / "brief.md").write_text(line)

    excerpt = Sources(tmp_path).excerpt(Place(path="brief.md", line=1, column=2))

    assert excerpt is not None
    assert all(char.isprintable() or char == "\N{REPLACEMENT CHARACTER}" for char in excerpt.text)


def test_a_long_line_is_cut_around_the_caret(tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text("a" * 500_000 + "X" + "b" * 500_000)

    excerpt = Sources(tmp_path).excerpt(Place(path="brief.md", line=1, column=500_001))

    assert excerpt is not None
    assert excerpt.indent is not None
    assert excerpt.text[excerpt.indent] == "X"
    assert len(excerpt.text) < 110


@pytest.mark.parametrize(
    "place",
    [None, Place(path="nergens.md", line=1), Place(path="brief.md"), Place(path="brief.md", line=99)],
)
def test_there_is_no_excerpt_without_a_line(tmp_path: Path, place: Place | None) -> None:
    (tmp_path / "brief.md").write_text("Dag\n")

    assert Sources(tmp_path).excerpt(place) is None


@given(text=st.text(max_size=300), line=st.integers(0, 5), column=st.one_of(st.none(), st.integers(0, 400)))
def test_any_line_and_column_can_be_shown(
    tmp_path_factory: pytest.TempPathFactory, text: str, line: int, column: int | None
) -> None:
    root = tmp_path_factory.getbasetemp()
    (root / "any.md").write_bytes(text.encode("utf-8", "surrogatepass"))

    excerpt = Sources(root).excerpt(Place(path="any.md", line=line, column=column))

    assert excerpt is None or "\n" not in excerpt.text


def test_json_has_the_documented_shape() -> None:
    document = json.loads(format_json([_report(_finding())]))

    assert {"version", "blocking", "incomplete", "counts", "reports"} == set(document)
    assert document["counts"] == {"error": 1, "warning": 0, "info": 0}
    report = document["reports"][0]
    assert {"path", "blocking", "findings", "results"} == set(report)
    assert report["findings"][0] == {
        "code": "LK001",
        "slug": "link-empty",
        "severity": "error",
        "what": 'the link "het verhaal" leads nowhere',
        "why": "a click does nothing",
        "fix": "write the address",
        "path": PATH,
        "line": 4,
        "column": 19,
        "readers": [],
        "mend": None,
    }
    assert [result["status"] for result in report["results"]] == ["crashed", "finding", "ok", "skipped"]


def test_json_is_the_same_for_the_same_findings_however_long_they_took() -> None:
    slow = CheckReport(path=PATH, results=_report(_finding()).results, elapsed_s=9.9)

    assert format_json([_report(_finding())]) == format_json([slow])
    assert "elapsed_s" in format_json([slow], timings=True)


def test_github_gets_nine_of_a_kind_and_the_number_left() -> None:
    lines = format_github([_report(*(_finding() for _ in range(12)))]).splitlines()

    assert len(lines) == 1 + 9 + 1  # the crash, nine findings, the rest
    assert lines[-1] == "::error::… and 3 more; run `newsletter check`"


def test_github_properties_and_text_are_escaped() -> None:
    odd = _finding(what="100% nieuw\n::error::x", place=Place(path="a,b:c.md", line=1))

    line = format_github([_report(odd)]).splitlines()[1]

    assert line.startswith(
        "::error file=a%2Cb%3Ac.md,line=1,title=LK001 link-empty::100%25 nieuw%0A::error::x"
    )


def test_junit_has_a_case_per_rule_and_survives_control_characters() -> None:
    root = ElementTree.fromstring(format_junit([_report(_finding(what="\x00\x1b weg"))]))

    suite = root[0]
    assert tuple(suite.get(k) for k in ("tests", "failures", "errors", "skipped")) == ("4", "1", "1", "1")
    assert {kind: len(suite.findall(f"testcase/{kind}")) for kind in ("error", "failure", "skipped")} == {
        "error": 1,
        "failure": 1,
        "skipped": 1,
    }


def test_sarif_points_to_rule_and_region() -> None:
    document = json.loads(format_sarif([_report(_finding())], load_rules()))

    run = document["runs"][0]
    result = run["results"][0]
    assert document["version"] == "2.1.0"
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "LK001"
    location = result["locations"][0]["physicalLocation"]
    assert location["region"] == {"startLine": 4, "startColumn": 19}


def test_a_fingerprint_survives_an_edit_above_the_finding() -> None:
    def fingerprint(line: int) -> str:
        report = _report(_finding(place=Place(path=PATH, line=line)))
        return json.loads(format_sarif([report], load_rules()))["runs"][0]["results"][0][
            "partialFingerprints"
        ]

    assert fingerprint(4) == fingerprint(44)


def test_a_rule_is_explained_by_code_and_by_name() -> None:
    page = explain("lk001")

    assert page == explain("link-empty")
    assert page.startswith("# LK001 link-empty\n")
    assert "## Why it matters" in page


def test_an_unknown_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"did you mean LK001 \(link-empty\)"):
        explain("link-empti")


def test_the_list_of_rules_has_a_row_for_each() -> None:
    assert 2 + len(load_rules()) == len(list_rules().splitlines())


def test_findings_come_in_reading_order_and_those_without_a_place_last() -> None:
    places = [
        None,
        Place(path="b.md", line=1),
        Place(path="a.md", line=3, column=9),
        Place(path="a.md", line=3),
    ]

    report = _report(*(_finding(place=place) for place in places))

    assert [str(finding.place) for finding in report.findings] == ["a.md:3", "a.md:3:9", "b.md:1", "None"]
