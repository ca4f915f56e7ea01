"""Conditional comments are carried out as classic Outlook carries them out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.clients.conditional import apply_conditionals


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<!--[if mso]>a<![endif]-->b", "ab"),
        ("<!--[if !mso]><!-->a<!--<![endif]-->b", "b"),
        ("<!--[if !mso]>-->a<!--<![endif]-->b", "b"),
        ("<![if !mso]>a<![endif]>b", "b"),
        ("<!--[if mso | IE]>a<![endif]-->b", "ab"),
        ("<!--[if (mso)|(IE)]>a<![endif]-->b", "ab"),
        ("<!--[if gte mso 9]>a<![endif]-->b", "ab"),
        ("<!--[if lt mso 12]>a<![endif]-->b", "b"),
        ("<!--[if (gte mso 9)&(lte mso 15)]>a<![endif]-->b", "b"),
        ("<!--[if lte mso 16]>a<![endif]-->b", "ab"),
        ("<!--[if IE]>a<![endif]-->b", "b"),
        ("<!--[if nonsense]>a<![endif]-->b", "b"),
        ("<!-- a comment -->b", "<!-- a comment -->b"),
        ("<!--[if mso]>a<!--[if !mso]>x<![endif]-->c<![endif]-->b", "acb"),
        ("<!--[if !mso]>a", ""),
        ("a<![endif]-->b", "ab"),
    ],
)
def test_outlook_reads_its_own(html: str, expected: str) -> None:
    assert expected == apply_conditionals(html)


_PIECES = [
    "<!--[if ",
    "mso",
    "!",
    "(",
    ")",
    "&",
    "|",
    "]>",
    "<!-->",
    "-->",
    "<![endif]",
    "<!--",
    "<![if ",
    "gte ",
    "9",
    " x ",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_any_row_of_pieces_can_be_read(html: str) -> None:
    assert len(apply_conditionals(html)) <= len(html)


def test_a_storm_of_conditions_is_read_in_one_go() -> None:
    assert "" == apply_conditionals("<!--[if !mso]>" * 50_000)
    assert "" != apply_conditionals("<!--[if " * 50_000)
