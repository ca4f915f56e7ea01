"""CSS read as browsers read it, and what a selector or a media query asks of a client."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.clients.css import (
    media_features,
    read_declarations,
    read_sheet,
    selector_features,
    write_declarations,
    write_sheet,
)


def test_declarations_come_back_as_they_were() -> None:
    text = 'color:red;background:url(a;b.png) no-repeat;font-family:"A;B", serif;margin:0 !important'

    assert text == write_declarations(read_declarations(text))


def test_a_broken_declaration_is_left_out_and_the_next_is_read() -> None:
    assert "color:red" == write_declarations(read_declarations("nonsense; color: red; : ;"))


def test_a_sheet_keeps_rules_in_media_and_fonts() -> None:
    sheet = (
        "@import url(x.css); .a, .b > p { color: red } "
        "@media (max-width: 480px) { .a { color: blue } } @font-face { src: url(f) }"
    )

    written = write_sheet(read_sheet(sheet))

    assert "@import url(x.css);" in written
    assert ".a, .b > p { color:red }" in written
    assert "@media (max-width: 480px) {\n.a { color:blue }\n}" in written
    assert "@font-face { src: url(f) }" in written
    assert write_sheet(read_sheet(written)) == written


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (".a", {"css-selector-class"}),
        (".a.b", {"css-selector-class", "css-selector-chaining"}),
        ("div > p", {"css-selector-child"}),
        ("div p", {"css-selector-descendant"}),
        ("u + .body", {"css-selector-adjacent-sibling", "css-selector-class"}),
        ("h1 ~ p", {"css-selector-general-sibling"}),
        ("[data-ogsc] .a", {"css-selector-attribute", "css-selector-descendant", "css-selector-class"}),
        ("a:hover", {"css-pseudo-class-hover"}),
        ("p::before", {"css-pseudo-element-before"}),
        ("*", {"css-selector-universal"}),
        ("#id", {"css-selector-id"}),
    ],
)
def test_a_selector_needs_features(selector: str, expected: set[str]) -> None:
    assert expected == selector_features(selector)


def test_a_media_query_needs_features() -> None:
    assert {"css-at-media"} == media_features("only screen and (max-width: 480px)")
    assert "css-at-media-prefers-color-scheme" in media_features("(prefers-color-scheme: dark)")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_text_is_too_odd_for_a_style(text: str) -> None:
    for written in (write_declarations(read_declarations(text)), write_sheet(read_sheet(text))):
        assert isinstance(written, str)


@pytest.mark.parametrize("text", ["(" * 20_000, "a{" * 20_000, "[({" * 5_000, "color:" + "calc(" * 5_000])
def test_deep_nesting_is_given_up(text: str) -> None:
    assert "" == write_declarations(read_declarations(text))
    assert "" == write_sheet(read_sheet(text))
