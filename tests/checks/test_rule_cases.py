"""Every rule finds what its examples show and nothing in those that are right; every rule is documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_runner import CASES, Example, read_examples, run_example

from newsletter.checks.explain import SECTIONS, sections_of
from newsletter.checks.registry import Rule, load_rules
from newsletter.domain.finding import CheckStatus

EXAMPLES = [example for path in sorted(CASES.glob("*.toml")) for example in read_examples(path)]
RULES = list(load_rules().values())


def _result(example: Example, root: Path):
    report = run_example(example, root)
    return next(result for result in report.results if result.code == example.code)


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.passes], ids=str)
def test_a_rule_runs_and_is_silent_on_what_is_right(example: Example, tmp_path: Path) -> None:
    result = _result(example, tmp_path)

    assert (result.status, result.reason, result.findings) == (CheckStatus.OK, None, ())


@pytest.mark.parametrize("example", [e for e in EXAMPLES if not e.passes], ids=str)
def test_a_rule_finds_the_fault_at_its_line(example: Example, tmp_path: Path) -> None:
    result = _result(example, tmp_path)

    found = result.findings
    assert result.status is CheckStatus.FINDING, result.reason
    if example.lines is not None:
        assert list(example.lines) == [f.place.line if f.place and f.place.line else 0 for f in found]
    assert {example.severity or result.severity.value} == {f.severity.value for f in found}
    assert example.says is None or any(example.says in f"{f.what} {f.why} {f.fix}" for f in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_passing_and_failing_examples(rule: Rule) -> None:
    kinds = {example.passes for example in EXAMPLES if example.code == rule.code}

    assert kinds == {True, False}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_a_page(rule: Rule) -> None:
    sections = sections_of(rule.doc)

    assert list(SECTIONS) == list(sections)
    assert all(sections.values())
    assert rule.doc.partition("\n")[0].endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_lives_in_a_file_of_its_name(rule: Rule) -> None:
    assert rule.slug.replace("-", "_") == rule.module.rpartition(".")[2]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_names_only_rules_that_exist(rule: Rule) -> None:
    named = {*rule.blocked_by, *rule.suppresses}

    assert named <= {other.code for other in RULES} - {rule.code}


def test_case_files_belong_to_rules() -> None:
    assert {path.stem for path in CASES.glob("*.toml")} == {rule.code for rule in RULES}
