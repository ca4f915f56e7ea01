"""Each template, as a browser shows it: readable, reachable, and nothing beside the page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parent))
from letter_room import CASES, Case, letter_of, open_letter

from newsletter.domain.colour import Colour, contrast

pytestmark = pytest.mark.browser

TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        const style = getComputedStyle(element);
        const tiny = style.display === 'none' || parseFloat(style.fontSize) < 2;
        if (tiny || !element.getClientRects().length || !walker.currentNode.textContent.trim()) continue;
        let around = element;
        while (getComputedStyle(around).backgroundColor === 'rgba(0, 0, 0, 0)' && around.parentElement)
            around = around.parentElement;
        const ground = getComputedStyle(around).backgroundColor;
        found.push([walker.currentNode.textContent.trim().slice(0, 40), style.color,
                    ground === 'rgba(0, 0, 0, 0)' ? 'rgb(255, 255, 255)' : ground]);
    }
    return found;
}"""
WITHOUT_LANDMARKS = {
    "rules": {name: {"enabled": False} for name in ("region", "landmark-one-main", "page-has-heading-one")}
}


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    assert isinstance(request.param, Case)
    return request.param


@pytest.fixture(params=[(600, "light"), (375, "dark")], ids=["600px-light", "375px-dark"])
def page(chromium: Browser, case: Case, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    with open_letter(chromium, letter_of(case), width=width, scheme=scheme) as page:
        yield page


def test_every_word_stands_out_from_what_is_behind_it(page: Page) -> None:
    texts = page.evaluate(TEXTS)

    low = [
        (words, colour, ground)
        for words, colour, ground in texts
        if contrast(_colour(colour), _colour(ground)) < 4.5
    ]

    assert len(texts) > 10
    assert low == []


def test_nothing_stands_beside_the_page(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.compatMode") == "CSS1Compat"


def test_buttons_are_large_enough_for_a_thumb(page: Page) -> None:
    heights = page.evaluate(
        "[...document.querySelectorAll('.cta a')].map(a => a.getBoundingClientRect().height)"
    )

    assert all(height >= 44 for height in heights), heights


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))"
    )
    first = levels[0] if levels else 1

    assert all(deeper - level <= 1 for level, deeper in pairwise(levels)), levels
    assert first <= 2


def test_links_within_the_letter_lead_somewhere(page: Page) -> None:
    targets = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href'))"
    )

    assert [target for target in targets if not page.locator(target).count()] == []


def test_axe_finds_nothing(page: Page) -> None:
    found = Axe().run(page, options=WITHOUT_LANDMARKS)

    assert [
        (violation["id"], violation["nodes"][0]["html"]) for violation in found.response["violations"]
    ] == []


def test_a_digest_lists_its_sections_in_order(chromium: Browser) -> None:
    digest = next(case for case in CASES if str(case) == "digest-sample")

    with open_letter(chromium, letter_of(digest), width=600, scheme="light") as page:
        listed = page.locator(".contents li").all_inner_texts()
        headings = page.locator(".prose h2").all_inner_texts()

    assert listed == headings
    assert len(listed) == 4


def _colour(css: str) -> Colour:
    """Return the colour of `rgb(r, g, b)`."""
    red, green, blue = (int(part) for part in css[css.index("(") + 1 : -1].split(",")[:3])
    return Colour(red, green, blue)
