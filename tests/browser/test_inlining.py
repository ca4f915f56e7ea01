"""Inlining changes no computed style of any element: each template × letter, in Chromium, in four views."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from own_letters import letter_documents
from playwright.sync_api import Browser

from newsletter.render.inline import inline_css
from newsletter.render.linemap import strip_marks
from newsletter.render.mjml.compile import Compiled, compile_mjml

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
LETTERS = letter_documents(ROOT)
STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL)

DIFFERENCES = """([before, after, width]) => new Promise(done => {
    const frames = [before, after].map(html => {
        const frame = document.createElement('iframe');
        frame.style.cssText = `border:0;width:${width}px;height:800px`;
        frame.srcdoc = html;
        document.body.append(frame);
        return frame;
    });
    let waiting = frames.length;
    frames.forEach(frame => frame.addEventListener('load', () => { if (!--waiting) done(compare(frames)); }));

    function compare(frames) {
        const [one, other] = frames.map(frame => frame.contentDocument);
        const found = [];
        const same = (what, a, b) => a === b || found.push(`${what}: ${a} became ${b}`);
        if (one.compatMode !== 'CSS1Compat' || other.compatMode !== 'CSS1Compat')
            found.push(`${one.compatMode} ${other.compatMode}`);
        const [ours, theirs] = [one, other].map(page => [...page.body.querySelectorAll('*'), page.body]);
        if (ours.length !== theirs.length) found.push(`${ours.length} elements became ${theirs.length}`);
        ours.forEach((element, index) => {
            const twin = theirs[index];
            if (!twin || element.tagName !== twin.tagName)
                return found.push(`${element.tagName} became ${twin && twin.tagName}`);
            if (element.getAttribute('width') !== twin.getAttribute('width'))
                found.push(`width of ${element.tagName}`);
            const [a, b] = [element, twin].map(one => one.ownerDocument.defaultView.getComputedStyle(one));
            for (const name of a)
                same(`${element.tagName} ${name}`, a.getPropertyValue(name), b.getPropertyValue(name));
        });
        return {found, elements: ours.length, properties: getComputedStyle(document.body).length};
    }
})"""


@cache
def compiled(name: str) -> Compiled:
    return compile_mjml(strip_marks(LETTERS[name]))


@cache
def inlined(name: str) -> str:
    return inline_css(compiled(name).html, compiled(name).inline_css)


def with_sheet(letter: Compiled) -> str:
    """Return the letter before inlining, with the sheet to inline where it will stand in the cascade.

    A style attribute wins from every normal rule, whatever its selector. So the letter's other rules go
    into a layer, below the sheet; what is !important there wins all the same (CSS Cascade 5, 6.4.2).
    """
    layered = STYLE.sub(r"\1@layer kept{\2}\3", letter.html)
    return layered.replace("</head>", f"<style>{''.join(letter.inline_css)}</style></head>", 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 375])
@pytest.mark.parametrize("name", LETTERS)
def test_no_computed_style_changes(chromium: Browser, name: str, width: int, scheme: str) -> None:
    context = chromium.new_context(
        viewport={"width": 1400, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    )
    page = context.new_page()

    result = page.evaluate(DIFFERENCES, [with_sheet(compiled(name)), inlined(name), width])

    context.close()
    assert result["elements"] > 40
    assert result["properties"] > 300
    assert result["found"] == []


@pytest.mark.parametrize("name", LETTERS)
def test_style_sheets_comments_and_picture_widths_stay_byte_for_byte(name: str) -> None:
    before, after = compiled(name).html, inlined(name)

    assert after.startswith("<!DOCTYPE html>")
    for pattern in (r"<style\b.*?</style>", r"<!--.*?-->", r'<img\b[^>]* width="(\d+)"'):
        found = re.compile(pattern, re.DOTALL)
        assert found.findall(before) == found.findall(after)


def test_a_declaration_that_inlining_loses_is_seen(chromium: Browser) -> None:
    name = next(iter(LETTERS))
    page = chromium.new_page()

    result = page.evaluate(DIFFERENCES, [with_sheet(compiled(name)), compiled(name).html, 600])

    page.close()
    assert any("margin-bottom: 20px became 13px" in found for found in result["found"])
