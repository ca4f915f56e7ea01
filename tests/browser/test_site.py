"""Every page of the site in Chromium: readable by everybody, at home on a phone, and without a script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from newsletter.domain.subscriber import SubscriberStatus
from newsletter.project import FixedClock
from tests.browser.site_world import ANNA, confirm_link, every_page, never_link, running_site
from tests.browser.studio_world import PATIENCE_S
from tests.unit.site.site_world import Site
from tests.unit.site.test_scanners import content

pytestmark = pytest.mark.browser

AXE = Axe().axe_script
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
PLACES = [(1280, "light"), (1280, "dark"), (375, "light"), (375, "dark")]
_VIOLATIONS = """async rules => (await axe.run(document, rules)).violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.target} ${node.failureSummary}`)
)"""
SHOTS = os.environ.get("NEWSLETTER_SITE_SHOTS")
"""A folder to put a picture of every page in, to look at."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running_site(tmp_path) as running:
        yield running


def test_every_page_can_be_read_by_everybody_and_fits_a_phone(site: Site, chromium: Browser) -> None:
    broken: dict[str, list[str]] = {}
    complaints: list[str] = []
    with chromium.new_context(locale="nl", java_script_enabled=True) as context:
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        for name, come_to in every_page(site).items():
            page.set_viewport_size({"width": 1280, "height": 900})
            come_to(page)
            page.evaluate(AXE)  # once for a page: it is half a megabyte
            if found := [
                f"{width} {scheme}: {fault}"
                for width, scheme in PLACES
                for fault in _faults(page, name, width, scheme)
            ]:
                broken[name] = found

    assert broken == {}
    # Chromium tells of every answer that is no success, and of nothing else.
    assert [one for one in complaints if "status of 40" not in one] == []


def _faults(page: Page, name: str, width: int, scheme: str) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{width}-{scheme}.png", full_page=True)
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    found = [] if name == "letter" else page.evaluate(_VIOLATIONS, RULES)  # letters have tests of their own
    return found + (["wider than the window"] if wide else [])


def test_a_scanner_with_a_browser_that_follows_every_link_changes_nothing(
    site: Site, chromium: Browser
) -> None:
    links = [*site.links(ANNA).values(), confirm_link(site, "nieuw@gemeente.example")]
    links.append(never_link(site, "vreemd@gemeente.example"))
    before = content(site.database)
    seen: list[str] = []
    with chromium.new_context(locale="nl") as context:
        page = context.new_page()
        while links:
            seen.append(links.pop(0))
            page.goto(seen[-1])
            page.evaluate("() => document.querySelectorAll('input').forEach(one => one.focus())")
            found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
            links += [
                one
                for one in dict.fromkeys(found)
                if one.startswith(site.base) and one not in {*seen, *links}
            ]

    assert content(site.database) == before
    assert len(seen) > 10


def test_a_form_on_another_site_works_without_a_script(site: Site, chromium: Browser, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.html"
    elsewhere.write_text(
        f'<!doctype html><title>x</title><form method="post" action="{site.base}/subscribe">'
        '<input type="email" name="email"><button>Go</button></form>'
    )
    with chromium.new_context(locale="nl", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(elsewhere.as_uri())
        page.locator("input").fill("nieuw@gemeente.example")
        page.get_by_role("button").click()
        page.get_by_role("heading", name="Klopt dit?").wait_for()
        site.project.clock = FixedClock(datetime.now(UTC) + timedelta(seconds=10))
        page.get_by_role("button").click()
        page.get_by_role("heading", name="Kijk in je mailbox").wait_for()

    assert site.status("nieuw@gemeente.example") is SubscriberStatus.PENDING
