"""The letter as a browser shows it: narrow and wide, light and dark, with no network at all."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from newsletter.config.schema import Config, FieldConfig, NewsletterConfig
from newsletter.content.loader import find_issues, load_issue
from newsletter.domain.picture import PictureFile
from newsletter.domain.rendered import RenderedIssue
from newsletter.render.pipeline import render_issue

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CONFIG = Config(
    root=ROOT,
    newsletter=NewsletterConfig(
        name="Helder bestuur",
        lang="nl",
        postal_address="Kade 12, 8011 AB Zwolle",
        base_url="https://brief.example",
    ),
    fields={name: FieldConfig(name=name) for name in ("first_name", "organisation", "role")},
)
LETTERS = sorted(find_issues(CONFIG))
VALUES = {
    "first_name": "Renée-Żółć",
    "organisation": "Gemeente Onbestaand",
    "role": "adviseur",
    "unsubscribe_url": "https://brief.example/unsubscribe/x",
    "preferences_url": "https://brief.example/preferences/x",
    "archive_url": "https://brief.example/archive/x",
}


class Shown:
    """A page with what it complained about and what it asked for."""

    def __init__(self, page: Page, pictures: Mapping[str, PictureFile]) -> None:
        self.page = page
        self.pictures = pictures
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def answer(self, route: Route) -> None:
        """Give the letter's own pictures; note and refuse every other request."""
        picture = self.pictures.get(route.request.url)
        if picture is not None:
            route.fulfill(body=picture.data, content_type=picture.media_type)
            return
        self.requests.append(route.request.url)
        route.abort()


@pytest.fixture(params=LETTERS, ids=lambda path: str(path.stem))
def rendered(request: pytest.FixtureRequest) -> RenderedIssue:
    return render_issue(load_issue(request.param, CONFIG), CONFIG)


@pytest.fixture
def letter(rendered: RenderedIssue) -> str:
    return rendered.html.fill(VALUES)


@pytest.fixture(params=[600, 375], ids=["600px", "375px"])
def width(request: pytest.FixtureRequest) -> int:
    assert isinstance(request.param, int)
    return request.param


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shown(
    chromium: Browser, rendered: RenderedIssue, letter: str, width: int, scheme: str
) -> Iterator[Shown]:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    )
    result = Shown(context.new_page(), {picture.url: picture for picture in rendered.pictures})
    page = result.page
    page.on("console", lambda message: result.complaints.append(message.text))
    page.on("pageerror", lambda error: result.complaints.append(str(error)))
    page.route("**/*", result.answer)
    page.set_content(letter, wait_until="load")
    yield result
    context.close()


def test_the_letter_stands_in_its_window_and_asks_for_nothing(shown: Shown, width: int) -> None:
    page = shown.page

    assert page.evaluate("document.compatMode") == "CSS1Compat"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.requests == []
    assert shown.complaints == []
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.lang") == page.evaluate(
        "document.querySelector('[role=article]').lang"
    )


def test_text_stands_out_from_its_background(shown: Shown, scheme: str) -> None:
    body, paper = shown.page.evaluate(
        """() => {
            const text = document.querySelector('[role=article] p');
            let around = text;
            while (getComputedStyle(around).backgroundColor === 'rgba(0, 0, 0, 0)' && around.parentElement)
                around = around.parentElement;
            return [getComputedStyle(text).color, getComputedStyle(around).backgroundColor];
        }"""
    )

    assert _contrast(body, paper) >= 4.5  # WCAG 2.2, 1.4.3
    assert (_luminance(body) > _luminance(paper)) == (scheme == "dark")


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of `rgb(r, g, b)` (WCAG 2.2)."""
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
