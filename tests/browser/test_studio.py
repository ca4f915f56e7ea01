"""The studio as an author uses it: a real `newsletter preview`, real files, Debian's Chromium."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.studio_world import NAME, ROOT, Desk, Studio, make_project, newsletter, open_desk, start

pytestmark = pytest.mark.browser

IS_FOCUSED = "selector => document.activeElement.matches(selector)"
PICTURE = ROOT / "docs" / "images" / "preview.png"
IS_WHOLE = """() => {
    const page = document.querySelector("#paper > iframe:not(.spare)").contentDocument;
    return [...page.images].every((image) => image.naturalWidth > 0)
        && page.documentElement.scrollHeight <= page.defaultView.innerHeight;
}"""


# --- the letter --------------------------------------------------------------------------------------


def test_the_letter_stands_in_its_width(desk: Desk) -> None:
    for button, width in (("Desktop", 600), ("Phone", 375)):
        desk.press(button)

        assert desk.frame.evaluate("document.compatMode") == "CSS1Compat"
        assert desk.frame.evaluate("innerWidth") == width
        assert desk.frame.evaluate("document.documentElement.scrollWidth") <= width
        desk.page.wait_for_function(IS_WHOLE)  # a picture may come after the letter
        assert "Beste lezer," in desk.frame.inner_text("body")


def test_the_address_bar_keeps_the_choices_and_not_the_key(desk: Desk) -> None:
    desk.press("Phone")
    desk.page.reload()
    desk.wait_open()

    assert "token" not in desk.page.url
    assert desk.frame.evaluate("innerWidth") == 375


def test_dark_is_the_letter_s_own_dark(desk: Desk) -> None:
    light = desk.frame.evaluate("getComputedStyle(document.querySelector('.nl-body')).backgroundColor")
    desk.press("Dark")
    desk.wait(2)
    dark = desk.frame.evaluate("getComputedStyle(document.querySelector('.nl-body')).backgroundColor")

    assert (light, dark) == ("rgb(251, 249, 244)", "rgb(28, 27, 25)")
    desk.press("Dark")
    desk.wait(3)
    assert light == desk.frame.evaluate(
        "getComputedStyle(document.querySelector('.nl-body')).backgroundColor"
    )


def test_plain_text_is_the_letter_s_text_part(desk: Desk) -> None:
    desk.press("Plain text")

    text = desk.page.locator("#text").inner_text()
    assert text.startswith("Beste lezer,")
    assert "https://brief.example/unsubscribe/" in text
    assert not desk.page.locator("iframe:not(.spare)").is_visible()


def test_a_reader_fills_the_slots(desk: Desk) -> None:
    readers = desk.page.locator("#reader")
    expect(readers.locator("option").nth(1)).to_be_attached()
    named = readers.locator("option", has_text="longest first_name").first.get_attribute("value")
    assert named is not None

    readers.select_option(named)
    desk.wait(2)

    greeting = desk.frame.inner_text("body").partition("Beste ")[2].partition(",")[0]
    assert greeting != "lezer"
    assert len(greeting) > 10


def test_the_inbox_row_the_size_and_the_checks_are_shown(desk: Desk) -> None:
    page = desk.page

    row = page.get_by_role("group", name="In the inbox")
    for words in ("Renata de Wit", "renata@brief.example", "Valt jullie appgroep", "De Raad van State"):
        expect(row).to_contain_text(words)
    expect(page.get_by_role("meter")).to_have_attribute("aria-valuenow", re.compile("[0-9]{5}"))
    expect(page.locator("#verdict")).to_have_text("Nothing to mend")


# --- saving ------------------------------------------------------------------------------------------


def test_saving_the_issue_repaints_and_keeps_the_place(desk: Desk, studio: Studio) -> None:
    stage = "document.getElementById('stage').scrollTop"
    desk.page.evaluate(f"{stage} = 900")

    desk.save(studio.issue, studio.issue.read_text().replace("Ja, als ze over", "Jazeker, als ze over"))

    assert "Jazeker, als ze over het werk gaan." in desk.frame.inner_text("body")
    assert desk.page.evaluate(stage) == 900


def test_saving_by_rename_repaints(desk: Desk, studio: Studio) -> None:
    good = studio.issue.read_text()
    for greeting in ("Goedemorgen", "Goedemiddag"):
        swap = studio.issue.with_name(".swap")
        swap.write_text(good.replace("\nBeste ", f"\n{greeting} "))
        swap.rename(studio.issue)

        desk.page.locator("#paper > iframe:not(.spare)").content_frame.get_by_text(
            f"{greeting} lezer,"
        ).wait_for()


def test_a_template_that_appears_later_repaints_and_so_does_saving_it(desk: Desk, studio: Studio) -> None:
    template = studio.root / "templates" / "_name.mjml.j2"
    original = (ROOT / "templates" / "_name.mjml.j2").read_text()
    before, told = desk.painted, int(desk.page.evaluate("document.body.dataset.told"))
    template.parent.mkdir()
    template.write_text(original.replace("{{ newsletter.name }}", "Eigen hoofd"))
    desk.wait(before + 1)
    desk.frame.get_by_text("Eigen hoofd").wait_for()

    desk.page.wait_for_function("told => Number(document.body.dataset.told) >= told", arg=told + 2)
    desk.save(template, original.replace("{{ newsletter.name }}", "Ander hoofd"))

    desk.frame.get_by_text("Ander hoofd").wait_for()


def test_saving_a_picture_repaints(desk: Desk, studio: Studio) -> None:
    picture = next((studio.root / "issues" / "img").glob("van-app*"))
    Image.new("RGB", (40, 20), "red").save(picture.with_suffix(".next"), "PNG")
    content = picture.with_suffix(".next").read_bytes()

    desk.save(picture, content)

    desk.page.wait_for_function(
        "() => [...document.querySelectorAll('iframe:not(.spare)')]"
        ".some(frame => [...frame.contentDocument.images].some(image => image.naturalWidth === 40))"
    )


def test_a_broken_issue_is_explained_beside_the_last_good_letter(desk: Desk, studio: Studio) -> None:
    good = studio.issue.read_text()
    line = good.splitlines().index("::: signature") + 1
    body = desk.page.locator("body")

    studio.issue.write_text(good.replace("::: signature", "::: signatur"))
    expect(body).to_have_attribute("data-state", "refused")

    findings = desk.page.locator("#findings")
    expect(findings).to_contain_text(f"issues/{NAME}.md:{line}")
    expect(findings).to_contain_text("did you mean ::: signature?")
    expect(desk.page.locator("#stale")).to_contain_text("last letter that could be built")
    assert "Beste lezer," in desk.frame.inner_text("body")

    studio.issue.write_text(good)

    expect(body).to_have_attribute("data-state", "live")
    expect(desk.page.locator("#stale")).to_be_hidden()
    expect(desk.page.locator("#verdict")).to_have_text("Nothing to mend")


def test_findings_that_come_before_the_text_are_not_forgotten(desk: Desk, studio: Studio) -> None:
    other = studio.root / "issues" / "2026-12-24-traag.md"
    other.write_text("---\nsubject: Traag\n---\nDit staat hier hier twee keer.\n")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.route("**/source/2026-12-24-traag", hold)
    desk.page.get_by_role("button", name="Traag 2026-12-24").click()
    expect(desk.page.locator("#findings li", has_text="hier")).to_be_visible()

    held[0].continue_()

    expect(desk.page.locator("#file")).to_have_text("2026-12-24-traag.md")
    expect(desk.page.locator("#editor .cm-lint-marker").first).to_be_visible()
    expect(desk.page.locator("#verdict")).not_to_have_attribute("data-mood", "busy")


def test_a_broken_configuration_is_explained_with_its_line(desk: Desk, studio: Studio) -> None:
    settings = studio.root / "newsletter.toml"
    good = settings.read_text()

    settings.write_text(good.replace("lang = ", "land = ", 1))

    expect(desk.page.locator("#findings")).to_contain_text("newsletter.toml:5")
    desk.save(settings, good.replace("Helder bestuur", "Helderder bestuur"))
    desk.frame.get_by_text("Helderder bestuur").first.wait_for()


def test_a_letter_that_never_could_be_built_says_so_and_comes_when_mended(desk: Desk, studio: Studio) -> None:
    new = studio.root / "issues" / "2026-12-24-nieuw.md"
    new.write_text("---\nsubjet: Nieuw\n---\nHallo.\n")

    desk.page.get_by_role("button", name="nieuw 2026-12-24").click()

    expect(desk.page.locator("#none")).to_contain_text("cannot be built yet")
    expect(desk.page.locator("#findings")).to_contain_text("issues/2026-12-24-nieuw.md:2")
    for about in ("#size", ".about:has-text('Reading time')", ".about:has-text('In the inbox')"):
        expect(desk.page.locator(about)).to_be_hidden()  # they were of the letter before
    desk.save(new, "---\nsubject: Nieuw\nslug: heel-anders\n---\nHallo.\n")
    assert "Hallo." in desk.frame.inner_text("body")
    expect(desk.page.locator(".about:has-text('In the inbox')")).to_be_visible()


# --- the page ----------------------------------------------------------------------------------------


def test_the_page_fits(desk: Desk) -> None:
    for width in (1280, 768, 375):
        desk.page.set_viewport_size({"width": width, "height": 860})

        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_everything(desk: Desk) -> None:
    wanted = {
        "#language",
        "#help",
        "#new",
        "#save",
        ".cm-content",
        "#reader",
        "#dark",
        "#stage",
        "#pane-panel",
    }
    wanted |= {f"[data-pane={pane}]" for pane in ("issues", "write", "letter", "panel")}
    wanted |= {f"[data-grip={pane}]" for pane in ("issues", "write", "panel")}
    wanted |= {f"[data-view='{view}']" for view in ("600", "375", "text")}
    for _ in range(60):
        desk.page.keyboard.press("Tab")
        wanted -= {one for one in wanted if desk.page.evaluate(IS_FOCUSED, one)}

    assert wanted == set()


def test_the_picture_in_the_documents_is_the_studio_s(desk: Desk) -> None:
    expect(desk.page.locator("#verdict")).to_have_text("Nothing to mend")
    if os.environ.get("NEWSLETTER_UPDATE_PICTURES") == "1":
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        desk.page.screenshot(path=PICTURE)

    with Image.open(PICTURE) as picture:
        assert picture.size == (1280, 860)
    assert PICTURE.stat().st_size < 300_000


# --- the door ----------------------------------------------------------------------------------------


def test_only_the_key_opens(studio: Studio) -> None:
    cookie = studio.cookie()

    assert studio.get("/").status == 403
    assert studio.get("/?token=wrong").status == 403
    assert studio.get("/?token=wrong", cookie=cookie).status == 403
    assert studio.get("/", cookie=cookie.replace("=", "=x")).status == 403
    assert studio.get("/", cookie=cookie).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "[::2]"]
)
def test_another_host_is_refused(studio: Studio, host: str) -> None:
    assert studio.get("/", host=host, cookie=studio.cookie()).status == 400


@pytest.mark.parametrize("host", ["localhost", "[::1]:8000", "127.0.0.1", "LOCALHOST:1"])
def test_this_machine_is_let_in_by_any_of_its_names(studio: Studio, host: str) -> None:
    assert studio.get("/", host=host, cookie=studio.cookie()).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/page/nothing.js",
        "/page/..%2fapp.py",
        "/page/vendor",
        "/page/vendor/editor.LICENSE",
        "/source/..%2fnewsletter",
        "/letter/nothing",
        "/paper/9999",
        f"/image/{NAME}/nothing.png",
        f"/image/{NAME}/..%2f..%2fnewsletter.toml",
    ],
)
def test_what_is_not_there_is_not_found(studio: Studio, path: str) -> None:
    assert studio.get(path, cookie=studio.cookie()).status == 404


def test_nothing_from_elsewhere_is_allowed_in_page_and_letter(studio: Studio) -> None:
    cookie = studio.cookie()
    number = re.search(r'"number":(\d+)', studio.get(f"/letter/{NAME}", cookie=cookie).body)  # type: ignore[attr-defined]  # see get
    assert number is not None

    page = studio.get("/", cookie=cookie).headers
    letter = studio.get(f"/paper/{number[1]}", cookie=cookie).headers

    assert page["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "script-src" not in letter["Content-Security-Policy"]
    assert "sandbox" in letter["Content-Security-Policy"]
    assert page["Cache-Control"] == letter["Cache-Control"] == "no-store"


# --- the process -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_with_a_page_open(
    alone: Studio, context: BrowserContext, number: signal.Signals
) -> None:
    desk = open_desk(alone, context)
    expect(desk.page.locator(".about", has_text="Who gets it")).to_be_visible()
    alone.rest()

    alone.stop(number)

    assert alone.process.returncode == 0
    assert alone.process.stdout is not None
    assert alone.process.stdout.read().splitlines()[1:] == ["Stopped."]  # nothing had to be cut off
    expect(desk.page.locator("#state")).to_contain_text("preview has stopped")


def test_a_second_studio_on_the_same_port_says_so(studio: Studio) -> None:
    second = newsletter(studio.root, "preview", "--no-open", "--port", str(studio.port))

    assert second.returncode == 2
    assert f"port {studio.port} is taken" in second.stderr


def test_a_slug_from_front_matter_names_the_letter(tmp_path: Path, context: BrowserContext) -> None:
    root = make_project(tmp_path)
    (root / "issues" / "2026-01-01-oud.md").write_text(
        "---\nsubject: Oud\nslug: heel-anders\n---\nGoed zo.\n"
    )
    running = start(root, "heel-anders")
    try:
        desk = open_desk(running, context)

        assert "Goed zo." in desk.frame.inner_text("body")
    finally:
        running.process.kill()
        running.process.communicate()
