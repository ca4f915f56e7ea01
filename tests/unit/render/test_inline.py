"""Inlining leaves everything but style attributes as it was."""

import logging
import re

import pytest

from newsletter.errors import ContentError
from newsletter.render.inline import inline_css

STYLES = (
    '<style type="text/css">@import url(http://127.0.0.1:9/x.css);'
    "\n@media (x) { a > b { color: red !important } }</style>",
    '<style media="print">u + .body { color: RED } [data-ogsc] p { color: #ABC }</style>',
    "<style>@font-face { font-family: x } * { color: red }</style>",
)
COMMENTS = (
    '<!--[if mso | IE]><table width="600"><tr><td style="padding:0 0px"><![endif]-->',
    "<!--[if !mso]><!-->",
    "<!--<![endif]-->",
    "<!--[if mso]></td></tr></table><style>p { color: red }</style><![endif]-->",
)
HTML = (
    f"<!doctype html><html><head>{''.join(STYLES)}</head><body>"
    f'{COMMENTS[0]}<img src="x.png" width="250" style="width:100%">{COMMENTS[1]}'
    f'<p class="a">x</p>{COMMENTS[2]}<a href="https://nlph0123abcdq.example/nlph01234567q?x=1">y</a>'
    f" {{{{ niets }}}}{COMMENTS[3]}</body></html>"
)


def test_rules_are_written_into_the_elements_they_match() -> None:
    assert '<p class="a" style="margin:0; color:red">' in inline_css(
        HTML, [".a { color: red }", "p { margin: 0 }"]
    )


@pytest.mark.parametrize(
    ("style", "sheet", "expected"),
    [
        ("color: blue", "p { color: red !important }", "color:red"),
        ("color: blue !important", "p { color: red !important }", "color:blue !important"),
        ("color: blue", "p { color: red !important } p.a { color: green !important }", "color:green"),
        ("color: blue", "p.a { color: red !important } p { color: green !important }", "color:red"),
        (
            "background-color: blue",
            "p { background: red !important }",
            "background-color:blue; background:red",
        ),
        ("margin: 1px", "p { color: red !important; margin: 2px }", "margin:1px; color:red"),
        ("", "p { color: red };", "color:red"),
        ("", "p[class] { color: red } p { color: green }", "color:red"),
        ("", 'p[class="a"] { color: red } p.a { color: green }', "color:green"),
        ("", "p:first-child { color: red } p { color: green }", "color:red"),
    ],
)
def test_the_strongest_declaration_wins_as_in_a_browser(style: str, sheet: str, expected: str) -> None:
    html = f'<!doctype html><html><body><p class="a" style="{style}">x</p></body></html>'

    assert f'style="{expected}"' in inline_css(html, [sheet])


@pytest.mark.parametrize("kept", [*STYLES, *COMMENTS, 'width="250"', "nlph01234567q?x=1", "{{ niets }}"])
def test_all_else_stays_byte_for_byte(kept: str) -> None:
    assert kept in inline_css(HTML, ["p { margin: 0 }"])


def test_the_doctype_stays_so_that_browsers_keep_to_the_standard() -> None:
    assert inline_css(HTML, []).startswith("<!DOCTYPE html>")


def test_text_that_looks_like_the_inliner_s_own_mark_stays() -> None:
    html = '<!doctype html><html><body><p>&lt;style data-premailer="ignore"&gt;</p></body></html>'

    assert '&lt;style data-premailer="ignore"&gt;' in inline_css(html, [])


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        inline_css(HTML, ["p { mso-line-height-rule: exactly; kleur: rood }"])

    assert caplog.records == []


def test_a_style_that_upsets_the_inliner_is_refused_and_does_no_harm_later() -> None:
    html = HTML.replace('class="a"', 'style="p"')

    with pytest.raises(ContentError, match="cannot be carried out"):
        inline_css(html, ["p { margin: 0 }"])

    assert re.search(r"<p[^>]*margin:0", inline_css(HTML, ["p { margin: 0 }"]))
