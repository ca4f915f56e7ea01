"""A run of rules over an issue: the primary cause speaks, nothing stops the others, not run is not passed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from case_runner import Example, make_context

from newsletter.checks import runner
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Rule, Stage, load_rules, rule
from newsletter.checks.runner import run_checks
from newsletter.domain.finding import CheckReport, CheckResult, CheckStatus, Severity
from newsletter.errors import UsageError
from newsletter.source import Place

HERE = Place(path="issues/2026-11-24-brief.md", line=4)
LETTER = """---
subject: Wil je op social media blijven?
preheader: Drie vragen die je helpen om te kiezen.
---
Beste lezer,

Vorige keer vroeg ik waar jullie tegenaan lopen, en deze vraag kwam het vaakst terug.
Er is geen antwoord dat voor iedereen past, maar wel een paar vragen die helpen om te kiezen.
Ik zet ze hieronder op een rij, met een bron waar dat kan.

Hartelijke groet,
Renata
"""
SOUND = Example(code="AA001", name="sound", passes=True, issue=LETTER)


def _rule(
    code: str, see: Callable[[CheckContext], Iterable[Fault]], *, needs: Iterable[Need] = (), **more: object
) -> Rule:
    settings = {"severity": Severity.ERROR, "stage": Stage.SOURCE, **more}
    slug = "rule-" + "".join(chr(ord("a") + int(digit)) for digit in code[2:])
    return rule(code=code, slug=slug, needs=needs, **settings)(see)


def _run(tmp_path: Path, *rules: Rule, example: Example = SOUND, **options: object) -> CheckReport:
    context = make_context(example, tmp_path)
    return run_checks(context, rules={r.code: r for r in rules}, **options)


def _ends(report: CheckReport) -> dict[str, CheckStatus]:
    return {result.code: result.status for result in report.results}


def _of(report: CheckReport, code: str) -> CheckResult:
    return next(result for result in report.results if result.code == code)


def _fault(what: str = "wrong", place: Place | None = HERE) -> Callable[[CheckContext], list[Fault]]:
    return lambda _context: [Fault(what=what, place=place)]


def _silent(_context: CheckContext) -> list[Fault]:
    return []


def test_a_rule_that_raises_is_a_result_and_stops_nobody(tmp_path: Path) -> None:
    def breaks(_context: CheckContext) -> list[Fault]:
        raise KeyError("sleutel")

    report = _run(tmp_path, _rule("AA001", breaks), _rule("AA002", _silent))

    assert _ends(report) == {"AA001": CheckStatus.CRASHED, "AA002": CheckStatus.OK}
    assert "KeyError: 'sleutel' (test_check_run.py:" in str(_of(report, "AA001").reason)
    assert report.is_blocking


def test_a_rule_that_breaks_halfway_is_crashed_with_none_of_its_findings(tmp_path: Path) -> None:
    def breaks(_context: CheckContext) -> Iterable[Fault]:
        yield Fault(what="first")
        raise RecursionError

    report = _run(tmp_path, _rule("AA001", breaks))

    assert (report.results[0].status, report.results[0].findings) == (CheckStatus.CRASHED, ())


def test_a_rule_that_would_end_the_program_is_a_crash_and_the_others_run(tmp_path: Path) -> None:
    def leaves(_context: CheckContext) -> Iterable[Fault]:
        raise SystemExit(3)

    report = _run(tmp_path, _rule("AA001", leaves), _rule("AA002", _silent))

    assert _ends(report) == {"AA001": CheckStatus.CRASHED, "AA002": CheckStatus.OK}


def test_a_rule_that_never_ends_is_a_crash_and_the_others_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def turns(_context: CheckContext) -> Iterable[Fault]:
        while True:
            with suppress(Exception):
                int("no number")

    monkeypatch.setattr(runner, "_LONGEST_S", 0.05)

    report = _run(tmp_path, _rule("AA001", turns), _rule("AA002", _silent))

    assert _ends(report) == {"AA001": CheckStatus.CRASHED, "AA002": CheckStatus.OK}
    assert report.results[0].reason == "it was stopped after computing for 0.05 seconds"


def test_what_a_rule_prints_stays_out_of_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def talks(_context: CheckContext) -> Iterable[Fault]:
        print("looking …")
        return []

    _run(tmp_path, _rule("AA001", talks))

    assert capsys.readouterr() == ("", "looking …\n")


def test_a_rule_whose_need_is_not_met_is_skipped_with_the_reason(tmp_path: Path) -> None:
    report = _run(tmp_path, _rule("AA001", _silent, needs=(Need.LIST,)))

    assert (report.results[0].status, report.results[0].reason) == (
        CheckStatus.SKIPPED,
        "there is no list yet",
    )
    assert [result.code for result in report.unproven] == ["AA001"]
    assert not report.is_blocking


def test_a_rule_that_reads_what_it_does_not_state_crashes(tmp_path: Path) -> None:
    broken = Example(code="AA001", name="broken", passes=False, issue="---\nsbject: x\n---\nDag")

    report = _run(tmp_path, _rule("AA001", lambda c: [Fault(what=c.issue.slug)]), example=broken)

    assert "does not state what it needs" in str(report.results[0].reason)


def test_a_rule_waits_for_the_one_that_blocks_it_also_when_it_comes_first(tmp_path: Path) -> None:
    report = _run(
        tmp_path,
        _rule("AA001", _fault("echo"), blocked_by=("ZZ001",)),
        _rule("ZZ001", _fault("cause")),
    )

    assert [finding.what for finding in report.findings] == ["cause"]
    assert _of(report, "AA001").reason == "waits for ZZ001 (rule-aab)"


def test_a_rule_runs_when_the_one_that_blocks_it_is_silent(tmp_path: Path) -> None:
    report = _run(tmp_path, _rule("AA001", _fault(), blocked_by=("ZZ001",)), _rule("ZZ001", _silent))

    assert CheckStatus.FINDING is _of(report, "AA001").status


def test_rules_that_block_each_other_both_end(tmp_path: Path) -> None:
    report = _run(
        tmp_path,
        _rule("AA001", _fault(), blocked_by=("AA002",)),
        _rule("AA002", _fault(), blocked_by=("AA001",)),
    )

    assert {"AA001", "AA002"} == set(_ends(report))


def test_an_echo_at_the_same_line_is_dropped_and_elsewhere_kept(tmp_path: Path) -> None:
    elsewhere = replace(HERE, line=9)

    def echo(_context: CheckContext) -> list[Fault]:
        return [Fault(what="echo", place=replace(HERE, column=3)), Fault(what="other", place=elsewhere)]

    report = _run(tmp_path, _rule("AA001", _fault("cause"), suppresses=("AA002",)), _rule("AA002", echo))

    assert [finding.what for finding in report.findings] == ["cause", "other"]


def test_a_rule_with_nothing_but_echoes_is_not_called_ok(tmp_path: Path) -> None:
    report = _run(
        tmp_path, _rule("AA001", _fault("cause"), suppresses=("AA002",)), _rule("AA002", _fault("echo"))
    )

    assert CheckStatus.SKIPPED is _of(report, "AA002").status
    assert _of(report, "AA002").reason == "what it saw is reported by AA001 (rule-aab)"


def test_a_reason_in_the_issue_waives_a_rule(tmp_path: Path) -> None:
    example = replace(
        SOUND, issue='---\nsubject: Dag\nchecks: {ignore: {AA001: "een citaat"}}\n---\nBeste lezer,\n'
    )

    report = _run(tmp_path, _rule("AA001", _fault()), example=example)

    result = report.results[0]
    assert (result.status, result.is_waived) == (CheckStatus.SKIPPED, True)
    assert result.reason == "ignored by the issue: een citaat"
    assert list(report.unproven) == []


def test_a_rule_that_cannot_be_waived_runs_all_the_same(tmp_path: Path) -> None:
    example = replace(
        SOUND, issue='---\nsubject: Dag\nchecks: {ignore: {AA001: "geen zin"}}\n---\nBeste lezer,\n'
    )

    report = _run(tmp_path, _rule("AA001", _fault(), waivable=False), example=example)

    assert CheckStatus.FINDING is report.results[0].status


def test_what_is_not_selected_is_reported_as_not_run(tmp_path: Path) -> None:
    report = _run(tmp_path, _rule("AA001", _silent), _rule("BB001", _silent), select=("AA",))

    assert _ends(report) == {"AA001": CheckStatus.OK, "BB001": CheckStatus.SKIPPED}
    assert [result.code for result in report.unproven] == ["BB001"]


def test_strict_makes_a_warning_block(tmp_path: Path) -> None:
    warns = _rule("AA001", _fault(), severity=Severity.WARNING)

    assert not _run(tmp_path, warns).is_blocking
    assert _run(tmp_path, warns, strict=True).is_blocking


def test_the_configuration_says_what_blocks(tmp_path: Path) -> None:
    example = replace(SOUND, config=SOUND.config + '\n[checks]\nfail_on = "info"\n')
    tells = _rule("AA001", _fault(), severity=Severity.INFO)

    assert _run(tmp_path, tells, example=example).is_blocking


def test_a_file_that_does_not_exist_is_a_wrong_argument_not_a_finding(tmp_path: Path) -> None:
    context = make_context(SOUND, tmp_path)
    context.path.unlink()

    with pytest.raises(UsageError, match="there is no file"):
        run_checks(context)


def test_every_rule_ends_on_an_issue_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "issues").mkdir()
    context = make_context(SOUND, tmp_path)
    context.path.write_bytes(b"---\nsubject: \xff\n---\n")

    report = run_checks(context)

    assert set(load_rules()) == set(_ends(report))
    assert [finding.code for finding in report.findings] == ["FM001"]
    assert list(report.crashed) == []


def test_a_sound_issue_with_a_list_leaves_nothing_unproven(tmp_path: Path) -> None:
    report = run_checks(make_context(replace(SOUND, readers=[{"email": "anna@lezer.example"}]), tmp_path))

    assert [(result.code, result.reason) for result in report.unproven] == []
    assert list(report.findings) == []


@pytest.mark.parametrize(
    "body",
    [
        "woord " * 30_000,
        "[x](y) " * 3_900,
        "![](x.png) " * 1_900,
        "`" * 100_000,
        "{{ " * 60_000,
        "*|A|* " * 20_000,
        "[" * 3_900 + "invullen",
        "\\" * 190_000,
        "<" * 100_000,
        "`a``b```c````d " * 10_000,
    ],
    ids=lambda body: repr(body[:8]),
)
def test_the_rules_themselves_stay_fast_on_monstrous_text(tmp_path: Path, body: str) -> None:
    context = make_context(replace(SOUND, body=body), tmp_path)
    assert context.lacks(Need.DOCUMENT) is None
    context.lacks(Need.RENDERED)

    start = time.process_time()
    report = run_checks(context)

    assert [(crash.code, crash.reason) for crash in report.crashed] == []
    assert time.process_time() - start < 3


def test_a_letter_without_a_sender_is_told_so_once(tmp_path: Path) -> None:
    nobody = (
        '[newsletter]\nlang = "nl"\nbase_url = "https://brief.example"\npostal_address = "Kade 12, Zwolle"\n'
    )

    report = run_checks(make_context(replace(SOUND, config=nobody), tmp_path))

    assert [finding.code for finding in report.findings] == ["SN007"]
    assert list(report.crashed) == []


def test_a_link_with_a_space_in_its_address_is_not_noted_as_an_address_too(tmp_path: Path) -> None:
    body = "Lees [de voorwaarden](https://www.rvo.example/voorwaarden, pagina 3).\n"
    report = run_checks(make_context(Example(code="MD012", name="space", passes=False, body=body), tmp_path))

    told = {finding.code for finding in report.findings if finding.place and finding.place.line == 4}
    assert "MD012" in told
    assert "MD013" not in told
