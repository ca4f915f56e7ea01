"""The letter in the frame: which colours, which addresses, and nothing else changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.studio.letter import for_frame

BASE = "https://brief.example/issues/brief/"


def framed(html: str, scheme: str = "light", base: str = BASE) -> str:
    return for_frame(html, scheme=scheme, image_base=base, local=lambda path: f"/image/brief/{path}?v=1&w")


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
    html = f'<img src="{BASE}img/a%20b@2x.png"><img src="https://elsewhere.example/x.png">'

    shown = framed(html)

    assert '<img src="/image/brief/img/a%20b@2x.png?v=1&amp;w">' in shown
    assert '<img src="https://elsewhere.example/x.png">' in shown


def test_without_a_base_address_pictures_are_found_all_the_same() -> None:
    assert 'src="/image/brief/x.png?v=1&amp;w"' in framed(
        '<img src="/issues/brief/x.png">', base="/issues/brief/"
    )


def test_the_mark_goes_into_the_first_head_only() -> None:
    shown = framed('<!doctype html><html><head lang="nl"><title>x</title></head><p>&lt;head&gt; <head></p>')

    assert shown.startswith('<!doctype html><html><head lang="nl"><base target="_blank">')
    assert shown.count("color-scheme: light !important") == 1


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_without_pictures_styles_and_head_comes_through(text: str) -> None:
    html = text.replace("<", "‹").replace('src="', "")

    assert framed(html) == html
