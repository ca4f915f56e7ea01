from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.content.document import Document
from newsletter.content.parser import parse_tokens
from newsletter.content.slots import TOKEN_PATTERN
from newsletter.errors import ContentError


def inline_types(document: Document, index: int) -> list[str]:
    inlines = [token for token in document.tokens if token.type == "inline"]
    return [child.type for child in inlines[index].children or ()]


def test_headings_and_the_title_are_listed(parse: Callable[..., Document]):
    document = parse("## Twee *a*\n\nEen\n===\n\n# Ook")

    assert [(heading.level, heading.text, heading.place.line) for heading in document.headings] == [
        (2, "Twee a", 1),
        (1, "Een", 3),
        (1, "Ook", 6),
    ]
    assert document.title == "Een"


def test_pictures_are_listed_with_path_alt_and_link(parse: Callable[..., Document]):
    document = parse("![Kade *a*](img/kade%20a.png)\n\nx ![](<b c.png>) [![d](e.png)](https://x.nl)")

    folder = Path("/project/issues")
    assert [(image.path, image.alt, image.is_alone, image.link) for image in document.images] == [
        (folder / "img/kade a.png", "Kade a", True, None),
        (folder / "b c.png", "", False, None),
        (folder / "e.png", "d", False, "https://x.nl"),
    ]
    assert document.images[1].place.line == 3


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("", "has no file"),
        ("/img/a.png", "not a path in this project"),
        ("../a.png", "outside the directory"),
        ("img/../../a.png", "outside the directory"),
        ("%2e%2e/a.png", "outside the directory"),
        ("data:image/png;base64,AA", "not a path in this project"),
        ("file:///a.png", "not a path in this project"),
        ("<img\\a.png>", "not a path in this project"),
        ("a%00.png", "control character"),
        ("{{ foto }}.png", "cannot differ per reader"),
    ],
)
def test_a_picture_lies_beside_the_issue(parse: Callable[..., Document], source: str, what: str):
    (problem,) = parse(f"![a]({source})").problems

    assert what in problem.what


def test_a_picture_from_the_web_is_noted(parse: Callable[..., Document]):
    document = parse("![a](https://x.nl/a.png)")

    assert (document.problems, document.images[0].path) == ((), None)
    assert "another site" in document.notes[0].what


def test_raw_html_is_text_and_noted_once_with_its_line(parse: Callable[..., Document]):
    document = parse('a\n<div class="x">b *c*</div>\n\n<script>')

    assert [(note.what.split()[0], note.place.line if note.place else 0) for note in document.notes] == [
        ("<div", 2),
        ("</div>", 2),
        ("<script>", 4),
    ]
    assert document.problems == ()
    assert all(token.type != "html_block" for token in document.tokens)


@pytest.mark.parametrize("text", ["a < b en c > d", "<3", "x <= y", "`<b>`", "```\n<b>\n```"])
def test_a_lesser_than_sign_is_no_html(parse: Callable[..., Document], text: str):
    assert parse(text).notes == ()


def test_a_rule_under_a_line_is_noted_as_a_heading(parse: Callable[..., Document]):
    (note,) = parse("a\n\ntekst\n---\n").notes

    assert str(note.place) == "issues/brief.md:3"


def test_a_footnote_that_nothing_refers_to_is_noted(parse: Callable[..., Document]):
    (note,) = parse("a\n\n[^bron]: b").notes

    assert "[^bron]" in note.what


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("a[^1]\n\n[^1]: b\n\n    > [^1]: c", 5, "inside that of another"),
        ("a[^1]\n\n[^1]: [^2]: c", 3, "inside that of another"),
        ("a[^1]\n\n[^1]: b\n[^1]: c", 4, "has a text already"),
    ],
)
def test_no_text_of_a_footnote_is_lost(parse: Callable[..., Document], body: str, line: int, what: str):
    (problem,) = parse(body).problems

    assert what in problem.what
    assert problem.place is not None
    assert problem.place.line == line


def test_a_line_break_is_a_space_but_for_the_closing_lines(parse: Callable[..., Document]):
    document = parse(
        "Een\nregel\n\nDan\neen lange regel die zeker meer dan veertig tekens heeft\n\nGroet,\nRenata"
    )

    assert inline_types(document, 0) == ["text", "softbreak", "text"]
    assert inline_types(document, 2) == ["text", "hardbreak", "text"]


@pytest.mark.parametrize(
    "tail",
    [
        "P.S. Dit is een nagekomen gedachte van zeker meer dan veertig tekens.",
        "---",
        "![foto](a.png)",
        "::: button https://x.nl\nLees\n:::",
        "::: signature\nRenata\n:::",
        "Renata",
    ],
)
def test_what_follows_the_sign_off_does_not_hide_it(parse: Callable[..., Document], tail: str):
    document = parse(
        f"Beste lezer,\n\nEen zin van gewone lengte, die niet op een afscheid lijkt.\n\nGroet,\nR.\n\n{tail}"
    )

    assert inline_types(document, 2) == ["text", "hardbreak", "text"]


def test_other_blocks_end_the_closing_lines(parse: Callable[..., Document]):
    assert inline_types(parse("kort\nkort\n\n- a\n- b"), 0) == ["text", "softbreak", "text"]


def test_a_signature_keeps_its_lines_anywhere(parse: Callable[..., Document]):
    document = parse(f"::: signature\nRenata\n{'lang ' * 20}\n:::\n\n{'tekst ' * 20}")

    assert "hardbreak" in inline_types(document, 0)


@pytest.mark.parametrize("body", ["", " \n\n", "<!-- niets -->", "[a]: https://x.nl", "[^1]: a"])
def test_a_letter_without_text_is_a_problem(parse: Callable[..., Document], body: str):
    assert parse(body).problems[0].what == "the letter has no text"


def test_an_open_comment_is_a_problem_with_its_line(parse: Callable[..., Document]):
    (problem,) = parse("a\n\nb <!-- c\nd").problems

    assert str(problem.place) == "issues/brief.md:3"


def test_problems_come_all_at_once_in_order(parse: Callable[..., Document]):
    document = parse("{{ 1 }}\n\n::: knop\na\n:::\n\n[a](b)\n\n![a](/b)")

    assert [problem.place.line for problem in document.problems if problem.place] == [1, 3, 7, 9]
    with pytest.raises(ContentError) as caught:
        document.require_sound()
    assert caught.value.problems == document.problems


def test_no_more_than_a_hundred_problems_are_listed(parse: Callable[..., Document]):
    problems = parse("[a](b)\n\n" * 250).problems

    assert len(problems) == 101
    assert problems[-1].what == "… and 150 more"


_PLAIN = MarkdownIt("commonmark", {"html": False})
_PLAIN.validateLink = lambda url: True


def _shape(tokens: list[Token]) -> list[object]:
    return [
        (token.type, token.tag, token.map, token.hidden, [child.type for child in token.children or ()])
        for token in tokens
    ]


@pytest.mark.parametrize(
    "text",
    [
        "*a **b*** _c_ __d__ a*b*c a_b_c",
        "- a\n\n  b\n- c\n  1) d\n  2) e",
        "> a\nb\n> - c\n\n    code",
        "a  \nb\\\nc\n***\nd\n===",
        "```py x\na\n```\n~~~\n``` \n~~~",
        "`` a ` b `` \\*a\\* &amp; &#35; &nbsp;",
        "[a](<b c> 'd') ![e](f) [g][h] [h]\n\n[h]: https://i",
        "# a #\n####### b\n   ### c",
        "1. a\n\n   b\n\n10. c\n* d",
    ],
)
def test_commonmark_keeps_its_meaning(text: str):
    assert _shape(parse_tokens(text, "nl").tokens) == _shape(_PLAIN.parse(text))


@given(st.text(alphabet="ab *_`#>-+()[]!\\&;\n\t1.=~", max_size=80))
def test_nothing_is_added_to_commonmark_but_what_is_asked(text: str):
    if "~" in text or "[^" in text:
        text = text.replace("~", "").replace("[^", "")

    assert _shape(parse_tokens(text, "nl").tokens) == _shape(_PLAIN.parse(text))


@given(st.text(alphabet="ab {}|\\`*%<!->:\n[]()^1.#_'\"", max_size=120))
def test_any_text_gives_a_document(parse: Callable[..., Document], text: str):
    document = parse(text)

    assert all(problem.place is not None for problem in document.problems)
    assert document.tokens or document.problems
    found = {match[0] for token in document.tokens for match in TOKEN_PATTERN.finditer(_everything(token))}
    assert found <= set(document.slots)


def _everything(token: Token) -> str:
    own = [token.content, token.info, *map(str, token.attrs.values()), str(token.meta.get("argument", ""))]
    return " ".join([*own, *(_everything(child) for child in token.children or ())])


@given(st.text(max_size=200))
def test_any_characters_give_a_document(parse: Callable[..., Document], text: str):
    assert parse(text).issue.body == text
