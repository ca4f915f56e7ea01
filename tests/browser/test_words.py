"""Words in a real browser: long ones break, code keeps its spaces, and everything can be read in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from newsletter.config.schema import Config, NewsletterConfig, TypographyConfig
from newsletter.content.loader import load_issue
from newsletter.render.pipeline import render_issue

pytestmark = pytest.mark.browser

CODE = """\
def tel(a):
    if a:
        return  "een heel lange regel die op geen enkele telefoon past, hoe je hem ook houdt"
"""
BODY = f"""\
De arbeidsongeschiktheidsverzekeringsmaatschappij schrijft.

```python
{CODE}```

> Zeker.[^1]
> -- Jan

::: reader 17
Ja, *echt*.
:::

[^1]: Bron, met code:

        a  b
"""
QUOTES = '[quotes.17]\nname = "Sanne"\nconsent = "named"\ngranted = 2026-11-20\n'
# A program that breaks no word by itself, such as Gmail.
NO_HYPHENS = "*, .prose, .question, .note { hyphens: manual !important; overflow-wrap: normal !important; }"
# The text up to the last line that ends inside the long word.
LINE_END = """() => {
    const text = document.querySelector('.prose p').firstChild, range = document.createRange();
    const end = text.data.indexOf(' schrijft'), from = text.data.indexOf('arbeids');
    let last = '', top = null;
    for (let index = from; index < end; index++) {
        range.setStart(text, index);
        range.setEnd(text, index + 1);
        const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
        if (!rects.length) continue;
        const now = rects.at(-1).top;  // behind the hyphen that is drawn
        if (top !== null && now > top + 4) last = text.data.slice(0, index);
        top = now;
    }
    return last;
}"""
Open = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    (tmp_path / "quotes.toml").write_text(QUOTES, encoding="utf-8")
    path = tmp_path / "brief.md"
    path.write_text(f"---\nsubject: a\nlang: nl\n---\n{BODY}", encoding="utf-8")
    config = Config(root=tmp_path, newsletter=NewsletterConfig(base_url="https://brief.example"))
    contexts = []

    def opened(*, is_hyphenated: bool = True, is_dark: bool = False) -> Page:
        own = replace(config, typography=TypographyConfig(hyphenate=is_hyphenated))
        html = render_issue(load_issue(path, own), own).html.fill({})
        context = chromium.new_context(
            viewport={"width": 340, "height": 800},
            color_scheme="dark" if is_dark else "light",
            offline=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_content(html, wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_a_long_word_breaks_between_its_parts_where_nothing_else_hyphenates(opened: Open) -> None:
    ends = []
    for is_hyphenated in (True, False):
        page = opened(is_hyphenated=is_hyphenated)
        page.add_style_tag(content=NO_HYPHENS)
        ends.append(page.evaluate(LINE_END))

    assert ends[0].endswith("\u00ad")
    assert "\u00ad" not in ends[1]


def test_code_wraps_on_a_phone_and_is_copied_as_it_was_typed(opened: Open) -> None:
    page = opened()

    assert page.evaluate("document.documentElement.scrollWidth") <= 340
    page.evaluate("""() => {
        getSelection().selectAllChildren(document.querySelector('pre'));
        document.body.insertAdjacentHTML('beforeend', '<textarea id="paste"></textarea>');
    }""")
    page.keyboard.press("Control+c")
    page.focus("#paste")
    page.keyboard.press("Control+v")
    assert page.input_value("#paste").rstrip("\n") == CODE.rstrip("\n")


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize(
    "element",
    [
        "pre",
        "blockquote p",
        ".attribution",
        ".reader p",
        ".reader .attribution",
        ".footnotes h2",
        ".footnotes p",
        ".footnotes pre",
    ],
)
def test_quotations_sources_and_code_stand_out_in_light_and_dark(
    opened: Open, element: str, *, is_dark: bool
) -> None:
    contrast = opened(is_dark=is_dark).evaluate(
        """(element) => {
            const text = document.querySelector(element);
            let around = text;
            while (getComputedStyle(around).backgroundColor === 'rgba(0, 0, 0, 0)')
                around = around.parentElement;
            const light = (colour) => {
                const part = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
                const [r, g, b] = colour.match(/[0-9.]+/g).map((value) => part(value / 255));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const pair = [getComputedStyle(text).color, getComputedStyle(around).backgroundColor].map(light);
            return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        }""",
        element,
    )

    assert contrast >= 4.5  # WCAG 2.2, 1.4.3


def test_emphasis_in_a_quotation_stands_upright(opened: Open) -> None:
    style = opened().evaluate("getComputedStyle(document.querySelector('.reader em')).fontStyle")

    assert style == "normal"
