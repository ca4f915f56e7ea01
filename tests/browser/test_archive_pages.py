"""The archive in Chromium, from plain files: readable by everybody, on a phone, with no script, on paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe_faults import faults
from tests.browser.studio_world import PATIENCE_S
from tests.unit.archive.archive_world import make_project, write

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("NEWSLETTER_ARCHIVE_SHOTS")
"""A folder to put a picture of every page in, to look at."""
SINK = Path(__file__).resolve().parents[2] / "newsletter" / "project" / "issues" / "kitchen_sink"
CONFIG = """[archive]
description = "Elke twee weken één vraag van een lezer, uitgezocht tot aan de bron."
subscribe_url = "https://brief.example/subscribe"
"""
PAGES = ("", "everything/", "herfst/", "herfst/en/", "tags/bomen/")
PLACES = [(1280, "light"), (1280, "dark"), (375, "light"), (375, "dark")]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as it is called there)
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive with a letter in two languages, one with everything in it, and many alike."""
    folder = tmp_path_factory.mktemp("archive")
    with make_project(folder / "brief", CONFIG) as project:
        root = Path(project.config.root)
        for path in SINK.rglob("*"):
            target = root / (
                "quotes.toml" if path.name == "quotes.toml" else Path("issues") / path.relative_to(SINK)
            )
            if path.is_file():
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(path.read_bytes())
        write(project, "2026-11-24-herfst.nl", "Dag.\n\nEen café bij de brug.\n", tags="[Bomen]")
        write(project, "2026-11-24-herfst.en", "Hello there.\n", subject="About leaves", tags="[Trees]")
        write(project, "2025-11-20-zomer", "Warm.\n", subject="Over de zon", tags="[Bomen]")
        for number in range(25):
            write(
                project,
                f"2024-11-{number + 1:02}-veel",
                "Veelvoud.\n",
                subject=f"Deel {number}",
                slug=f"deel-{number}",
            )
        write(project, "2025-11-24-woord", subject="Aansprakelijkheidsverzekeringsmaatschappij" * 3)
        project.archive.build(folder / "site" / "archive")
    return folder / "site" / "archive"


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[str]:
    """Return the address of the archive in `folder`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder.parent)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/archive/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def search_page(archive: str, chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto(archive)
        yield page


def test_every_page_can_be_read_by_everybody_and_fits_a_phone(archive: str, chromium: Browser) -> None:
    broken: dict[str, list[str]] = {}
    with chromium.new_context(bypass_csp=True) as context:  # axe is put into the page
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        for name in PAGES:
            page.goto(archive + name)
            for width, scheme in PLACES:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two
                if SHOTS:
                    shot = f"{name.replace('/', '-') or 'index-'}{width}-{scheme}.png"
                    page.screenshot(path=f"{SHOTS}/{shot}", full_page=True)
                if found := faults(page):
                    broken[f"{name} {width} {scheme}"] = found

    assert broken == {}


def test_search_finds_letters_by_all_words_and_marks_where(archive: str, chromium: Browser) -> None:
    complaints: list[str] = []
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(archive)
        field = page.get_by_label("Zoek in alle brieven")

        field.fill("CAFE brug")
        expect(page.locator(".found")).to_have_text("1 brief")
        expect(page.locator(".results .line mark")).to_have_text(["café", "brug"])
        expect(page.locator(".all")).to_be_hidden()
        field.fill("bomen")
        expect(page.locator(".found")).to_have_text("2 brieven")
        field.fill("bru")
        expect(page.locator(".results mark")).to_have_text(["brug"])
        field.fill("bruggen caf")
        expect(page.locator(".results mark")).to_have_text(["café", "brug"])
        field.fill("watermeloen")
        expect(page.locator(".found")).to_have_text("In geen brief staan al deze woorden.")
        field.fill("hello")
        page.get_by_role("link", name="About leaves").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("About leaves")
        page.get_by_role("link", name="Nederlands").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Over bladeren")

    assert complaints == []


def test_search_works_when_the_pages_are_opened_from_a_disk(folder: Path, chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto((folder / "index.html").as_uri())

        page.get_by_label("Zoek in alle brieven").fill("bladeren brug")
        expect(page.locator(".results h2 mark")).to_have_text("bladeren")
        expect(page.locator(".results .line mark")).to_have_text("brug")


ALIKE = (
    "brief brieven, huis huizen, raad raden, brug bruggen, gemeente gemeenten, mogelijkheid mogelijkheden, "
    "actie acties, fotos foto, letter letters, party parties"
)
APART = "brief brug, water waarde, lezen leraar, weg week"


def test_search_takes_a_word_and_its_plural_for_one(search_page: Page) -> None:
    alike, apart = ([pair.split() for pair in pairs.split(", ")] for pairs in (ALIKE, APART))

    same = search_page.evaluate(
        "(pairs) => pairs.filter(([one, other]) => stem(one) === stem(other))", alike + apart
    )

    assert same == alike


@pytest.mark.parametrize(("lang", "day"), [("en", "28 November 2026"), ("nl", "28 november 2026")])
def test_a_found_letter_has_its_day_as_the_list_writes_it(search_page: Page, lang: str, day: str) -> None:
    written = search_page.evaluate("(lang) => daysIn(lang).format(new Date('2026-11-28'))", lang)

    assert written == day


def test_many_letters_are_shown_some_at_a_time(search_page: Page) -> None:
    search_page.get_by_label("Zoek in alle brieven").fill("veelvoud")
    expect(search_page.locator(".found")).to_have_text("25 brieven")
    expect(search_page.locator(".results a")).to_have_count(20)

    search_page.get_by_role("button", name="Meer brieven").click()

    expect(search_page.locator(".results a")).to_have_count(25)
    expect(search_page.locator(".results li:nth-child(21) a")).to_be_focused()
    expect(search_page.get_by_role("button", name="Meer brieven")).to_have_count(0)


def test_without_a_script_all_letters_are_there_and_search_is_not(archive: str, chromium: Browser) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(archive)

        expect(page.get_by_role("link", name="Over bladeren")).to_be_visible()
        expect(page.locator("form.search")).to_be_hidden()


def test_on_paper_a_letter_is_dark_on_white_and_says_where_links_lead(
    archive: str, chromium: Browser
) -> None:
    with chromium.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(archive + "everything/")
        page.emulate_media(media="print")
        if SHOTS:
            page.pdf(path=f"{SHOTS}/everything.pdf", format="A4")

        ground, ink = page.evaluate(
            "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        after = page.evaluate(
            "() => getComputedStyle(document.querySelector('.letter a[href^=http]'), '::after').content"
        )
        assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
        assert "https://" in after or "attr(href)" in after
        for hidden in ("footer", ".beside", ".skip"):
            expect(page.locator(hidden)).to_be_hidden()
