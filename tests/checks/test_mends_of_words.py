"""Which words that stand twice a program may take away."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_runner import Example, run_example


def _mends(root: Path, lang: str, sentence: str) -> list[bool]:
    issue = f"---\nsubject: Kort nieuws\nlang: {lang}\n---\n{sentence}\n"
    example = Example(code="TX006", name="mends", passes=False, issue=issue)
    report = run_example(example, root)
    return [finding.mend is not None for finding in report.findings if finding.code == "TX006"]


@pytest.mark.parametrize(
    ("lang", "sentence"), [("nl", "Dat is van van de gemeente."), ("en", "It is the the town.")]
)
def test_a_word_that_is_never_right_twice_is_taken_away(lang: str, sentence: str, tmp_path: Path) -> None:
    assert _mends(tmp_path, lang, sentence) == [True]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("nl", "Vul je naam in in het vak."), ("en", "It is what I was looking for for years.")],
)
def test_a_word_that_may_be_right_twice_is_left_to_the_author(
    lang: str, sentence: str, tmp_path: Path
) -> None:
    assert _mends(tmp_path, lang, sentence) == [False]
