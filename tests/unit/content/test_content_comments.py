from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.comments import strip_comments


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("a <!-- b --> c", "a c"),
        ("a<!-- b -->c", "ac"),
        ("a <!-- b\nc --> d", "a\nd"),
        ("a <!-- b -->  \nc", "a\nc"),
        ("<!-- b -->    a", "a"),
        ("- <!-- b --> a", "- a"),
        ("<!-->a<!--->b", "ab"),
        ("a --> b", "a --> b"),
        ("<!-- a\n```\n-->\nb <!-- c -->", "\n\n\nb"),
    ],
)
def test_comments_go_and_lines_stay(text: str, stripped: str):
    assert strip_comments(text) == (stripped, None)


@pytest.mark.parametrize(
    "text",
    [
        "`<!-- a -->`",
        "`` ` <!-- a --> ``",
        "```\n<!-- a -->\n```",
        "> ~~~\n> <!-- a\n> ~~~",
        "- ```\n  <!-- a -->\n  ```",
        "```\n```` <!--",
    ],
)
def test_a_comment_in_code_stays(text: str):
    assert strip_comments(text) == (text, None)


def test_a_lone_backtick_opens_no_code():
    assert strip_comments("a ` b <!-- c -->") == ("a ` b", None)


@pytest.mark.parametrize(
    ("text", "line"), [("<!-- a", 0), ("a\nb <!-- c\nd", 1), ("<!-- a\n--> b <!-- c", 1)]
)
def test_a_comment_that_is_never_closed_is_named(text: str, line: int):
    assert strip_comments(text)[1] == line


@given(st.text(alphabet="<!->`~ \nab", max_size=80))
def test_lines_are_kept_whatever_stands_there(text: str):
    stripped, _ = strip_comments(text)

    assert stripped.count("\n") == text.count("\n")
