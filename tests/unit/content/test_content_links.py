from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.document import Document
from newsletter.content.links import judge_target
from newsletter.source import Place

PLACE = Place(path="issues/brief.md", line=1)


@pytest.mark.parametrize(
    "url",
    [
        "https://brief.example",
        "http://brief.example:8080/a?b=c#d",
        "https://xn--crme-6oa.nl/",
        "https://[2001:db8::1]/",
        "mailto:renata@brief.example?subject=Vraag",
        "mailto:?subject=Lees%20dit",
        "tel:+31612345678",
        "tel:06-12%2034",
    ],
)
def test_whole_addresses_may_stand_in_a_letter(url: str):
    assert judge_target(url, {}, PLACE) is None


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("", "no address"),
        ("javascript:alert(1)", "javascript:"),
        ("JaVaScRiPt:alert(1)", "javascript:"),
        ("data:text/html;base64,x", "data:"),
        ("vbscript:x", "vbscript:"),
        ("file:///etc/passwd", "your own computer"),
        ("C:/brief.docx", "your own computer"),
        ("pad/naar", "leads nowhere"),
        ("/pad", "leads nowhere"),
        ("../pad", "leads nowhere"),
        ("#vraag", "inside the letter"),
        ("//x.nl/a", "no scheme"),
        ("www.x.nl", "not a full address"),
        ("x.nl/a", "not a full address"),
        ("renata@brief.example", "not a full address"),
        ("https://", "names no site"),
        ("https:///a", "names no site"),
        ("https://a..nl", "names no site"),
        ("https://a%20b.nl", "names no site"),
        ("https://[x/", "not a web address"),
        ("https://x.nl:poort/", "not a web address"),
        ("mailto:renata", "cannot be mailed"),
        ("mailto:a@b.nl,c", "cannot be mailed"),
        ("tel:bel", "not a telephone number"),
    ],
)
def test_other_targets_are_refused_with_the_mend(url: str, what: str):
    problem = judge_target(url, {}, PLACE)

    assert problem is not None
    assert what in problem.what
    assert problem.place == PLACE
    assert problem.fix


def test_a_bare_domain_is_offered_with_https():
    problem = judge_target("www.x.nl/a", {}, PLACE)

    assert problem is not None
    assert problem.fix == "did you mean https://www.x.nl/a?"


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("tekst\n[a](javascript:x)", 2, "javascript:"),
        ("a\n\nb\n[c](rel)", 4, "leads nowhere"),
        ("> a\n> [c](rel)", 2, "leads nowhere"),
        ("- a\n- b\n  [c](rel)", 3, "leads nowhere"),
        ("| a |\n|---|\n| [c](rel) |", 3, "leads nowhere"),
        ("a[^1]\n\n[^1]: b\n    [c](rel)", 4, "leads nowhere"),
        ("[a][b]\n\n[b]: rel", 1, "leads nowhere"),
        ("<javascript:x>", 1, "javascript:"),
        ("[a](https://x.nl/een twee)", 1, "is not a link"),
        ("a\n![b](img/een foto.png)", 2, "is not a link"),
        ("[a](https://x.nl 'b' c)", 1, "is not a link"),
        ("[a][b]", 1, "refers to an address"),
        ("[a][]", 1, "refers to an address"),
        ("a[^1]", 1, "no text for footnote"),
        ("[](https://x.nl)", 1, "no text to click"),
        ("[a]()", 1, "no address"),
    ],
)
def test_no_link_is_silently_left_as_text(parse: Callable[..., Document], body: str, line: int, what: str):
    (problem,) = parse(body).problems

    assert what in problem.what
    assert problem.place is not None
    assert problem.place.line == line


@pytest.mark.parametrize(
    "body",
    [
        r"\[a](b c)",
        r"\[a]\(b)",
        "[sic] (ja)",
        "`[a](b c)`",
        "a] (b",
        "```\n[a][b]\n```",
        r"\[^1]",
        "[x] [y] z",
    ],
)
def test_brackets_that_are_no_link_are_text(parse: Callable[..., Document], body: str):
    assert parse(body).problems == ()


def test_links_are_listed_in_reading_order_with_their_lines(parse: Callable[..., Document]):
    document = parse(
        '[*een* `b`](https://x.nl/é "titel"), <https://crème.nl>\n<renata@x.nl>\n\n'
        "[![k](k.png)](https://y.nl) [c]\n\n[c]: https://z.nl"
    )

    assert document.problems == ()
    assert [(str(link.kind), link.url, link.label) for link in document.links] == [
        ("text", "https://x.nl/%C3%A9", "een b"),
        ("bare", "https://xn--crme-6oa.nl", "https://crème.nl"),
        ("bare", "mailto:renata@x.nl", "renata@x.nl"),
        ("image", "https://y.nl", "k"),
        ("text", "https://z.nl", "c"),
    ]
    assert [link.place.line for link in document.links] == [1, 1, 2, 4, 4]


def test_an_address_in_plain_text_is_noted(parse: Callable[..., Document]):
    (note,) = parse("a\nzie https://x.nl/a.").notes

    assert str(note.place) == "issues/brief.md:2"
    assert "<https://x.nl/a>" in (note.fix or "")


@given(st.text(max_size=60))
def test_any_target_is_judged(url: str):
    problem = judge_target(url, {}, PLACE)

    assert problem is None or problem.place == PLACE
