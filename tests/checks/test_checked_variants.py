"""Letters with conditional blocks: every variant that occurs is checked, and named where it stands alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from case_runner import Example, make_context, run_example

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.runner import run_checks
from newsletter.domain.finding import Finding, Severity

ANNA = {"email": "a@lezer.example", "first_name": "Anna"}
BOB = {"email": "b@lezer.example", "first_name": "Bob"}
NOBODY_LEAVES = (
    "<mjml><mj-body>{{ content }}<mj-section><mj-column><mj-text>{{ newsletter.postal_address }}"
    "</mj-text></mj-column></mj-section></mj-body></mjml>"
)
BIG = "::: only first_name:Anna\n" + f"{'x' * 1_000}\n\n" * 95 + ":::\n"


def found(root: Path, body: str, code: str, **project: object) -> list[Finding]:
    root.mkdir(exist_ok=True)
    report = run_example(Example(code=code, name="", passes=True, body=body, **project), root)
    assert not report.crashed
    return [finding for finding in report.findings if finding.code == code]


def test_a_finding_of_one_letter_names_it(tmp_path: Path):
    (finding,) = found(tmp_path, f"Beste lezer.\n\n{BIG}", "MS001", readers=[ANNA, BOB])

    assert "(in the letter with the block for first_name:Anna)" in finding.what


def test_a_letter_nobody_gets_is_not_looked_at(tmp_path: Path):
    assert found(tmp_path, f"Beste lezer.\n\n{BIG}", "MS001", readers=[BOB]) == []


def test_what_every_letter_has_is_found_once(tmp_path: Path):
    body = "::: only first_name:Anna\nDag Anna.\n:::\n\nBeste lezer."

    (finding,) = found(tmp_path, body, "MS006", readers=[ANNA, BOB], template=NOBODY_LEAVES)

    assert "in the letter" not in finding.what


def test_without_a_list_everything_shown_and_everything_hidden_are_looked_at(tmp_path: Path):
    shown = found(tmp_path / "shown", f"Beste lezer.\n\n{BIG}", "MS001")
    hidden = found(tmp_path / "hidden", "::: only first_name:Anna\nDag Anna.\n:::\n", "MS003")

    assert [finding.what.partition("(in ")[2] for finding in (*shown, *hidden)] == [
        "the letter with the block for first_name:Anna)",
        "the letter without blocks)",
    ]


@rule(code="AA001", slug="greets", severity=Severity.ERROR, stage=Stage.RENDERED, needs=(Need.RENDERED,))
def greets(context: CheckContext) -> Iterable[Fault]:
    """The letter greets."""
    if "Dag" in context.rendered.text.shape():
        yield Fault(what="the letter greets")


def test_a_finding_of_some_letters_says_of_how_many(tmp_path: Path):
    body = (
        "::: only first_name:Anna\nDag Anna.\n:::\n\n::: only first_name:Bob\nDag Bob.\n:::\n\nBeste lezer."
    )
    readers = [ANNA, BOB, {"email": "c@lezer.example", "first_name": "Cas"}]
    example = Example(code="AA001", name="", passes=False, body=body, readers=readers)

    report = run_checks(make_context(example, tmp_path), rules={"AA001": greets})

    assert [finding.what for finding in report.findings] == [
        "the letter greets (in 2 of 3 letters, such as the one with the block for first_name:Anna)"
    ]


def test_a_letter_with_a_wrong_condition_is_not_rendered_and_says_so(tmp_path: Path):
    report = run_example(
        Example(
            code="CN001", name="", passes=False, body="::: only naam:Anna\nDag.\n:::\n\nx", readers=[ANNA]
        ),
        tmp_path,
    )

    assert [finding.code for finding in report.findings if finding.severity == "error"] == ["CN001"]
    assert not report.crashed
    assert report.is_blocking


def test_a_letter_whose_blocks_do_not_pair_up_says_only_that(tmp_path: Path):
    example = Example(
        code="MD012", name="", passes=False, body="::: only first_name:Anna\nDag.\n\n::: note", readers=[ANNA]
    )

    report = run_example(example, tmp_path)

    assert not report.crashed
    assert {finding.code for finding in report.findings if finding.severity == "error"} == {"MD012"}
