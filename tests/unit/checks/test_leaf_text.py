"""Words of a letter are found with the colours they stand in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks.leaf_text import leaf_texts


def found(source: str) -> list[tuple[str, str, str]]:
    return [(text.words, str(text.colour), str(text.ground)) for text in leaf_texts(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>a</p>", [("a", "#000000", "#ffffff")]),
        ('<div style="color:#111111;background:#eeeeee url()"><p>a</p></div>', [("a", "#111111", "None")]),
        ('<table bgcolor="#222"><td style="color: #FFF">a</td></table>', [("a", "#ffffff", "#222222")]),
        ('<p style="color:#111111">a <b style="color:#222222">b</b> c</p>',
         [("a", "#111111", "#ffffff"), ("b", "#222222", "#ffffff"), ("c", "#111111", "#ffffff")]),
        ('<a href="x">a</a>', [("a", "None", "#ffffff")]),
        ('<p style="display:none">a</p><p>b</p>', [("b", "#000000", "#ffffff")]),
        ('<p style="color:rgb(1, 2, 3)">a</p>', [("a", "#010203", "#ffffff")]),
        ('<p style="color:rebeccapurple">a</p>', [("a", "None", "#ffffff")]),
        ("<p>a</p><!-- c --> b", [("a", "#000000", "#ffffff"), ("b", "#000000", "#ffffff")]),
        ("<p>·</p><p> — </p>", []),
        ("", []),
    ],
)  # fmt: skip
def test_each_piece_of_text_has_its_own_colours(source: str, expected: list[tuple[str, str, str]]) -> None:
    assert expected == found(source)


@pytest.mark.parametrize(
    ("source", "is_large"),
    [
        ('<p style="font-size:24px">a</p>', True),
        ('<p style="font-size:23px">a</p>', False),
        ('<p style="font-size:19px;font-weight:700">a</p>', True),
        ('<p style="font-size:19px;font-weight:400">a</p>', False),
        ("<h1>a</h1>", True),
        ("<h3>a</h3>", True),
        ('<h2 style="font-size:14px">a</h2>', False),
    ],
)
def test_large_text_is_large_as_wcag_counts(source: str, is_large: bool) -> None:
    assert [is_large] == [text.is_large for text in leaf_texts(source)]


@given(st.text(alphabet="<>/ap=\"' style:color#0f;{}&é\n-!", max_size=200))
def test_no_markup_is_too_broken_to_read(source: str) -> None:
    assert all(text.words for text in leaf_texts(source))
