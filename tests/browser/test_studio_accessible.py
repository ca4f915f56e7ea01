"""No state of the studio breaks a rule axe can judge (WCAG 2.1 AA): two widths, light, dark, nl and en."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.studio_world import NAME, PATIENCE_S, Desk, Studio, open_desk

pytestmark = pytest.mark.browser

AXE = Axe()
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "iframes": False,  # the letter allows no script; its own tests judge it
}
OTHER = "2026-12-24-anders"


@dataclass(slots=True)
class Place:
    """The studio in one width, scheme and language."""

    desk: Desk
    studio: Studio
    good: bytes

    @property
    def page(self) -> Page:
        return self.desk.page

    def pane(self, number: int) -> None:
        self.page.keyboard.press(f"Alt+{number}")


CASES = [
    (width, scheme, lang) for width in (1280, 768) for scheme in ("light", "dark") for lang in ("nl", "en")
]


@pytest.fixture(params=CASES, ids=lambda given: "-".join(map(str, given)))
def place(request: pytest.FixtureRequest, studio: Studio, chromium: Browser) -> Iterator[Place]:
    width, scheme, lang = request.param
    options = {"viewport": {"width": width, "height": 860}, "color_scheme": scheme, "locale": lang}
    issue, other = studio.issue, studio.root / "issues" / f"{OTHER}.md"
    good = issue.read_bytes()
    with chromium.new_context(**options) as context:
        context.set_default_timeout(PATIENCE_S * 1000)
        yield Place(open_desk(studio, context), studio, good)
    issue.write_bytes(good)
    other.unlink(missing_ok=True)


def writing(place: Place) -> None:
    place.pane(2)


def letter(place: Place) -> None:
    place.pane(3)


def plain_text(place: Place) -> None:
    place.pane(3)
    place.page.locator("button[data-view='text']").click()


def slips(place: Place) -> None:
    issue = place.studio.issue
    issue.write_text(issue.read_text().replace("::: signature", "::: signatur"))
    place.pane(4)
    slip = place.page.locator("#findings li", has_text="signatur")
    expect(slip.locator(".code")).not_to_be_empty()  # the checks have spoken, the list is at rest
    slip.locator("button.place").first.click()
    expect(place.page.locator("#here")).to_contain_text("signatur")
    place.pane(3)
    expect(place.page.locator("#stale")).to_be_visible()


def searching(place: Place) -> None:
    place.pane(2)
    place.page.keyboard.press("Control+f")
    expect(place.page.locator(".cm-search")).to_be_visible()


def new_issue(place: Place) -> None:
    place.page.keyboard.press("Alt+n")
    place.page.locator("#begin-subject").fill("?")
    place.page.keyboard.press("Enter")
    expect(place.page.locator("#begin-trouble")).to_be_visible()


def shortcuts(place: Place) -> None:
    place.page.keyboard.press("F1")


def unreadable(place: Place) -> None:
    (place.studio.root / "issues" / f"{OTHER}.md").write_bytes(b"---\nsubject: \xe9\n---\n")
    place.pane(1)
    place.page.locator(f"button[data-name='{OTHER}']").click()
    place.pane(2)
    expect(place.page.locator("#trouble")).to_be_visible()


def conflict(place: Place) -> None:
    place.pane(2)
    place.page.route(
        "**/source/*", lambda route: route.abort() if route.request.method == "PUT" else route.continue_()
    )
    place.page.locator("#editor .cm-content").click()
    place.page.keyboard.press("Control+End")
    place.page.keyboard.insert_text("Van mij.")
    with place.studio.issue.open("a") as file:
        file.write("Van een ander.")
    place.page.locator("#trouble button").click()
    expect(place.page.locator("#conflict")).to_be_visible()


STATES = (writing, letter, plain_text, slips, searching, new_issue, shortcuts, unreadable, conflict)


def violations(page: Page) -> list[str]:
    """Return the rules that are broken, each with where."""
    found = AXE.run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
    ]


def test_no_rule_is_broken_in_any_state(place: Place) -> None:
    broken: dict[str, list[str]] = {}
    for state in STATES:
        _begin_anew(place)
        state(place)
        if found := violations(place.page):
            broken[state.__name__] = found

    assert broken == {}, "\n".join(f"{state}: {one}" for state, found in broken.items() for one in found)


def _begin_anew(place: Place) -> None:
    place.studio.issue.write_bytes(place.good)
    place.page.unroute_all(behavior="ignoreErrors")
    place.page.evaluate("() => localStorage.clear()")
    place.page.goto(place.page.url.partition("#")[0] + f"#letter={NAME}")
    place.page.reload()
    place.desk.wait_open()
