"""Text of other programs: no word is lost, and what is no slot here never becomes one."""

from __future__ import annotations

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from newsletter.project.moving.html_text import html_to_markdown
from newsletter.project.moving.listmonk import LISTMONK
from newsletter.project.moving.placeholders import mark_placeholders, translate_markdown

_WORD = st.text(st.sampled_from("abcXYZ019éß*_`#[]()!<>&|\\~^+-=.:'\"$@{}"), min_size=1, max_size=8).filter(
    lambda word: not re.search(r"[{}]{2}|\{%|\*\||^[-+=~^*_#>.]+$", word)
)
_TAG = st.sampled_from(("p", "h2", "div", "strong", "em", "li", "td", "blockquote", "span"))


def _words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _seen(markdown: str) -> str:
    rendered = MarkdownIt("commonmark").enable(["table"]).render(markdown)
    return _words(html.unescape(re.sub(r"<[^>]*>", "", rendered)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_TAG, st.lists(_WORD, min_size=1, max_size=4)), min_size=1, max_size=5))
def test_every_word_of_a_letter_in_html_is_in_its_markdown(parts: list[tuple[str, list[str]]]) -> None:
    page = "".join(f"<{tag}>{html.escape(' '.join(words))}</{tag}>\n" for tag, words in parts)

    markdown, _ = html_to_markdown(page)

    assert _seen(markdown) == _words("".join("".join(words) for _, words in parts))


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab{}%*|. \n`"), max_size=40))
def test_what_looks_like_a_placeholder_never_becomes_a_slot_by_itself(text: str) -> None:
    found = translate_markdown(text, lambda _inside: None)

    assert found.slots == ()
    assert found.text.replace("\\", "") == text


def test_scripts_styles_and_pixels_are_nothing_a_reader_saw() -> None:
    page = (
        "<style>p{}</style><p>Seen</p><script>no()</script>"
        '<img src="https://a.example/t.gif" width="1" height="1"><!-- note --><img src="b.png" alt="B">'
    )

    markdown, pictures = html_to_markdown(page)

    assert markdown == "Seen\n\n![B](b.png)\n"
    assert pictures == ["b.png"]


def test_a_letter_nested_too_deep_keeps_its_words() -> None:
    markdown, _ = html_to_markdown("<div>" * 5_000 + "*word*")

    assert markdown == "\\*word\\*\n"


def test_a_table_that_lays_out_becomes_paragraphs_and_one_with_headings_stays() -> None:
    laid_out, _ = html_to_markdown("<table><tr><td>Left</td><td>Right</td></tr></table>")
    kept, _ = html_to_markdown("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>")

    assert laid_out == "Left\n\nRight\n"
    assert kept == "| A | B |\n| --- | --- |\n| 1 | 2 |\n"


def test_a_placeholder_in_an_address_that_is_not_known_cannot_break_the_link() -> None:
    marked = mark_placeholders('<a href="https://a.example/?u={{ .Subscriber.UUID }}">x</a>', LISTMONK.slots)

    settled = marked.settle(html_to_markdown(marked.text)[0])

    assert settled.text == "[x](https://a.example/?u=%7B%7B%20.Subscriber.UUID%20%7D%7D)\n"
    assert settled.unknown == ("{{ .Subscriber.UUID }}",)
