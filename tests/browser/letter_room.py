"""Letters in a browser: Debian's Chromium, any template, the letter's own pictures from disk, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from newsletter.config.schema import Config, FieldConfig, NewsletterConfig
from newsletter.config.theme import ThemeConfig
from newsletter.content.loader import load_issue
from newsletter.domain.picture import PictureFile
from newsletter.render.pipeline import render_issue

__all__ = ["CASES", "Case", "Letter", "letter_of", "open_letter"]

ROOT = Path(__file__).parents[2]
SINK = ROOT / "newsletter/project/issues/kitchen_sink/everything.md"
VALUES = {
    "first_name": "Renée-Żółć",
    "unsubscribe_url": "https://brief.example/unsubscribe/x",
    "preferences_url": "https://brief.example/preferences/x",
    "archive_url": "https://brief.example/archive/x",
}


@dataclass(frozen=True)
class Case:
    """A template with a letter in it."""

    template: str
    letter: Path

    def __str__(self) -> str:
        """Render as TEMPLATE-LETTER, such as `digest-kitchen-sink`."""
        return f"{self.template}-{'kitchen-sink' if self.letter == SINK else 'sample'}"


CASES = (
    Case("letter", ROOT / "issues/2026-11-24-appgroep.md"),
    Case("digest", ROOT / "tests/browser/letters/digest.md"),
    Case("announcement", ROOT / "tests/browser/letters/announcement.md"),
    *(Case(template, SINK) for template in ("letter", "digest", "announcement")),
)


@dataclass(frozen=True)
class Letter:
    """What a reader gets: the HTML, and its own pictures by address."""

    html: str
    pictures: Mapping[str, PictureFile]


@cache
def letter_of(case: Case, theme: ThemeConfig | None = None) -> Letter:
    """Return the letter in its template, for one reader."""
    config = Config(
        root=ROOT,
        quotes_dir=SINK.parent,
        newsletter=NewsletterConfig(
            name="Helder bestuur",
            lang="nl",
            postal_address="Kade 12, 8011 AB Zwolle",
            base_url="https://brief.example",
        ),
        theme=theme or ThemeConfig(),
        fields={name: FieldConfig(name=name, fallback="lezer") for name in ("first_name",)},
    )
    issue = replace(load_issue(case.letter, config), template=case.template)
    rendered = render_issue(issue, config)
    return Letter(rendered.html.fill(VALUES), {picture.url: picture for picture in rendered.pictures})


@contextmanager
def open_letter(browser: Browser, letter: Letter, *, width: int, scheme: str) -> Iterator[Page]:
    """Yield a page with the letter and its own pictures; every other request is an error."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    )
    page = context.new_page()
    refused: list[str] = []

    def answer(route: Route) -> None:
        picture = letter.pictures.get(route.request.url)
        if picture is not None:
            route.fulfill(body=picture.data, content_type=picture.media_type)
            return
        refused.append(route.request.url)
        route.abort()

    page.route("**/*", answer)
    page.set_content(letter.html, wait_until="load")
    yield page
    context.close()
    assert refused == []
