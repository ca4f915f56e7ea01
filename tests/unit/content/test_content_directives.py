from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.content.document import Document

DIRECTIVE_TOKENS = ("directive_open", "directive_close")


def kinds(document: Document) -> list[str]:
    return [token.info or "/" for token in document.tokens if token.type in DIRECTIVE_TOKENS]


def test_a_bare_line_closes_the_nearest(parse: Callable[..., Document]):
    document = parse(
        "::: columns\n::: column\na\n:::\n::: column\n::: button https://x.nl\nb\n:::\n:::\n:::\n\n"
        "::: note\nc\n:::\n"
    )

    assert document.problems == ()
    assert kinds(document) == ["columns", "column", "/", "column", "button", "/", "/", "/", "note", "/"]


@pytest.mark.parametrize("opening", [":::question", "::: question ", ":::: question", "   ::: question"])
def test_a_directive_may_be_written_loosely(parse: Callable[..., Document], opening: str):
    assert kinds(parse(f"tekst\n{opening}\nWat?\n:::\nmeer")) == ["question", "/"]


@pytest.mark.parametrize("block", ["- a\n- b", "> a\n> b", "a", "| a | b |\n|---|---|\n| c | d |", "[^1]: a"])
def test_a_directive_ends_the_block_before_it(parse: Callable[..., Document], block: str):
    document = parse(f"[^1] x\n\n[^1]: y\n\n::: note\n{block}\n:::\n\nna")

    assert kinds(document) == ["note", "/"]


def test_in_code_three_colons_are_text(parse: Callable[..., Document]):
    document = parse("```\n::: note\n```\n\n    :::\n\n`::: x`")

    assert (document.problems, kinds(document)) == ((), [])


def test_a_button_becomes_a_link(parse: Callable[..., Document]):
    (link,) = parse("::: button https://x.nl/é\nLees *meer*\n:::").links

    assert (link.kind, link.url, link.label) == ("button", "https://x.nl/%C3%A9", "Lees meer")
    assert str(link.place) == "issues/brief.md:1"


@pytest.mark.parametrize("name", ["question", "note"])
def test_a_question_and_a_note_also_stand_in_a_column(parse: Callable[..., Document], name: str) -> None:
    box = f"::: {name}\na\n::: button https://x.nl\nb\n:::\n:::"

    document = parse(f"::: columns\n::: column\n{box}\n:::\n::: column\n{box}\n:::\n:::")

    assert [] == list(document.problems)
    assert ["column", name, "button"] == kinds(document)[1:4]


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("::: knop https://x.nl\na\n:::", 1, "there is no directive"),
        ("::: qestion\na\n:::", 1, "there is no directive"),
        ("a\n\n::: note\nb", 3, "never closed"),
        ("a\n\n:::", 3, "closes nothing"),
        ("::: note\n:::", 1, "is empty"),
        ("::: note\n<!-- niets -->\n:::", 1, "is empty"),
        ("::: note Let op\na\n:::", 1, "nothing may stand behind"),
        ("::: button\na\n:::", 1, "has no address"),
        ("::: button https://x.nl een\na\n:::", 1, "not one address"),
        ("::: button javascript:x\na\n:::", 1, "may not begin with javascript:"),
        ("::: button /pad\na\n:::", 1, "leads nowhere"),
        ("::: button https://x.nl\n:::", 1, "is empty"),
        ("::: button https://x.nl\na\n\nb\n:::", 1, "one line of text"),
        ("::: button https://x.nl\n[a](https://y.nl)\n:::", 1, "one line of text"),
        ("::: button https://x.nl\n- a\n:::", 1, "one line of text"),
        ("::: note\n::: question\na\n:::\n:::", 2, "cannot stand inside ::: note"),
        ("::: column\na\n:::", 1, "stands alone"),
        ("::: columns\n::: column\na\n:::\n:::", 1, "has one column"),
        ("::: columns\nlos\n::: column\na\n:::\n::: column\nb\n:::\n:::", 2, "between"),
        ("- a\n  ::: note\n  b\n  :::", 2, "inside a list"),
        ("> ::: note\n> b\n> :::", 1, "inside a list"),
        ("- a\n\n  :::", 3, "inside a list"),
        ("::: only\na\n:::", 1, "has no condition"),
        ("::: only tag:x\n:::", 1, "is empty"),
        ("::: only tag:x\na", 1, "never closed"),
        ("::: note\n::: only tag:x\n:::\na\n:::", 2, "is empty"),
        ("::: signature\n::: only tag:x\na\n:::\n:::", 2, "cannot stand inside ::: signature"),
        ("::: note\n::: only tag:x\n::: question\na\n:::\n:::\n:::", 3, "cannot stand inside ::: note"),
        ("::: only tag:x\n::: column\na\n:::\n:::", 2, "stands alone"),
        (
            "::: columns\n::: only tag:x\nlos\n:::\n::: column\na\n:::\n::: column\nb\n:::\n:::",
            3,
            "between",
        ),
        ("::: columns\n::: only tag:x\n::: column\na\n:::\n:::\n:::", 1, "has one column"),
        ("::: only tag:x\n" * 8 + "::: note\na\n:::\n" + ":::\n" * 8, 9, "inside 8 other blocks"),
    ],
)
def test_a_wrong_directive_is_a_problem_with_its_line(
    parse: Callable[..., Document], body: str, line: int, what: str
):
    (problem,) = parse(body).problems

    assert what in problem.what
    assert problem.place is not None
    assert problem.place.line == line


@pytest.mark.parametrize(
    "body",
    [
        "::: only tag:x\n{}\n:::",
        "::: note\n::: only tag:x\na\n:::\n:::",
        "::: columns\n::: column\na\n:::\n::: only tag:x\n::: only tag:y\n::: column\nb\n:::\n:::\n:::\n:::",
        "::: columns\n::: column\n::: only tag:x\na\n:::\n:::\n::: column\nb\n:::\n:::",
        "::: only tag:x\n::: only tag:y\n::: signature\nJan\n:::\n:::\n:::",
        "::: note\n::: only tag:x\n::: button https://x.nl\na\n:::\n:::\n:::",
        '::: only role:(a,b) -tag:"x y" OR lang:nl\n::: columns\n::: column\na\n:::\n'
        "::: column\nb\n:::\n:::\n:::",
    ],
)
def test_a_conditional_block_may_stand_around_and_inside_others(parse: Callable[..., Document], body: str):
    assert parse(body).problems == ()


@pytest.mark.parametrize(("name", "near"), [("qestion", "question"), ("knop", "button"), ("Note", "note")])
def test_an_unknown_directive_names_the_nearest(parse: Callable[..., Document], name: str, near: str):
    assert f"::: {near}?" in (parse(f"::: {name}\na\n:::").problems[0].fix or "")
