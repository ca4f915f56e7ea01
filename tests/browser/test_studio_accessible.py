"""No state of the studio breaks a rule axe can judge (WCAG 2.1 AA), and none is wider than the window.

Every state is judged at both widths, in light and in dark, in Dutch and in English, in two opposite places;
every other state has the other two, so that all pairs occur. States that leave no trace share one load of the
page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe_faults import faults
from tests.browser.studio_world import NAME, PATIENCE_S, Desk, Studio, open_desk

pytestmark = pytest.mark.browser

OTHER = "2026-12-24-anders"


@dataclass(slots=True)
class Place:
    """The studio in one width, scheme and language."""

    desk: Desk
    studio: Studio
    good: bytes
    lang: str
    turn: int

    def pane(self, number: int) -> None:
        self.desk.page.keyboard.press(f"Alt+{number}")

    def look(self, view: str, *, select: str = "instead", box: str = "#sheet .look-box") -> None:
        """Choose a view in a list of the toolbar and wait until it is drawn."""
        self.pane(3)
        self.desk.page.locator(f"#{select}").select_option(view)
        expect(self.desk.page.locator(f"{box}[data-view='{view}']")).to_be_visible()


PLACES = [  # width, scheme, language, and which of every two states is judged there
    (1280, "light", "nl", 0),
    (768, "dark", "en", 0),
    (1280, "dark", "nl", 1),
    (768, "light", "en", 1),
]


@pytest.fixture(params=PLACES, ids=lambda given: "-".join(map(str, given)))
def place(request: pytest.FixtureRequest, studio: Studio, chromium: Browser) -> Iterator[Place]:
    width, scheme, lang, turn = request.param
    options = {"viewport": {"width": width, "height": 860}, "color_scheme": scheme, "locale": lang}
    issue, other = studio.issue, studio.root / "issues" / f"{OTHER}.md"
    good = issue.read_bytes()
    with chromium.new_context(**options) as context:
        context.set_default_timeout(PATIENCE_S * 1000)
        yield Place(open_desk(studio, context), studio, good, lang, turn)
    issue.write_bytes(good)
    other.unlink(missing_ok=True)


# --- states that leave no trace: after Escape the next can follow -------------------------------------


def writing(place: Place) -> None:
    place.pane(2)


def issues(place: Place) -> None:
    place.pane(1)


def letter(place: Place) -> None:
    place.pane(3)


def panel(place: Place) -> None:
    place.pane(4)
    expect(place.desk.page.locator(".about .total")).to_be_visible()


def searching(place: Place) -> None:
    place.pane(2)
    place.desk.page.keyboard.press("Control+f")
    expect(place.desk.page.locator(".cm-search")).to_be_visible()


def new_issue(place: Place) -> None:
    place.desk.page.keyboard.press("Alt+n")
    place.desk.page.locator("#begin-subject").fill(" ")
    place.desk.page.keyboard.press("Enter")
    trouble = {"nl": "onderwerp is leeg", "en": "subject is empty"}
    expect(place.desk.page.locator("#begin-trouble")).to_contain_text(trouble[place.lang])


def shortcuts(place: Place) -> None:
    place.desk.page.keyboard.press("F1")
    expect(place.desk.page.locator("#keys")).to_be_visible()


def readers(place: Place) -> None:
    place.desk.page.keyboard.press("Alt+r")
    place.desk.page.locator("#find-reader input").fill("gemeente")
    expect(place.desk.page.locator("#find-reader .found button").first).to_be_visible()


def trial(place: Place) -> None:
    place.desk.page.keyboard.press("Alt+t")
    expect(place.desk.page.locator("#trial button.strong")).to_be_enabled()
    way = {"nl": "Via bestanden in outbox. ", "en": "Through files in outbox (no mail leaves"}
    expect(place.desk.page.locator("#trial .way")).to_contain_text(way[place.lang])


def plain_text(place: Place) -> None:
    place.pane(3)
    place.desk.page.locator("button[data-view='text']").click()
    expect(place.desk.page.locator("#text")).to_be_visible()


def source(place: Place) -> None:
    place.look("html")


def head(place: Place) -> None:
    place.look("head")


def replies(place: Place) -> None:
    place.pane(5)
    expect(place.desk.page.locator("#replies")).to_contain_text("newsletter replies fetch")


def simulation(place: Place) -> None:
    place.look("gmail")
    place.desk.page.locator("#sheet .note summary").click()


def beside(place: Place) -> None:
    place.look("outlook-classic", select="second", box="#beside")


TRACELESS = (
    writing, issues, letter, panel, searching, new_issue, shortcuts, readers, trial, plain_text, source, head,
    simulation, beside, replies,
)  # fmt: skip


# --- states that change a file -------------------------------------------------------------------------


def slips(place: Place) -> None:
    issue = place.studio.issue
    issue.write_text(issue.read_text().replace("::: signature", "::: signatur"))
    place.pane(4)
    slip = place.desk.page.locator("#findings li", has_text="signatur")
    expect(slip.locator(".code")).not_to_be_empty()  # the checks have spoken, the list is at rest
    slip.locator("button.place").first.click()
    expect(place.desk.page.locator("#here")).to_contain_text("signatur")
    place.pane(3)
    expect(place.desk.page.locator("#stale")).to_be_visible()


def unreadable(place: Place) -> None:
    (place.studio.root / "issues" / f"{OTHER}.md").write_bytes(b"---\nsubject: \xe9\n---\n")
    place.pane(1)
    place.desk.page.locator(f"button[data-name='{OTHER}']").click()
    place.pane(2)
    expect(place.desk.page.locator("#trouble")).to_be_visible()


def conflict(place: Place) -> None:
    page = place.desk.page
    place.pane(2)
    page.route(
        "**/source/*", lambda route: route.abort() if route.request.method == "PUT" else route.continue_()
    )
    page.locator("#editor .cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("Van mij.")
    with place.studio.issue.open("a") as file:
        file.write("Van een ander.")
    page.locator("#trouble button").click()
    expect(page.locator("#conflict")).to_be_visible()


TRACKED = (slips, unreadable, conflict)


def test_no_state_breaks_a_rule(place: Place) -> None:
    broken: dict[str, list[str]] = {}
    for state in (*TRACELESS, *TRACKED)[place.turn :: 2]:
        if state in TRACKED:
            _begin_anew(place)
        state(place)
        if found := faults(place.desk.page):
            broken[state.__name__] = found
        for _ in range(2):  # the first one may empty a box to search in
            place.desk.page.keyboard.press("Escape")
        expect(place.desk.page.locator("dialog[open]")).to_have_count(0)

    assert broken == {}, "\n".join(f"{state}: {one}" for state, found in broken.items() for one in found)


def _begin_anew(place: Place) -> None:
    page = place.desk.page
    place.studio.issue.write_bytes(place.good)
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate("() => localStorage.clear()")
    page.goto(page.url.partition("#")[0] + f"#letter={NAME}")
    page.reload()
    place.desk.wait_open()
