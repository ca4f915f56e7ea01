"""The report in Chromium: readable by everybody, on a phone and in the dark, and it loads nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.reply_figures import AnswerTimes, ReplyFigures
from newsletter.events.figures import make_figures
from newsletter.events.page import ReportPage
from tests.browser.axe_faults import faults
from tests.browser.studio_world import PATIENCE_S

sys.path.append(str(Path(__file__).parents[1] / "unit" / "events"))
from event_world import LATER, a_store, event, send

pytestmark = pytest.mark.browser
PLACES = [(1280, "light"), (1280, "dark"), (375, "light"), (375, "dark")]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Dutch report of the second of two letters, with something in every plot."""
    folder = tmp_path_factory.mktemp("report")
    with a_store(OutcomeKind.ACCEPTED, readers=12) as store:
        send(store, OutcomeKind.ACCEPTED, readers=12, campaign="c2", issue="winter")
        kinds = (EventKind.DEFERRED, EventKind.DROPPED, EventKind.COMPLAINED, EventKind.UNSUBSCRIBED)
        told = [event(store, at, kind, issue="winter") for at, kind in enumerate(kinds, 1)]
        told += [
            event(store, 4 + at, EventKind.BOUNCED, issue="winter", bounce=bounce)
            for at, bounce in enumerate(BounceClass, 1)
        ]
        store.events.take([("sendgrid", told)], now=LATER)
        replies = ReplyFigures.of(
            [AnswerTimes(reader=1, replied_after_s=4000, answered_after_s=9000, is_waiting=False)],
            accepted=12,
        )
        figures = make_figures(
            store.ledger.campaign("c2"),
            store.tallies.of_campaign("c2", LATER),
            store.letters.all(),
            replies,
            now=LATER,
            has_reader=True,
        )
    path = folder / "report.html"
    path.write_text(
        ReportPage(folder, name="Brief", lang="nl", timezone="Europe/Amsterdam").html(figures), "utf-8"
    )
    return path


def test_the_report_can_be_read_by_everybody_and_fits_a_phone(page_file: Path, chromium: Browser) -> None:
    broken: dict[str, list[str]] = {}
    with chromium.new_context(bypass_csp=True) as context:  # axe is put into the page
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto(page_file.as_uri())
        for width, scheme in PLACES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two
            if found := faults(page):
                broken[f"{width} {scheme}"] = found

    assert broken == {}


def test_the_report_asks_for_nothing_and_keeps_its_own_rules(page_file: Path, chromium: Browser) -> None:
    complaints: list[str] = []
    with chromium.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: complaints.append(request.url))
        page.goto(page_file.as_uri())
        is_styled = page.evaluate("() => getComputedStyle(document.querySelector('.key')).display")

    assert is_styled == "flex"
    assert complaints == [page_file.as_uri()]
