"""For which unknown words the spelling rule says what may be meant."""

from __future__ import annotations

from pathlib import Path

from case_runner import Example, run_example

_AFF = "SET UTF-8\nTRY briefalz\n"
_DIC = "8\nkort\nnieuws\nbeste\nlezer\nde\nbrief\nbrieven\n"
_CONFIG = ["", '[checks]\ndictionaries = "woorden"\n']


def _fixes(root: Path, body: str) -> list[str]:
    texts = {"woorden/nl_NL.aff": _AFF, "woorden/nl_NL.dic": _DIC}
    example = Example(code="TX007", name="words", passes=False, body=body, texts=texts, config_change=_CONFIG)
    report = run_example(example, root)
    return [str(finding.fix) for finding in report.findings if finding.code == "TX007"]


def test_each_slip_is_told_with_the_word_that_was_meant(tmp_path: Path) -> None:
    fixes = _fixes(tmp_path, "Beste lezer, de brieef brrief briief briefe bireef.")

    assert 5 * ["did you mean brief"] == [fix[:18] for fix in fixes]


def test_a_word_that_may_be_right_is_told_without_another(tmp_path: Path) -> None:
    fixes = _fixes(tmp_path, "Brieff de brief, lezer.")

    assert fixes == ["if it is right: newsletter words add Brieff"]
