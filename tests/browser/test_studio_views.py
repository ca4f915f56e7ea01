"""The studio's further views, its panel and its buttons, in Debian's Chromium."""

from __future__ import annotations

import http.client
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Locator, expect

from tests.browser.studio_world import NAME, PATIENCE_S, Desk, Studio, newsletter, open_desk

pytestmark = pytest.mark.browser

SIMULATED = {
    "Pictures off": "images-off",
    "Gmail": "gmail",
    "Gmail app, other account": "gmail-non-google",
    "Gmail app, forced dark": "gmail-dark",
    "Classic Outlook": "outlook-classic",
    "Outlook app, forced dark": "outlook-dark",
}


IS_DRAWN = """([box, view, drawn]) => {
    const told = document.querySelector(box).dataset;
    return told.view === view && Number(told.drawn) > drawn;
}"""


def look(desk: Desk, name: str) -> FrameLocator:
    """Choose a view instead of the letter, wait until it is drawn and return its frame."""
    return _chosen(desk, "Also as", name, "#sheet .look-box")


def beside(desk: Desk, name: str) -> FrameLocator:
    return _chosen(desk, "Beside it", name, "#beside")


def _chosen(desk: Desk, label: str, name: str, box: str) -> FrameLocator:
    drawn = int(desk.page.locator(box).get_attribute("data-drawn") or 0)
    (view,) = desk.page.get_by_role("combobox", name=label, exact=True).select_option(label=name)
    desk.page.wait_for_function(IS_DRAWN, arg=[box, view, drawn])
    return desk.page.locator(f"{box} iframe").content_frame


def ground(desk: Desk, frame: str) -> str:
    """Return the colour behind the letter in a frame."""
    script = """frame => {
        const { contentDocument, contentWindow } = document.querySelector(frame);
        return contentWindow.getComputedStyle(contentDocument.querySelector(".nl-body")).backgroundColor;
    }"""
    return str(desk.page.evaluate(script, frame))


def width(desk: Desk, frame: str) -> int:
    return int(desk.page.evaluate("one => document.querySelector(one).contentWindow.innerWidth", frame))


def losses(desk: Desk) -> Locator:
    return desk.page.locator("#sheet .look-box .note")


def pick_reader(desk: Desk, words: str) -> None:
    desk.press("Find a reader")
    desk.page.get_by_label("Part of an address or a name").fill(words)
    desk.page.locator("#find-reader .found button").first.click()


# --- simulations -------------------------------------------------------------------------------------


def test_every_simulation_shows_the_letter_its_label_and_what_is_left_out(desk: Desk) -> None:
    for name, view in SIMULATED.items():
        frame = look(desk, name)

        assert "Beste lezer," in frame.locator("body").inner_text()
        expect(losses(desk)).to_contain_text(f"Simulation of {name}, from the data of caniemail.com, ")
        expect(losses(desk)).to_contain_text(re.compile("left out or changed|Nothing is left out"))
        assert f"view={view}" in desk.page.url


def test_gmail_leaves_out_the_letter_s_dark_mode(desk: Desk) -> None:
    look(desk, "Gmail")
    losses(desk).locator("summary").click()

    expect(losses(desk)).to_contain_text("@media (prefers-color-scheme: dark)")


def test_gmail_shows_where_it_cuts_and_which_links_are_lost(desk: Desk, studio: Studio) -> None:
    long = studio.issue.read_text().replace(
        "\n## ", "\n" + "Een alinea die blijft staan. " * 3200 + "\n\n## ", 1
    )
    desk.save(studio.issue, long)
    frame = look(desk, "Gmail")

    frame.get_by_text("[Message clipped]").wait_for()
    losses(desk).locator("summary").click()
    expect(losses(desk)).to_contain_text("https://brief.example/unsubscribe/")
    assert "Renata" not in frame.locator("body").inner_text()


def test_without_pictures_their_text_stands_in_a_box(desk: Desk) -> None:
    frame = look(desk, "Pictures off")

    box = frame.get_by_role("img", name=re.compile("Tekening: een telefoon"))
    expect(box).to_be_visible()
    assert frame.locator("img").count() == 0


def test_classic_outlook_has_the_tables_of_its_conditional_comments(desk: Desk) -> None:
    frame = look(desk, "Classic Outlook")

    assert frame.locator("table[width='600']").count() > 0
    assert frame.locator("[style*='border-radius']").count() == 0


def test_forced_dark_turns_the_page_s_ground(desk: Desk) -> None:
    grounds = {}
    for name in ("Gmail", "Gmail app, forced dark"):
        look(desk, name)
        grounds[name] = ground(desk, "#sheet .look-box iframe")

    assert grounds["Gmail"] == "rgb(251, 249, 244)"
    assert max(map(int, re.findall(r"\d+", grounds["Gmail app, forced dark"])[:3])) < 60


def test_a_view_follows_what_is_typed_and_comes_back_after_a_reload(desk: Desk) -> None:
    frame = look(desk, "Gmail")
    desk.page.locator(".cm-line", has_text="Beste ").first.click()
    desk.page.keyboard.press("End")
    desk.page.keyboard.type(" fijn dat je er bent")

    frame.get_by_text("fijn dat je er bent").wait_for()
    desk.page.keyboard.press("Control+S")
    desk.page.locator("#saved[data-state=clean]").wait_for()
    desk.page.reload()
    desk.page.locator("#sheet .look-box iframe").content_frame.get_by_text("fijn dat je er bent").wait_for()
    expect(desk.page.get_by_role("combobox", name="Also as", exact=True)).to_have_value("gmail")


def test_a_click_in_a_simulated_letter_goes_to_its_line(desk: Desk, studio: Studio) -> None:
    line = studio.issue.read_text().splitlines().index("## Moet je die appjes kunnen laten zien?") + 1
    frame = look(desk, "Classic Outlook")

    frame.get_by_role("heading", name="Moet je die appjes").click()

    expect(desk.page.locator(".cm-activeLineGutter", has_text=str(line))).to_be_attached()


def test_what_is_left_out_leads_to_its_line(desk: Desk) -> None:
    look(desk, "Classic Outlook")
    losses(desk).locator("summary").click()
    button = losses(desk).locator("button.place").first
    line = (button.inner_text()).removeprefix("line ")

    button.click()

    expect(desk.page.locator(".cm-activeLineGutter", has_text=line)).to_be_attached()


# --- inside ------------------------------------------------------------------------------------------


def test_the_source_is_the_reader_s_html_and_can_be_searched(desk: Desk, studio: Studio) -> None:
    look(desk, "HTML source")

    shown = desk.page.locator("#sheet pre.html").evaluate("one => one.textContent")
    built = newsletter(studio.root, "build", NAME, "-o", "out")
    assert built.returncode == 0
    assert shown == (studio.root / "out" / "appgroep.html").read_text()

    find = desk.page.get_by_label("Find in the source")
    find.fill("BESTE LEZER")
    expect(desk.page.locator(".finder [role=status]")).to_have_text("1 of 1")
    find.fill("</td>")
    expect(desk.page.locator(".finder [role=status]")).to_have_text(re.compile(r"1 of \d+"))
    find.press("Enter")
    expect(desk.page.locator(".finder [role=status]")).to_have_text(re.compile(r"2 of \d+"))
    find.fill("zzzz")
    expect(desk.page.locator(".finder [role=status]")).to_have_text("not found")


def test_the_head_is_that_of_the_chosen_reader_s_mail(desk: Desk) -> None:
    pick_reader(desk, "renske")
    look(desk, "Head of the mail")

    head = desk.page.locator("#sheet .head")
    for words in (
        "renske@gemeente-meerdijk.example",
        "Valt jullie appgroep",
        "List-Unsubscribe-Post",
        "One-Click",
    ):
        expect(head).to_contain_text(words)
    head.locator("summary").click()
    expect(head.locator("pre")).to_contain_text("MIME-Version: 1.0")


# --- beside ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("across", [1280, 768])
def test_two_views_stand_side_by_side_at_their_own_widths(desk: Desk, across: int) -> None:
    desk.page.set_viewport_size({"width": across, "height": 900})
    if across < 1024:
        desk.press("Letter")
    beside(desk, "Dark, phone")

    shown, second = "#paper > iframe:not(.spare)", "#beside iframe"
    assert width(desk, second) == pytest.approx(375, abs=1)
    assert width(desk, shown) == pytest.approx(600, abs=1)
    assert (ground(desk, second), ground(desk, shown)) == ("rgb(28, 27, 25)", "rgb(251, 249, 244)")
    assert desk.page.evaluate(
        "document.getElementById('stage').scrollWidth <= document.getElementById('stage').clientWidth"
    )
    assert "beside=375-dark" in desk.page.url


def test_a_simulation_can_stand_beside_plain_text(desk: Desk) -> None:
    desk.press("Plain text")

    frame = beside(desk, "Classic Outlook")

    expect(desk.page.locator("#text")).to_be_visible()
    assert "Beste lezer," in frame.locator("body").inner_text()


# --- readers -----------------------------------------------------------------------------------------


def test_any_reader_can_be_found_and_stays_chosen(desk: Desk, studio: Studio) -> None:
    pick_reader(desk, "wiekstad zoë")

    desk.page.locator("#paper > iframe:not(.spare)").content_frame.get_by_text("Beste Zoë").wait_for()
    desk.save(studio.issue, studio.issue.read_text().replace("Beste ", "Dag ", 1))
    desk.page.locator("#paper > iframe:not(.spare)").content_frame.get_by_text("Dag Zoë").wait_for()
    expect(desk.page.get_by_role("combobox", name="Reader", exact=True)).to_have_value(
        "zoe.hoekstra@gemeente-wiekstad.example"
    )


def test_a_search_works_with_the_keyboard_and_says_when_nobody_is_found(desk: Desk) -> None:
    desk.page.keyboard.press("Alt+R")
    desk.page.keyboard.type("qqqq")
    expect(desk.page.locator("#find-reader [role=status]")).to_have_text("Nobody found")

    desk.page.get_by_label("Part of an address or a name").fill("gemeente")
    expect(desk.page.locator("#find-reader .found button").nth(2)).to_be_visible()
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")

    expect(desk.page.locator("#find-reader")).to_be_hidden()
    assert "as=" in desk.page.url


# --- panel -------------------------------------------------------------------------------------------


def test_the_panel_tells_the_reading_time(desk: Desk) -> None:
    row = desk.page.locator(".about", has_text="Reading time")

    expect(row).to_contain_text(re.compile(r"7\d\d words, 3–4 minutes"))


def test_the_panel_tells_who_gets_it_and_who_does_not(desk: Desk, studio: Studio) -> None:
    reach = desk.page.locator(".about", has_text="Who gets it")
    counted = newsletter(studio.root, "segments", "count", "gemeenten").stdout.split()

    expect(reach).to_contain_text(f"{counted[0]} readers in gemeenten")
    expect(reach).to_contain_text("Left out")
    expect(reach).to_contain_text(re.compile(r"1\s*complained"))


def test_without_a_segment_the_panel_says_what_to_type(desk: Desk, studio: Studio) -> None:
    desk.save(studio.issue, studio.issue.read_text().replace("segment: gemeenten\n", ""))

    reach = desk.page.locator(".about", has_text="Who gets it")
    expect(reach).to_contain_text("segment: gemeenten")
    expect(reach).to_contain_text("waterschappen")


def test_every_version_of_the_letter_is_a_look_away(desk: Desk, studio: Studio) -> None:
    desk.save(studio.issue, studio.issue.read_text() + "\n::: only first_name:Zoë\nAlleen voor haar.\n:::\n")
    reach = desk.page.locator(".about", has_text="Versions of the letter")
    before = desk.painted

    reach.locator("li", has_text="first_name:Zoë").get_by_role("button", name="look").click()

    desk.wait(before + 1)
    expect(desk.page.get_by_role("combobox", name="Reader", exact=True)).to_have_value(
        "zoe.hoekstra@gemeente-wiekstad.example"
    )
    desk.page.locator("#paper > iframe:not(.spare)").content_frame.get_by_text("Alleen voor haar.").wait_for()


def test_the_languages_of_a_letter_are_a_click_apart(desk: Desk, studio: Studio) -> None:
    dutch, english = (studio.issue.with_name(f"2026-12-24-groet.{lang}.md") for lang in ("nl", "en"))
    dutch.write_text("---\nsubject: Een groet\nsegment: gemeenten\n---\nGroeten uit Meerdijk.\n")
    english.write_text("---\nsubject: A greeting\nsegment: gemeenten\n---\nGreetings from Meerdijk.\n")
    switch = desk.page.get_by_role("group", name="Language of the letter")
    expect(switch).to_be_hidden()

    desk.page.locator("#list button", has_text="Een groet").click()
    switch.get_by_role("button", name="EN").click()

    frame = desk.page.locator("#paper > iframe:not(.spare)").content_frame
    frame.get_by_text("Greetings from Meerdijk.").wait_for()
    expect(switch.get_by_role("button", pressed=True)).to_have_text("EN")
    expect(desk.page.locator(".about", has_text="By language")).to_contain_text("nl")

    readers = desk.page.get_by_role("combobox", name="Reader", exact=True)
    readers.select_option("zoe.hoekstra@gemeente-wiekstad.example")
    desk.page.locator("#paper > iframe:not(.spare)").content_frame.get_by_text("Groeten uit").wait_for()
    expect(switch.get_by_role("button", pressed=True)).to_have_text("NL")
    expect(readers).to_have_value("zoe.hoekstra@gemeente-wiekstad.example")


def test_a_misspelt_segment_is_explained_once_with_the_findings(desk: Desk, studio: Studio) -> None:
    studio.issue.write_text(studio.issue.read_text().replace("segment: gemeenten\n", "segment: gemeente\n"))

    slip = desk.page.locator("#findings li", has_text="gemeente is not a term")
    expect(slip).to_contain_text("did you mean segment:gemeenten?")
    expect(desk.page.locator(".about .refused")).to_have_count(0)


def test_without_a_list_the_panel_says_how_to_begin_one(alone: Studio, context_of: Desk) -> None:
    reach = context_of.page.locator(".about", has_text="Who gets it")

    expect(reach).to_contain_text("newsletter subscribers import FILE --apply")
    assert not (alone.root / ".newsletter" / "newsletter.db").exists()
    context_of.page.locator("#language").select_option("nl")
    expect(context_of.page.locator(".about .refused")).to_contain_text("er is nog geen lijst")
    expect(context_of.page.locator("#unrun li").first).to_have_text(re.compile(r"\d × er is nog geen lijst"))


@pytest.fixture
def context_of(alone: Studio, chromium: Browser) -> Iterator[Desk]:
    with chromium.new_context(viewport={"width": 1280, "height": 860}) as context:
        yield open_desk(alone, context)


def test_the_inbox_rows_have_their_widths_and_tell_what_is_cut(desk: Desk, studio: Studio) -> None:
    subject = "Een onderwerp dat zo lang is dat geen enkele telefoon het helemaal kan laten zien in een regel"
    text = re.sub(r'subject: ".*"', f'subject: "{subject}"', studio.issue.read_text())
    desk.save(studio.issue, text)
    rows = desk.page.locator(".about .inbox-row")
    expect(rows.locator(".what").first).to_have_text(subject)

    widths = [rows.nth(at).evaluate("one => one.offsetWidth") for at in range(3)]
    shown = [
        int(one) for one in rows.locator("xpath=..").evaluate_all("all => all.map(one => one.dataset.shown)")
    ]

    assert widths == [878, 320, 375]
    assert shown[0] > shown[2] > shown[1] > 15
    expect(desk.page.locator(".about figcaption").nth(2)).to_contain_text(
        f"{shown[2]} of {len(subject)} characters of the subject"
    )


def test_two_subjects_stand_beside_each_other(desk: Desk, studio: Studio) -> None:
    envelope = desk.page.get_by_role("group", name="In the inbox")
    second = desk.page.locator("#or")
    expect(second).to_be_hidden()

    text = studio.issue.read_text()
    first = re.search(r'^subject: "(.*)"$', text, re.MULTILINE)
    assert first is not None
    desk.save(studio.issue, text.replace(first[0], first[0] + '\nsubject_b: "Een tweede onderwerp"'))

    expect(envelope).to_contain_text(first[1])
    expect(second).to_be_visible()
    expect(second).to_have_text("or Een tweede onderwerp")
    rows = desk.page.locator(".about figure", has_text="Een tweede onderwerp")
    expect(rows).to_have_count(3)
    expect(rows.first.locator(".what")).to_have_text([first[1], "Een tweede onderwerp"])
    expect(rows.first.locator("figcaption")).to_contain_text("the whole subject; the whole subject")


def test_the_inbox_rows_follow_dark(desk: Desk) -> None:
    row = desk.page.locator(".about .inbox-row").first
    ground = "one => getComputedStyle(one).backgroundColor"
    light = row.evaluate(ground)
    before = desk.painted

    desk.page.keyboard.press("Alt+D")
    desk.wait(before + 1)

    expect(desk.page.locator(".rows[data-scheme=dark]")).to_be_attached()
    assert (light, row.evaluate(ground)) == ("rgb(255, 255, 255)", "rgb(31, 31, 31)")


# --- actions -----------------------------------------------------------------------------------------


def outbox(studio: Studio) -> list[Path]:
    return sorted((studio.root / "outbox").rglob("*.eml"))


def test_a_test_mail_is_asked_for_first_and_then_goes_the_provider_s_way(desk: Desk, studio: Studio) -> None:
    before = outbox(studio)

    desk.press("Test mail")

    dialog = desk.page.locator("#trial")
    expect(dialog).to_contain_text("This stays on your machine.")
    expect(dialog.get_by_label("To")).to_have_value("renata@brief.example")
    assert outbox(studio) == before
    dialog.get_by_role("button", name="Send the test").click()
    expect(dialog).to_contain_text("renata@brief.example: accepted")
    (mail,) = set(outbox(studio)) - set(before)
    assert b"Subject: [Test] Valt jullie appgroep" in mail.read_bytes()


def test_a_wrong_address_is_explained_and_nothing_is_mailed(desk: Desk, studio: Studio) -> None:
    before = outbox(studio)
    desk.page.keyboard.press("Alt+T")
    dialog = desk.page.locator("#trial")
    expect(dialog.get_by_role("button", name="Send the test")).to_be_enabled()

    dialog.get_by_label("To").fill("geen adres")
    dialog.get_by_label("To").press("Enter")

    expect(dialog.locator(".refused")).to_contain_text('"geen" is not an address')
    expect(dialog.locator(".refused")).to_contain_text('"adres" is not an address')
    assert outbox(studio) == before


def test_a_post_from_elsewhere_mails_nothing(studio: Studio) -> None:
    before = outbox(studio)
    connection = http.client.HTTPConnection("127.0.0.1", studio.port, timeout=PATIENCE_S)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": f"http://127.0.0.1:{studio.port}"}):
        connection.request(
            "POST",
            f"/trial/{NAME}",
            json.dumps({"to": "a@b.example"}),
            {"Cookie": studio.cookie(), **headers},
        )
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 403
    connection.close()
    assert outbox(studio) == before


def test_the_plain_text_is_copied(desk: Desk) -> None:
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    desk.press("Copy text")

    expect(desk.page.locator("#announce")).to_have_text("The plain text is copied.")
    copied = desk.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == desk.page.locator("#text").evaluate("one => one.textContent")


def test_the_mail_is_saved_as_the_chosen_reader_gets_it_to_the_byte(desk: Desk, studio: Studio) -> None:
    pick_reader(desk, "renske")
    with desk.page.expect_download() as saving:
        desk.press("Save .eml")

    built = newsletter(studio.root, "build", NAME, "-o", "out", "--as", "renske@gemeente-meerdijk.example")
    assert built.returncode == 0
    assert saving.value.suggested_filename == f"{NAME}.eml"
    assert Path(saving.value.path()).read_bytes() == (studio.root / "out" / "appgroep.eml").read_bytes()


def test_all_views_become_one_picture(desk: Desk) -> None:
    desk.press("All views")

    image = desk.page.get_by_role("img", name="All views of the letter")
    image.wait_for(timeout=90_000)
    with desk.page.expect_download() as saving:
        desk.press("Save the picture")
    assert saving.value.suggested_filename == "appgroep.png"
    with Image.open(io.BytesIO(Path(saving.value.path()).read_bytes())) as picture:
        width, height = picture.size
        colours = picture.convert("RGB").getcolors(1 << 24) or []
    assert width > 2500
    assert height > 1200
    assert len(colours) > 500


# --- in Dutch ----------------------------------------------------------------------------------------


def test_everything_speaks_dutch(desk: Desk) -> None:
    desk.page.locator("#language").select_option("nl")

    for words in ("Ook als", "Ernaast", "Zoek een lezer", "Testmail", "Leestijd", "Wie krijgt hem"):
        expect(desk.page.get_by_text(words, exact=True).first).to_be_attached()
    expect(desk.page.locator(".about", has_text="Overgeslagen")).to_contain_text("klaagde over spam")
    expect(desk.page.locator("#reader option", has_text="langste")).not_to_have_count(0)
    expect(desk.page.locator("#bytes")).to_have_text(re.compile(r"\d,\d van 100 kB"))
    desk.page.get_by_role("combobox", name="Ook als", exact=True).select_option(label="Klassieke Outlook")
    expect(losses(desk)).to_contain_text("Nabootsing van Klassieke Outlook")
    desk.page.locator("#language").select_option("en")
    expect(losses(desk)).to_contain_text("Simulation of Classic Outlook")


def test_a_letter_wider_than_its_pane_is_shown_smaller_and_the_caret_s_block_still_found(desk: Desk) -> None:
    stage = desk.page.locator("#stage")
    fits = "one => one.scrollWidth <= one.clientWidth"
    desk.page.set_viewport_size({"width": 1030, "height": 500})

    for button in ("Desktop", "Plain text", "Desktop"):
        desk.press(button)
        assert stage.evaluate(fits)
    assert width(desk, "#paper > iframe:not(.spare)") == pytest.approx(600, abs=1)
    desk.page.locator(".cm-content").click()
    desk.page.keyboard.press("Control+End")

    here = desk.frame.locator(".newsletter-here")
    expect(here).to_contain_text("P.S.")
    expect(here).to_be_in_viewport()
