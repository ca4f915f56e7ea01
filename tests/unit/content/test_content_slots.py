from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.content.document import Document
from newsletter.content.inline_text import inline_text
from newsletter.content.issue_date import IssueDate
from newsletter.content.slots import TOKEN_PATTERN, make_token, protect_line
from newsletter.source import Place

UNDATED = IssueDate(None, "nl")
PLACE = Place(path="issues/brief.md", line=2, column=1)


def text_of(document: Document) -> str:
    return " ".join(inline_text(token.children or ()) for token in document.tokens if token.type == "inline")


def test_a_token_is_the_same_for_the_same_name_and_fallback():
    assert make_token("a", None) == make_token("a", None)
    assert len({make_token("a", None), make_token("a", ""), make_token("a", "b"), make_token("b", None)}) == 4
    assert TOKEN_PATTERN.fullmatch(make_token("first_name", "lezer"))


def test_slots_become_tokens_in_text_headings_labels_and_targets(parse: Callable[..., Document]):
    document = parse(
        "# Dag {{ first_name | lezer }}\n\n**{{first_name|lezer}}** [{{ x }}](https://x.nl/?a={{ x }})\n\n"
        "[weg]({{ unsubscribe_url }})"
    )

    first, field, link = document.slots
    assert document.problems == ()
    assert document.headings[0].text == f"Dag {first}"
    assert document.links[0].label == field
    assert document.links[0].url == f"https://x.nl/?a={field}"
    assert document.links[1].url == link
    assert document.links[1].slot == document.slots[link]
    assert [slot.name for slot in document.slot_uses] == ["first_name"] * 2 + ["x", "x", "unsubscribe_url"]


def test_a_fallback_in_the_text_beats_the_configured_one(parse: Callable[..., Document]):
    document = parse("{{ first_name }} {{ first_name | jij }} {{ first_name | }}", first_name="lezer")

    assert [slot.fallback for slot in document.slot_uses] == ["lezer", "jij", ""]


def test_a_slot_knows_its_place(parse: Callable[..., Document]):
    document = parse("Een\nregel en {{ naam }}\n")

    assert str(document.slot_uses[0].place) == "issues/brief.md:2:10"


@pytest.mark.parametrize(
    "code",
    [
        "`{{ x | y }}`",
        "`` `{{x}}` ``",
        "    {{ x }}\n    {{",
        "```{{ x }}\n{{ 2+2 }} {{ }}\n```",
        "`{{` en `}}`",
    ],
)
def test_in_code_everything_is_literal(parse: Callable[..., Document], code: str):
    document = parse(f"tekst\n\n{code}\n")

    assert document.problems == ()
    assert document.slots == {}
    literal = "".join(
        child.content + child.info
        for token in document.tokens
        for child in (token, *(token.children or ()))
        if child.type in ("fence", "code_block", "code_inline")
    )
    assert "nlph" not in literal
    assert "{{" in literal


def test_a_slot_in_a_table_cell_keeps_its_bar(parse: Callable[..., Document]):
    document = parse("| a | b |\n|---|---|\n| {{ x | y }} | z |\n")

    assert [slot.fallback for slot in document.slot_uses] == ["y"]
    assert text_of(document).split() == ["a", "b", next(iter(document.slots)), "z"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{{ first_name", "not closed"),
        ("{{ first\nname }}", "not closed"),
        ("first_name }}", "closes nothing"),
        ("{{ 2+2 }}", "names no slot"),
        ("{{ First Name }}", "names no slot"),
        ("{{ }}", "names no slot"),
        ("{{ subscriber.name }}", "names no slot"),
        ('{{ x | "lezer" }}', "exactly as it stands"),
        ("{{ x | default('lezer') }}", "exactly as it stands"),
        ("{{{ x }}}", "another program"),
        ("{% if x %}", "another program"),
        ("*|FNAME|*", "another program"),
        ("{{ unsubscribe_url | x }}", "always there"),
        ("nlph0123abcdq", "uses inside"),
    ],
)
def test_what_is_no_slot_is_a_problem_with_a_place(parse: Callable[..., Document], text: str, what: str):
    document = parse(f"Beste lezer,\n\n{text}")

    assert what in document.problems[0].what
    assert document.problems[0].place is not None
    assert document.problems[0].place.line == 3


@pytest.mark.parametrize(
    ("text", "shown"), [(r"\{{ naam }}", "{{ naam }}"), (r"\{\{ x \}\}", "{{ x }}"), (r"\}}", "}}")]
)
def test_a_backslash_makes_braces_literal(parse: Callable[..., Document], text: str, shown: str):
    document = parse(text)

    assert (document.problems, document.slots, text_of(document)) == ((), {}, shown)


def test_a_slot_in_a_comment_is_no_slot(parse: Callable[..., Document]):
    document = parse("a <!-- {{ kapot -->\nb")

    assert (document.problems, document.slots) == ((), {})


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("{{ website }}", "may hold anything"),
        ("https://{{ x }}.nl", "may not differ per reader"),
        ("https://x.nl/{{ archive_url }}", "whole address"),
        ("{{ archive_url }}#x", "whole address"),
    ],
)
def test_a_slot_may_not_decide_where_a_link_goes(parse: Callable[..., Document], target: str, what: str):
    assert what in parse(f"[a]({target})").problems[0].what


def test_a_subject_is_protected_the_same_way():
    line = protect_line(r"Dag {{ first_name }}, \{{ x }}", PLACE, {"first_name": "lezer"}, UNDATED)

    token = make_token("first_name", "lezer")
    assert line.text == f"Dag {token}, {{{{ x }}}}"
    assert line.slots[token].fallback == "lezer"
    assert line.problems == ()


def test_a_slip_in_a_subject_is_told():
    line = protect_line("Dag {{ 1 }} en {{", PLACE, {}, UNDATED)

    assert [problem.place for problem in line.problems] == [PLACE, PLACE]
    assert line.text == "Dag {{ 1 }} en {{"
