"""A reader's words in an issue: they say the same there, whatever characters they are made of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from newsletter.content.markdown import parse_markdown
from newsletter.domain.issue import Issue
from newsletter.replies.quote_block import quote_block

PIECES = st.sampled_from([
    *"\\`*_[]<>#+-=:!|~&.)( {}$^\"'/a1é\n\n",
    ":::", "::: note", "<!--", "-->", "{{ first_name }}", "{{date}}", "1. ", "---", "===", "```", "~~~",
    "&amp;",    "[^1]", "[a](b)", "![a](b)", "http://a.example/", "\r\n", "\t", "    ",
    "| a | b |\n|---|---|", "> ", "— Jan",
])  # fmt: skip
MARKUP_FREE = {"text", "softbreak", "text_special", "hardbreak"}
OUTSIDE = {"directive_open", "directive_close", "paragraph_open", "paragraph_close", "inline"}


def tokens_of(block: str) -> list[Token]:
    issue = Issue(
        path=Path("/project/issues/brief.md"), shown_path="issues/brief.md", slug="brief", subject="Brief",
        lang="nl", template="letter", body=block, body_line=1, digest="",
    )  # fmt: skip
    document = parse_markdown(issue)
    assert document.problems == ()
    return list(document.tokens)


def bare(text: str) -> str:
    """Return what no habit of typography changes: letters, digits and the signs of markup."""
    return "".join(re.findall(r"[a-zé0-9\\`*_\[\]<>#+=:|~&{}$^/]", text))


@given(st.lists(PIECES, min_size=1, max_size=12).map("".join).filter(str.strip))
def test_whatever_a_reader_writes_stands_there_as_words(words: str) -> None:
    tokens = tokens_of(f"Before.\n\n{quote_block('17', words)}\n\nAfter.\n")

    assert [token.type for token in tokens].count("directive_open") == 1
    assert {token.type for token in tokens} <= OUTSIDE
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= MARKUP_FREE
    said = "".join(child.content for child in children)
    assert bare(said) == bare("Before." + words + "After.")


def test_paragraphs_and_lines_stay() -> None:
    block = quote_block("17", "Beste Renata,\r\n\r\n\r\nDat doen wij met veertien groepen.\nEn jij?\r\n")

    assert block == "::: reader 17\nBeste Renata,\n\nDat doen wij met veertien groepen.\nEn jij?\n:::"


def test_plain_words_are_not_marked_up_with_backslashes() -> None:
    words = "Wij hebben er 14 (dat is veel), zie e-mail_adres van 3 mei: 50 % - echt."

    assert words in quote_block("17", words)


@pytest.mark.parametrize("words", ["", " \r\n\t", "\x00\u202e", "\ud800"], ids=ascii)
def test_no_words_are_no_quote(words: str) -> None:
    with pytest.raises(ValueError, match="no words"):
        quote_block("17", words)


@pytest.mark.parametrize("name", ["", "a b", "../x", "é"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
        quote_block(name, "x")
