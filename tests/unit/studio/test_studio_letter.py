"""The letter in the frame: which colours, which addresses, and nothing else changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.studio.letter import for_frame

BASE = "https://brief.example/issues/brief/"


def framed(html: str, scheme: str = "light") -> str:
    local = {f"{BASE}a&b@2x.12.png": "/image/12/a&b@2x.12.png", "cid:12@picture": "/image/12/a.12.png"}
    return for_frame(html, scheme=scheme, local=local)


@pytest.mark.parametrize(("scheme", "on"), [("dark", True), ("light", False)])
def test_what_a_style_sheet_asks_of_the_system_is_answered(scheme: str, on: bool) -> None:
    html = "<head><style>@media screen and ( prefers-color-scheme:dark ) { p { color: red } }</style></head>"

    shown = framed(html, scheme)

    assert "prefers-color-scheme" not in shown
    assert ("(min-width: 0px) {" in shown) == on


def test_a_letter_about_colour_schemes_keeps_its_words() -> None:
    html = "<head></head><p>Write @media (prefers-color-scheme: dark) in your style sheet.</p>"

    assert "(prefers-color-scheme: dark) in your" in framed(html, "dark")


def test_own_pictures_come_from_the_studio_and_others_stay() -> None:
    html = f'<img src="{BASE}a&amp;b@2x.12.png"><img src="https://elsewhere.example/x.png">'

    shown = framed(html)

    assert '<img src="/image/12/a&amp;b@2x.12.png">' in shown
    assert '<img src="https://elsewhere.example/x.png">' in shown


def test_embedded_pictures_come_from_the_studio_too() -> None:
    assert framed('<img src="cid:12@picture">') == '<img src="/image/12/a.12.png">'


def test_the_mark_goes_into_the_first_head_only() -> None:
    shown = framed('<!doctype html><html><head lang="nl"><title>x</title></head><p>&lt;head&gt; <head></p>')

    assert shown.startswith('<!doctype html><html><head lang="nl"><base target="_blank">')
    assert shown.count("color-scheme: light !important") == 1


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_without_pictures_styles_and_head_comes_through(text: str) -> None:
    html = text.replace("<", "‹").replace('src="', "")

    assert framed(html) == html
