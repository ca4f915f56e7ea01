"""Writing in the studio: the letter follows what is typed, the file follows too, and no text is ever lost."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from tests.browser.studio_world import PATIENCE_S, ROOT, Desk, Studio, newsletter, open_desk, start

pytestmark = pytest.mark.browser

PICTURE = ROOT / "docs" / "images" / "studio.png"
NAME = "2026-12-24-kort"
TEXT = """\
---
subject: Kort
---
Beste {{ first_name | lezer }},

Een alinea.

Iets anders.

Tot de volgende keer.
"""
PASTE = """(editor, words) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", words);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


class Editor:
    """The editor in an open studio, with one short issue in it."""

    def __init__(self, desk: Desk, issue: Path) -> None:
        self.desk = desk
        self.issue = issue
        self.content = desk.page.locator("#editor .cm-content")
        self.trouble = desk.page.locator("#trouble")
        self.saved = desk.page.locator("#saved")

    def go_to(self, words: str) -> None:
        """Put the caret at the end of the line with `words`."""
        self.desk.page.locator("#editor .cm-line", has_text=words).click()
        self.desk.page.keyboard.press("End")

    def type(self, words: str) -> None:
        self.desk.page.keyboard.insert_text(words)

    def paste(self, words: str) -> None:
        self.content.evaluate(PASTE, words)

    def letter_says(self, words: str) -> None:
        self.desk.page.locator("#paper > iframe:not(.spare)").content_frame.get_by_text(
            words
        ).first.wait_for()

    def file_says(self, words: str | bytes) -> None:
        """Wait until the file holds `words` and the page knows."""
        expected = words.encode() if isinstance(words, str) else words
        until = time.monotonic() + PATIENCE_S
        while expected not in self._content() and time.monotonic() < until:
            self.desk.page.wait_for_timeout(20)
        assert expected in self._content()
        expect(self.saved).to_have_attribute("data-state", "clean")

    def _content(self) -> bytes:
        return self.issue.read_bytes() if self.issue.exists() else b""

    def save(self) -> None:
        self.desk.page.keyboard.press("Control+s")


def begin(desk: Desk, studio: Studio, text: str | bytes = TEXT, name: str = NAME) -> Editor:
    issue = studio.root / "issues" / f"{name}.md"
    issue.write_bytes(text.encode() if isinstance(text, str) else text)
    desk.page.locator(f"button[data-name='{name}']").click()
    expect(desk.page.locator("#file")).to_have_text(f"{name}.md")
    expect(desk.page.locator(f"button[data-name='{name}']")).to_have_attribute("aria-current", "true")
    return Editor(desk, issue)


@pytest.fixture
def editor(desk: Desk, studio: Studio) -> Editor:
    editor = begin(desk, studio)
    expect(editor.content).to_contain_text("Een alinea.")
    editor.letter_says("Een alinea.")
    return editor


@pytest.fixture
def calm(editor: Editor) -> Editor:
    """Give the editor of a page that saves only when it is asked to."""
    page = editor.desk.page
    page.evaluate("() => history.replaceState(null, '', `${location.hash}&pause=3600000`)")
    page.reload()
    editor.desk.wait_open()
    expect(editor.content).to_contain_text("Een alinea.")
    return editor


# --- typing and saving ----------------------------------------------------------------------------------


def test_what_is_typed_is_in_the_letter_before_it_is_in_the_file(calm: Editor) -> None:
    calm.go_to("Een alinea.")
    calm.type(" Pas getypt.")

    calm.letter_says("Een alinea. Pas getypt.")

    assert "Pas getypt" not in calm.issue.read_text()
    calm.save()
    calm.file_says("Een alinea. Pas getypt.")


def test_the_text_saves_itself_after_a_pause(editor: Editor) -> None:
    editor.go_to("Een alinea.")
    editor.type(" Vanzelf.")

    editor.file_says("Vanzelf.")


def test_ctrl_s_saves_at_once_and_says_so(editor: Editor) -> None:
    editor.go_to("Een alinea.")
    editor.type(" Nu.")
    editor.desk.page.keyboard.press("Control+s")

    editor.file_says("Nu.")
    expect(editor.desk.page.locator("#announce")).to_have_text("Saved.")


def test_undo_takes_typing_back(editor: Editor) -> None:
    editor.go_to("Een alinea.")
    editor.type(" Toch niet.")
    editor.desk.page.keyboard.press("Control+z")

    editor.letter_says("Een alinea.")
    editor.file_says(TEXT)


def test_undo_is_still_there_after_a_look_at_another_issue(editor: Editor) -> None:
    editor.go_to("Een alinea.")
    editor.type(" Toch niet.")
    editor.file_says("Toch niet.")
    editor.desk.page.locator("button.issue", has_text="Valt jullie appgroep").click()
    expect(editor.content).to_contain_text("appgroep")
    editor.desk.page.locator(f"button[data-name='{NAME}']").click()
    editor.go_to("Toch niet.")

    editor.desk.page.keyboard.press("Control+z")

    expect(editor.content).not_to_contain_text("Toch niet.")
    editor.file_says(TEXT)


def test_the_file_keeps_its_line_ends_and_its_mark(desk: Desk, studio: Studio) -> None:
    before = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    editor = begin(desk, studio, before)
    editor.go_to("Een alinea.")

    editor.type(" Erbij.")

    editor.file_says("Erbij.")
    assert editor.issue.read_bytes() == before.replace(b"Een alinea.", b"Een alinea. Erbij.")


def test_a_file_that_is_not_utf_8_is_shown_as_such_and_left_alone(desk: Desk, studio: Studio) -> None:
    data = TEXT.replace("Kort", "Één").encode("cp1252")
    editor = begin(desk, studio, data)

    expect(editor.trouble).to_contain_text("not UTF-8")
    editor.content.click()
    editor.type("weg")

    expect(editor.content).not_to_contain_text("weg")
    assert editor.issue.read_bytes() == data


def test_a_text_too_long_to_save_stays_in_the_page_and_over_a_reload(editor: Editor) -> None:
    editor.go_to("Een alinea.")
    editor.paste(" Bewaar mij. " + "<!-- " + "x" * 1_000_000 + " -->")

    expect(editor.trouble).to_contain_text("it was not saved")
    assert editor.issue.read_text() == TEXT
    editor.desk.page.reload()
    editor.desk.page.wait_for_load_state()
    expect(editor.content).to_contain_text("Bewaar mij.")

    editor.content.click()
    editor.desk.page.keyboard.press("Control+a")
    editor.paste(TEXT + "Kort genoeg.\n")
    editor.desk.page.keyboard.press("Control+s")
    editor.file_says("Kort genoeg.")
    expect(editor.trouble).to_be_hidden()


def test_text_that_was_not_saved_is_back_after_a_reload(calm: Editor) -> None:
    calm.go_to("Een alinea.")
    calm.type(" Nergens bewaard.")
    calm.letter_says("Nergens bewaard.")

    calm.desk.page.reload()

    expect(calm.content).to_contain_text("Nergens bewaard.")
    expect(calm.saved).to_have_text("not saved yet")
    assert calm.issue.read_text() == TEXT
    calm.save()
    calm.file_says("Nergens bewaard.")


@pytest.mark.parametrize(
    ("line", "typed", "offered", "written"),
    [
        ("Een alinea.", "\n\n::: que", "question", "::: question"),
        ("Een alinea.", " Dag {{ first", "first_name", "Dag {{ first_name }}"),
        ("subject: Kort", "\npre", "preheader", "preheader: "),
    ],
)
def test_what_can_be_written_is_offered(
    editor: Editor, line: str, typed: str, offered: str, written: str
) -> None:
    editor.go_to(line)
    editor.desk.page.keyboard.type(typed)

    offer = editor.desk.page.locator(".cm-tooltip-autocomplete li[aria-selected]")
    expect(offer).to_contain_text(offered)
    editor.desk.page.wait_for_timeout(
        100
    )  # the list takes no key for 75 ms, so that none is taken by accident
    editor.desk.page.keyboard.press("Enter")

    expect(offer).to_be_hidden()
    expect(editor.content).to_contain_text(written)


def test_a_quote_typed_is_one_quote(editor: Editor) -> None:
    editor.go_to("Een alinea.")
    editor.desk.page.keyboard.type(" 's Avonds (dus) {niet}.")

    editor.letter_says("’s Avonds (dus) {niet}.")


def test_writing_goes_on_while_the_configuration_is_broken(editor: Editor, studio: Studio) -> None:
    settings = studio.root / "newsletter.toml"
    settings.write_text(settings.read_text() + "\n[[[")
    expect(editor.desk.page.locator("body")).to_have_attribute("data-state", "refused")
    editor.go_to("Een alinea.")
    editor.type(" Toch bewaard.")

    editor.file_says("Toch bewaard.")


# --- another program saves too --------------------------------------------------------------------------


def test_the_editor_follows_another_program_and_keeps_the_caret(editor: Editor) -> None:
    editor.go_to("Iets anders.")

    editor.issue.write_text(TEXT.replace("Beste", "Bovenaan erbij.\n\nBeste"))

    expect(editor.content).to_contain_text("Bovenaan erbij.")
    editor.letter_says("Bovenaan erbij.")
    editor.type(" Hier staat de cursor.")
    editor.file_says("Iets anders. Hier staat de cursor.")


def test_changes_elsewhere_are_merged_without_asking(calm: Editor) -> None:
    calm.go_to("Een alinea.")
    calm.type(" Van mij.")

    calm.issue.write_text(TEXT.replace("Tot de volgende keer.", "Tot ziens."))
    expect(calm.content).to_contain_text("Tot ziens.")
    calm.save()

    calm.letter_says("Een alinea. Van mij.")
    calm.file_says("Een alinea. Van mij.\n\nIets anders.\n\nTot ziens.")
    expect(calm.trouble).to_be_hidden()


def in_conflict(editor: Editor) -> None:
    """Change one line here and in the file."""
    editor.go_to("Een alinea.")
    editor.type(" Van mij.")
    editor.issue.write_text(TEXT.replace("Een alinea.", "Een alinea. Van een ander."))
    expect(editor.trouble).to_contain_text("changed the same lines")


@pytest.mark.parametrize(
    ("button", "in_file", "lost"),
    [
        ("Keep mine as it was", "Een alinea. Van mij.", {"theirs": "Van een ander."}),
        ("Take the file's", "Een alinea. Van een ander.", {"mine": "Van mij."}),
    ],
)
def test_a_conflict_is_shown_and_the_text_that_loses_is_kept(
    calm: Editor, studio: Studio, button: str, in_file: str, lost: dict[str, str]
) -> None:
    in_conflict(calm)
    page = calm.desk.page
    assert "Van een ander." in calm.issue.read_text()

    page.get_by_role("button", name="Compare").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("In the file")).to_contain_text("Van een ander.")
    expect(dialog.get_by_label("Yours, to edit")).to_contain_text("Van mij.")
    page.get_by_role("button", name=button, exact=True).click()

    expect(dialog).to_be_hidden()
    expect(page.locator("#toast")).to_contain_text(".newsletter/studio/")
    calm.file_says(in_file)
    for side, words in lost.items():
        kept = list((studio.root / ".newsletter" / "studio").glob(f"{NAME}.{side}.*.md"))
        assert any(words in path.read_text() for path in kept)


def test_a_conflict_can_be_merged_by_hand_and_undone(calm: Editor) -> None:
    in_conflict(calm)
    page = calm.desk.page
    page.get_by_role("button", name="Compare").click()
    mine = page.get_by_label("Yours, to edit")
    mine.locator(".cm-line", has_text="Van mij.").click()
    page.keyboard.press("End")
    page.keyboard.insert_text(" En van een ander.")

    page.get_by_role("button", name="Save the right side").click()

    calm.file_says("Een alinea. Van mij. En van een ander.")
    calm.content.click()
    page.keyboard.press("Control+z")
    expect(calm.content).not_to_contain_text("En van een ander.")


def test_a_conflict_can_wait_and_nothing_is_saved_meanwhile(calm: Editor) -> None:
    in_conflict(calm)
    page = calm.desk.page
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    calm.go_to("Iets anders.")
    calm.type(" Verder.")
    calm.letter_says("Verder.")

    expect(calm.saved).to_have_text("not saved: two versions")
    assert "Verder" not in calm.issue.read_text()
    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_file_that_goes_away_leaves_its_text_here(editor: Editor) -> None:
    editor.issue.unlink()

    expect(editor.trouble).to_contain_text("is gone. Your text is still here.")
    expect(editor.content).to_contain_text("Een alinea.")
    editor.go_to("Een alinea.")
    editor.type(" Nog van mij.")
    editor.letter_says("Nog van mij.")
    editor.desk.page.reload()
    expect(editor.trouble).to_contain_text("is gone. Your text is still here.")
    editor.desk.page.get_by_role("button", name="Write the file again").click()

    expect(editor.trouble).to_be_hidden()
    editor.file_says("Een alinea. Nog van mij.")


def test_a_program_that_puts_a_new_file_in_place_of_the_old_is_followed(editor: Editor) -> None:
    editor.issue.rename(editor.issue.with_name(f"{NAME}.md~"))
    expect(editor.trouble).to_be_visible()

    editor.issue.write_text(TEXT.replace("Een alinea.", "Een nieuwe alinea."))

    expect(editor.content).to_contain_text("Een nieuwe alinea.")
    expect(editor.trouble).to_be_hidden()
    editor.file_says("Een nieuwe alinea.")


# --- the server ends and begins anew --------------------------------------------------------------------


def test_typing_goes_on_while_the_server_is_away_and_is_saved_when_it_is_back(
    alone: Studio, context: BrowserContext
) -> None:
    desk = open_desk(alone, context)
    editor = begin(desk, alone)
    expect(editor.content).to_contain_text("Een alinea.")
    editor.letter_says("Een alinea.")
    alone.stop()
    expect(desk.page.locator("body")).to_have_attribute("data-state", "stopped")
    for keys, place in (
        ("Alt+t", "#trial .result"),
        ("Alt+r", "#find-reader .soft"),
        ("Alt+n", "#begin-trouble"),
    ):
        desk.page.keyboard.press(keys)
        desk.page.keyboard.type("iets")
        desk.page.keyboard.press("Enter")
        expect(desk.page.locator(place)).to_have_text("No answer: is newsletter preview still running?")
        for _ in range(2):  # the first one may empty a box to search in
            desk.page.keyboard.press("Escape")
    editor.go_to("Een alinea.")
    editor.type(" Zonder server.")
    expect(editor.saved).to_have_text("not saved")

    again = start(alone.root, "--port", str(alone.port))
    try:
        expect(desk.page.locator("#state")).to_contain_text("open the address it printed")
        expect(editor.content).to_contain_text("Zonder server.")
        context.new_page().goto(again.address)

        expect(desk.page.locator("body")).to_have_attribute("data-state", "live")
        editor.file_says("Een alinea. Zonder server.")
        editor.letter_says("Zonder server.")
    finally:
        again.process.kill()
        again.process.communicate()


# --- between text and letter ----------------------------------------------------------------------------


def test_a_click_in_the_letter_leads_to_its_line(editor: Editor) -> None:
    editor.desk.frame.get_by_text("Iets anders.").click()

    expect(editor.content).to_be_focused()
    editor.type("Hier: ")
    editor.letter_says("Hier: Iets anders.")


def test_a_link_in_the_letter_leads_to_its_line_and_not_away(editor: Editor) -> None:
    editor.issue.write_text(TEXT.replace("Een alinea.", "Een [link](https://example.org/weg)."))
    editor.letter_says("link")

    editor.desk.frame.get_by_role("link", name="link").click()

    expect(editor.content).to_be_focused()
    assert len(editor.desk.page.context.pages) == 1


def test_the_caret_s_block_is_marked_and_brought_into_view(desk: Desk, studio: Studio) -> None:
    many = "\n\n".join(f"Alinea {number} van heel veel." for number in range(80))
    editor = begin(desk, studio, TEXT.replace("Een alinea.", many))
    editor.letter_says("Alinea 79")
    editor.content.click()

    desk.page.keyboard.press("Control+End")

    desk.page.wait_for_function("() => document.getElementById('stage').scrollTop > 500")
    here = desk.frame.locator(".newsletter-here")
    expect(here).to_have_text("Tot de volgende keer.")


def test_the_place_in_the_letter_stays_while_typing(editor: Editor, studio: Studio) -> None:
    many = "\n\n".join(f"Alinea {number} van heel veel." for number in range(60))
    editor.issue.write_text(TEXT.replace("Een alinea.", many))
    editor.letter_says("Alinea 59")
    editor.go_to("Alinea 3 van")
    editor.desk.page.evaluate("document.getElementById('stage').scrollTop = 300")

    editor.type(" Getypt.")
    editor.letter_says("Alinea 3 van heel veel. Getypt.")

    assert editor.desk.page.evaluate("document.getElementById('stage').scrollTop") == 300


def test_a_slip_is_marked_while_typing_and_leads_to_its_line(editor: Editor) -> None:
    page = editor.desk.page
    editor.go_to("Een alinea.")
    editor.type("\n\n::: knoop")

    expect(page.locator("#editor .cm-lint-marker-error")).to_be_visible()
    expect(page.locator("#here")).to_contain_text("knoop")
    place = page.locator("#findings button.place").first
    expect(place).to_have_text(re.compile(rf"issues/{NAME}.md:8"))
    page.keyboard.press("Control+Home")
    place.click()
    expect(editor.content).to_be_focused()
    expect(page.locator("#editor .cm-activeLine")).to_have_text("::: knoop")


def test_the_picture_in_the_how_to_is_the_studio_s(desk: Desk, studio: Studio) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1440, "height": 900})
    text = studio.issue.read_text().replace("::: signature", "::: signatur")
    studio.issue.write_text(text)
    expect(page.locator("#findings li")).to_have_count(1)
    page.locator("#findings button.place").click()
    page.locator("#editor .cm-line", has_text="::: signatur").wait_for()
    page.keyboard.press("Control+Home")
    page.locator("#editor .cm-line", has_text="Vorige keer").click()
    expect(desk.frame.locator(".newsletter-here")).to_be_visible()
    if os.environ.get("NEWSLETTER_UPDATE_PICTURES") == "1":
        page.screenshot(path=PICTURE)

    with Image.open(PICTURE) as picture:
        assert picture.size == (1440, 900)
    assert PICTURE.stat().st_size < 300_000


# --- the list and the panes -----------------------------------------------------------------------------


def test_a_new_issue_is_begun_from_its_subject(desk: Desk, studio: Studio) -> None:
    page = desk.page
    page.get_by_role("button", name="New issue").click()
    page.get_by_label("Subject").fill(" ")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("the subject is empty")

    page.get_by_label("Subject").fill("Een gloednieuwe brief")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#file")).to_have_text(re.compile("-een-gloednieuwe-brief.md"))
    expect(page.locator("#editor .cm-content")).to_contain_text("Een gloednieuwe brief")
    assert list(studio.root.glob("issues/*-een-gloednieuwe-brief.md"))


def test_among_many_issues_one_is_found_by_its_words(desk: Desk, studio: Studio) -> None:
    page = desk.page
    expect(page.get_by_label("Find an issue")).to_be_hidden()
    for number in range(40):
        name = f"2025-01-{number % 28 + 1:02}-oud-{number}.md"
        (studio.root / "issues" / name).write_text(f"---\nsubject: Brief over bijen {number}\n---\nDag.\n")
    expect(page.locator("#list .issue")).to_have_count(42)

    page.get_by_label("Find an issue").fill("BIJEN 39")

    expect(page.locator("#list .issue")).to_have_text(["Brief over bijen 392025-01-12 "])
    page.get_by_label("Find an issue").fill("wespen")
    expect(page.locator("#list")).to_have_text("No issue has these words.")
    page.get_by_label("Find an issue").fill("")
    expect(page.locator("#list .issue")).to_have_count(42)


def test_what_was_sent_stands_below_the_drafts(alone: Studio, context: BrowserContext) -> None:
    readers = str(ROOT / "examples" / "subscribers.csv")
    assert newsletter(alone.root, "subscribers", "import", readers, "--apply").returncode == 0
    assert newsletter(alone.root, "check", str(alone.issue), "--to", "gemeenten").returncode == 0
    sent = newsletter(alone.root, "send", str(alone.issue), "--to", "gemeenten", "--yes")
    assert sent.returncode == 0, sent.stderr

    page = open_desk(alone, context).page

    expect(page.locator("#list .draft")).to_have_count(1)
    expect(page.locator("#list .sent")).to_contain_text("sent")
    expect(page.locator("#list .sent")).to_contain_text("Valt jullie appgroep")
    expect(page.locator("#file")).to_have_text("2026-12-01-longest-sentence.md")


def test_panes_are_reached_hidden_and_widened_by_keyboard(desk: Desk) -> None:
    page = desk.page
    for key, focused in (("1", "#list button"), ("2", ".cm-content"), ("3", "#stage"), ("4", "#verdict")):
        page.keyboard.press(f"Alt+{key}")
        assert page.evaluate("selector => document.activeElement.matches(selector)", focused)

    page.keyboard.press("Alt+Shift+1")
    expect(page.locator("#pane-issues")).to_be_hidden()
    page.keyboard.press("Alt+1")
    expect(page.locator("#pane-issues")).to_be_visible()
    grip = page.get_by_role("separator", name="Width of the list")
    before = int(grip.get_attribute("aria-valuenow") or 0)
    grip.focus()
    page.keyboard.press("ArrowRight")
    expect(grip).to_have_attribute("aria-valuenow", str(before + 24))
    page.reload()
    desk.wait_open()
    expect(grip).to_have_attribute("aria-valuenow", str(before + 24))


def test_the_shortcuts_are_listed(desk: Desk) -> None:
    desk.page.locator("#stage").focus()
    desk.page.keyboard.press("?")

    expect(desk.page.get_by_role("dialog")).to_contain_text("Save now")
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_role("dialog")).to_be_hidden()
    expect(desk.page.locator("#stage")).to_be_focused()


def test_the_page_speaks_dutch_when_asked_and_remembers(desk: Desk) -> None:
    desk.page.get_by_role("combobox", name="Language").select_option("nl")

    expect(desk.page.get_by_role("button", name="Nieuwe brief")).to_be_visible()
    expect(desk.page.locator("#saved")).to_have_text("bewaard")
    desk.page.reload()
    desk.wait_open()
    expect(desk.page.locator("html")).to_have_attribute("lang", "nl")


def test_a_repaint_leaves_the_focus_where_it_is(editor: Editor) -> None:
    for selector in ("#dark", f"#list button[data-name='{NAME}']", "#reader"):
        editor.desk.page.locator(selector).focus()
        before = editor.desk.painted
        editor.issue.write_text(editor.issue.read_text() + f"\nErbij {before}.\n")
        editor.desk.wait(before + 1)
        expect(editor.content).to_contain_text(f"Erbij {before}.")

        expect(editor.desk.page.locator(selector)).to_be_focused()
