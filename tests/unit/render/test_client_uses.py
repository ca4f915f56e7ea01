"""Which features of the data a letter uses, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from newsletter.render.clients.support import feature
from newsletter.render.clients.uses import features_used


@pytest.mark.parametrize(
    ("letter", "name", "what"),
    [
        ('<p style="display: inline-flex">x</p>', "css-display-flex", "display: inline-flex"),
        ('<p style="border-top-left-radius: 1vh">x</p>', "css-unit-vh", "border-top-left-radius: 1vh"),
        (
            "<style>@media (orientation: portrait) {a{color:red}}</style>",
            "css-at-media-orientation",
            "@media",
        ),
        ("<style>@media print { a > b { gap: 1px } }</style>", "css-gap", "gap: 1px"),
        ("<style>p::before { content: 'x' }</style>", "css-pseudo-element-before", "p::before"),
        ("<h3>x</h3>", "html-h1-h6", "<h3>"),
        ('<img srcset="a.png 2x" src="b.webp">', "image-webp", "b.webp"),
        ('<img srcset="a.png 2x" src="b.webp">', "html-srcset", "srcset="),
        ("<button>x</button>", "html-button-submit", "<button"),
    ],
)
def test_a_feature_is_found_where_it_is_used_first(letter: str, name: str, what: str) -> None:
    used = features_used(html.document_fromstring(f"<body>{letter}</body>"))

    assert what in used[name].what


def test_what_the_data_does_not_know_is_left_out() -> None:
    used = features_used(html.document_fromstring('<body><bogus style="frobnicate: 1">x</bogus></body>'))

    assert {"html-body"} == set(used)


@given(st.text(), st.text())
def test_any_letter_can_be_read(style: str, sheet: str) -> None:
    root = html.document_fromstring("<body><p>x</p><style></style></body>")
    clean = "".join(char for char in style if char.isprintable())
    root.find(".//p").set("style", clean)
    root.find(".//style").text = "".join(char for char in sheet if char.isprintable())

    used = features_used(root)

    assert all(feature(name) for name in used)
