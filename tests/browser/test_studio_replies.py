"""The studio's inbox: mails read clean, their words taken into the draft, nothing of them run or loaded."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from newsletter.domain.inbox import InboundState
from newsletter.project import Project
from newsletter.studio.mail_frame import MAIL_POLICY, mail_page
from tests.browser.axe_faults import faults
from tests.browser.reply_world import HOSTILE, add_mails, hostile_html, make_unread
from tests.browser.studio_world import NAME, PATIENCE_S, Desk, Studio, make_project, open_desk, start
from tests.browser.test_studio_gate import send

pytestmark = pytest.mark.browser

FIRST = "Wij hebben er veertien, en de helft is stil."


@dataclass(slots=True)
class Elsewhere:
    """A server that a mail would have something loaded from; it keeps what was asked for.

    `shown` is the page at `/shown` with its policy.
    """

    address: str = ""
    asked: list[str] = field(default_factory=list)
    shown: tuple[str, str] = ("", "")


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    known = Elsewhere()

    class Answer(BaseHTTPRequestHandler):
        def answer(self) -> None:
            known.asked.append(self.path)
            html, policy = known.shown if self.path == "/shown" else ("", "")
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(html.encode())))
            if policy:
                self.send_header("Content-Security-Policy", policy)
            with suppress(ConnectionError):  # the mail led its page away
                self.end_headers()
                self.wfile.write(html.encode())

        do_GET = do_POST = answer

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        known.address = f"http://127.0.0.1:{server.server_port}"
        yield known
        server.shutdown()


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere) -> Iterator[Studio]:
    root = make_project(tmp_path_factory.mktemp("inbox"))
    add_mails(root, elsewhere.address)
    running = start(root, NAME)
    yield running
    running.process.kill()
    running.process.communicate()


@pytest.fixture(scope="module")
def room(inbox: Studio, chromium: Browser) -> Iterator[Desk]:
    """Open one page for all tests; at the end nobody complained, and nothing was asked for elsewhere."""
    with chromium.new_context(viewport={"width": 1280, "height": 860}) as context:
        context.set_default_timeout(PATIENCE_S * 1000)
        desk = open_desk(inbox, context)
        yield desk
    assert desk.complaints == []
    assert desk.elsewhere == []


@pytest.fixture
def replies(room: Desk, inbox: Studio) -> Iterator[Desk]:
    """Return the page with no mail open and none read; afterwards the draft is as it was."""
    room.settle()
    page, draft = room.page, inbox.issue.read_bytes()
    make_unread(inbox.root)
    page.keyboard.press("Alt+5")
    page.keyboard.press("Escape")
    page.locator("#find-reply").fill("")
    page.evaluate("""() => {
        for (const pick of document.querySelectorAll("#pane-replies select")) pick.value = "";
        dispatchEvent(new Event("focus"));
    }""")
    expect(page.locator("#replies li.new")).to_have_count(3)
    page.keyboard.press("Alt+5")
    yield room
    (inbox.root / "quotes.toml").unlink(missing_ok=True)
    if inbox.issue.read_bytes() != draft or "::: reader" in (page.locator("#editor").text_content() or ""):
        expect(page.locator("#saved")).to_have_attribute("data-state", "clean")
        inbox.issue.write_bytes(draft)
        expect(page.locator("#editor")).not_to_contain_text("::: reader")


def mail(page: Page, number: int) -> Locator:
    return page.locator(f".mail[data-number='{number}']")


def read(page: Page, number: int) -> Locator:
    """Open a mail and return what shows it."""
    mail(page, number).click()
    expect(mail(page, number)).to_have_attribute("aria-current", "true")
    expect(page.locator("#reply h2")).to_be_focused()
    return page.locator("#reply")


def draft(page: Page) -> Locator:
    return page.locator("#editor .cm-content")


def allow(inbox: Studio, number: int, name: str) -> None:
    """Write down that a reader may be quoted by name."""
    entry = f'[quotes.{number}]\nname = "{name}"\nconsent = "named"\ngranted = 2026-11-27\n'
    (inbox.root / "quotes.toml").write_text(entry)


def sent_to(inbox: Studio, address: str) -> list[EmailMessage]:
    """Return the mails to `address` in the outbox."""
    files = sorted(inbox.root.glob("outbox/**/*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [one for one in mails if address in str(one["To"])]


# --- reading ---------------------------------------------------------------------------------------------


def test_a_mail_is_read_clean_and_its_original_is_one_key_away(replies: Desk) -> None:
    page = replies.page
    shown = read(page, 1)
    expect(shown.locator(".words")).to_have_text(re.compile(f"Beste Renata,\\s+{FIRST}\\s+Groet, Wilma$"))

    page.keyboard.press("o")

    expect(shown.locator(".original pre")).to_contain_text("> Laat je het me weten?")
    page.keyboard.press("o")
    expect(shown.locator(".original")).to_have_count(0)
    shown.locator(".pieces summary").click()
    expect(shown.locator(".pieces code")).to_have_text(["attribution", "quote-signs"])
    expect(shown.locator(".pieces pre").first).to_contain_text("Op 24 nov. 2026")


def test_what_a_reader_asks_says_what_became_of_it(chromium: Browser, tmp_path: Path) -> None:
    root = make_project(tmp_path / "asking")
    with Project.open(root, environment={}) as project:
        project.consent.add("wilma@meerdijk.example", source="on paper, 4 September")
        asks = "From: wilma@meerdijk.example\nSubject: Afmelden\n\nSchrijf mij uit van de nieuwsbrief.\n"
        project.replies.ingest(asks.encode(), "eml", "1")
        project.replies.read_waiting()
    running = start(root, NAME)
    try:
        with chromium.new_context(viewport={"width": 1280, "height": 860}) as context:
            page = open_desk(running, context).page
            page.keyboard.press("Alt+5")
            mail(page, 1).click()
            shown = page.locator("#reply .asks")
            expect(shown).to_contain_text("newsletter replies act 1 unsubscribe")
            with Project.open(root, environment={}) as project:
                project.replies.acts.do(1, "unsubscribe")
            page.reload()
            page.keyboard.press("Alt+5")
            mail(page, 1).click()
            expect(shown).to_contain_text("Done.")
            expect(shown).not_to_contain_text("newsletter replies act")
    finally:
        running.process.kill()
        running.process.communicate()


def test_a_mail_that_was_looked_at_is_no_longer_unread_until_its_reader_says_so(replies: Desk) -> None:
    page = replies.page
    tab = page.locator("button[data-pane='replies']")
    expect(tab).to_have_attribute("data-count", "3")
    read(page, 2)
    expect(tab).to_have_attribute("data-count", "2")

    page.keyboard.press("u")

    expect(tab).to_have_attribute("data-count", "3")
    expect(page.locator("#replies li.new .mail[data-number='2']")).to_be_visible()


HOLD = """part => {
    const real = window.fetch;
    delete window.goOn;
    window.fetch = async (address, options) => {
        if (!address.endsWith(part)) return real(address, options);
        window.fetch = real;
        await new Promise((go) => { window.goOn = go; });
        return real(address, options);
    };
}"""


def test_unread_is_meant_though_the_mail_is_only_about_to_be_read(replies: Desk) -> None:
    page = replies.page
    page.evaluate(HOLD, "/replies/2/seen")
    read(page, 2)
    page.wait_for_function("() => window.goOn !== undefined")
    page.keyboard.press("u")

    with page.expect_response("**/replies/2/state") as told:
        page.evaluate("() => goOn()")

    assert told.value.request.post_data_json == {"state": "new"}
    expect(page.locator("#replies li.new .mail[data-number='2']")).to_be_visible()


def test_mails_are_found_by_words_kind_and_tag(replies: Desk) -> None:
    page = replies.page
    page.locator("#find-reply").fill("VEERTIEN wilma")
    expect(page.locator(".mail")).to_have_count(1)
    page.locator("#find-reply").fill("")
    expect(page.locator(".mail")).to_have_count(3)  # a machine's is not shown

    page.locator("#replies-kind").select_option("out_of_office")
    expect(page.locator(".mail")).to_have_count(1)
    page.locator("#replies-kind").select_option("")
    expect(page.locator(".mail")).to_have_count(3)
    read(page, 1)
    page.keyboard.press("t")
    expect(page.locator("#reply input:focus")).to_be_visible()
    page.keyboard.type("#vraag")
    page.keyboard.press("Enter")
    page.locator("#replies-tag").select_option("vraag")

    expect(page.locator(".mail")).to_have_count(1)
    page.get_by_role("button", name="Take away the tag vraag").click()
    expect(page.locator("#replies")).to_contain_text("No mail has this.")
    page.get_by_role("button", name="Show everything").click()
    expect(page.locator(".mail")).to_have_count(3)


def test_a_tag_that_is_being_typed_stays_when_the_mail_is_drawn_anew(replies: Desk) -> None:
    page = replies.page
    page.evaluate(HOLD, "/replies/2/seen")
    read(page, 2)
    page.keyboard.press("t")
    page.keyboard.type("#half")
    page.wait_for_function("() => window.goOn !== undefined")

    page.evaluate("() => goOn()")

    expect(page.get_by_role("button", name="Mark unread")).to_be_visible()
    expect(page.locator("#reply input:focus")).to_have_value("#half")
    page.keyboard.type("-om")
    page.keyboard.press("Enter")
    expect(page.locator("#reply .tags .chip")).to_have_text("#half-om ×")
    expect(page.locator("#reply input:focus")).to_have_value("")
    page.get_by_role("button", name="Take away the tag half-om").click()
    expect(page.locator("#reply .tags .chip")).to_have_count(0)


def test_a_mail_is_put_away_and_taken_back(replies: Desk) -> None:
    page = replies.page
    read(page, 2)
    page.keyboard.press("e")
    expect(mail(page, 2)).to_have_count(0)

    page.locator("#replies-where").select_option("away")
    expect(page.locator(".mail")).to_have_count(1)
    page.get_by_role("button", name="Take back").click()

    expect(page.locator(".mail")).to_have_count(0)
    page.locator("#replies-where").select_option("")
    expect(mail(page, 2)).to_be_visible()


def test_a_click_counts_when_the_list_changes_between_its_two_halves(replies: Desk, inbox: Studio) -> None:
    page = replies.page
    first, last = (page.locator(".mail").nth(at).get_attribute("data-number") for at in (0, 2))
    page.locator(".mail").first.hover()
    page.mouse.down()
    with Project.open(inbox.root, environment={}) as project:
        project.replies.move([int(last or 0)], InboundState.READ)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#replies li.new")).to_have_count(2)

    page.mouse.up()

    expect(mail(page, int(first or 0))).to_have_attribute("aria-current", "true")
    expect(page.locator("#reply h2")).to_be_focused()


def test_a_mail_that_was_removed_meanwhile_is_no_longer_shown(replies: Desk, inbox: Studio) -> None:
    page = replies.page
    with Project.open(inbox.root, environment={}) as project:
        raw = b"From: Anna <anna@gouda.example>\r\nSubject: Nog iets\r\n\r\nVergeet mij.\r\n"
        number = project.replies.ingest(raw, "eml", "gone").id
        assert number is not None
        project.replies.read_waiting()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(read(page, number)).to_contain_text("Vergeet mij.")
    with Project.open(inbox.root, environment={}) as project:
        project.replies.removal.remove([number])

    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(page.locator("#reply")).to_contain_text(f"there is no mail {number} in the inbox")
    expect(page.locator("#reply")).not_to_contain_text("Vergeet mij.")
    expect(mail(page, number)).to_have_count(0)


def test_the_inbox_is_worked_by_keys_alone(replies: Desk) -> None:
    page = replies.page
    expect(page.locator(".mail").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".mail").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#reply h2")).to_be_focused()
    opened = page.locator(".mail[aria-current]").get_attribute("data-number")
    page.keyboard.press("k")
    expect(page.locator(".mail[aria-current]")).not_to_have_attribute("data-number", opened or "")

    page.keyboard.press("Escape")

    expect(page.locator(".mail[aria-current]")).to_have_count(0)
    expect(page.locator("#replies .mail:focus")).to_have_count(1)
    page.keyboard.press("/")
    expect(page.locator("#find-reply")).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator("#find-reply")).to_have_value("o")


# --- words into the draft --------------------------------------------------------------------------------


def test_a_quote_without_consent_says_so_at_its_line_at_once(replies: Desk, inbox: Studio) -> None:
    page = replies.page
    read(page, 1)
    page.keyboard.press("q")

    expect(draft(page)).to_contain_text(f"::: reader 1{FIRST}:::")
    expect(page.locator("#here")).to_contain_text('quotes.toml does not know the reply "1"')
    expect(page.locator("#announce")).to_contain_text("The reader was not asked yet")
    (inbox.root / "quotes.toml").write_text(
        '[quotes.1]\nname = "Wilma"\nconsent = "named"\ngranted = 2026-11-27\n'
    )
    expect(page.locator("#reply .consent-line")).to_contain_text("The reader may be quoted by name.")
    expect(page.locator("#findings li", has_text="quotes.toml")).to_have_count(0)


def test_a_mail_is_dragged_to_where_its_words_shall_stand(replies: Desk) -> None:
    page = replies.page
    target = page.locator("#editor .cm-line", has_text="Ja, als ze over het werk gaan.")

    mail(page, 1).drag_to(target)

    expect(target.locator("xpath=following-sibling::*[2]")).to_have_text("::: reader 1")
    expect(target.locator("xpath=following-sibling::*[3]")).to_have_text(FIRST)
    expect(target.locator("xpath=following-sibling::*[5]")).to_have_text("")


def test_only_the_words_that_are_selected_are_taken(replies: Desk) -> None:
    page = replies.page
    shown = read(page, 1)
    shown.locator(".words").evaluate("""words => {
        const from = words.firstChild.data.indexOf("de helft");
        getSelection().setBaseAndExtent(words.firstChild, from, words.firstChild, from + 15);
    }""")

    page.get_by_role("button", name="Put in the draft").click()

    expect(draft(page)).to_contain_text("::: reader 1de helft is sti:::")


def test_markup_in_a_readers_words_is_words_in_the_letter(replies: Desk, inbox: Studio) -> None:
    page = replies.page
    (inbox.root / "quotes.toml").write_text(
        '[quotes.2]\nname = "Sjoerd"\nconsent = "named"\ngranted = 2026-11-27\n'
    )
    expect(mail(page, 2).locator(".consent")).to_have_text("by name")
    read(page, 2)
    page.keyboard.press("q")
    page.keyboard.press("Alt+3")

    letter = page.locator("#paper > iframe:not(.spare)").content_frame.locator(".reader")
    expect(letter).to_contain_text("# Geen idee")
    expect(letter).to_contain_text("{{ first_name }}")


# --- what leaves -----------------------------------------------------------------------------------------


def test_an_answer_leaves_once_when_it_is_sent_and_not_before(replies: Desk, inbox: Studio) -> None:
    page = replies.page
    read(page, 1)
    page.keyboard.press("r")
    dialog = page.locator("#answer")
    expect(dialog.locator(".way")).to_contain_text("To wilma@meerdijk.example. Through files in outbox")
    page.get_by_role("button", name="Send the answer").click()
    expect(dialog.locator(".result")).to_contain_text("The text is empty", ignore_case=True)
    assert sent_to(inbox, "wilma@meerdijk.example") == []
    page.keyboard.press("Escape")

    page.keyboard.press("r")
    expect(dialog.locator("textarea")).to_be_focused()
    page.keyboard.insert_text("Dank je wel!")
    page.get_by_role("button", name="Send the answer").click()

    expect(page.locator("#announce")).to_have_text("The answer to wilma@meerdijk.example has left.")
    expect(page.locator("#reply .facts")).to_contain_text("answered")
    (mail_out,) = sent_to(inbox, "wilma@meerdijk.example")
    assert mail_out["Subject"] == "Re: Vierendertig groepen"
    text = mail_out.get_body(("plain",)).get_content()
    assert text.splitlines()[0] == "Dank je wel!"
    assert "> Beste Renata," in text


def test_a_reader_is_asked_by_mail_whether_the_words_may_be_quoted(replies: Desk, inbox: Studio) -> None:
    page = replies.page
    shown = read(page, 2)
    page.get_by_role("button", name="Ask consent").click()
    dialog = page.locator("#ask-consent")
    expect(dialog.locator("pre")).to_contain_text("> ::: note")
    assert sent_to(inbox, "sjoerd@waterschap.example") == []
    page.get_by_label("without their name").check()
    page.get_by_role("button", name="Ask the reader").click()

    expect(shown.locator(".consent-line")).to_contain_text("asked and has not answered")
    expect(mail(page, 2).locator(".consent")).to_have_text("asked")
    assert len(sent_to(inbox, "sjoerd@waterschap.example")) == 1
    assert 'consent = "asked"' in (inbox.root / "quotes.toml").read_text()


# --- what a mail must not do -----------------------------------------------------------------------------


def test_a_hostile_mail_loads_and_runs_nothing(replies: Desk, elsewhere: Elsewhere) -> None:
    page = replies.page
    elsewhere.asked.clear()
    read(page, HOSTILE)
    page.keyboard.press("o")
    page.get_by_role("button", name="As a page").click()

    frame = page.locator("#reply iframe").content_frame
    expect(frame.get_by_text("Gevaarlijke woorden")).to_have_css("color", "rgb(163, 36, 27)")
    frame.get_by_text("Een link").click()  # it leads nowhere
    page.get_by_role("button", name="Source").click()
    expect(page.locator("#reply pre")).to_contain_text("multipart/mixed")
    expect(page.locator("#reply .attached")).to_contain_text("open-mij.html")
    assert page.locator("#reply .attached a, #reply .attached button").count() == 0
    assert elsewhere.asked == []
    assert "hacked" not in page.title()


GUARDS = {
    "none": lambda html: (html, ""),
    "the policy": lambda html: (html, MAIL_POLICY),
    "the cleaning": lambda html: (mail_page(html, "x"), ""),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_of_the_frame_holds_without_the_other(
    chromium: Browser, elsewhere: Elsewhere, guard: str
) -> None:
    elsewhere.shown = GUARDS[guard](hostile_html(elsewhere.address))
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{elsewhere.address}/holder")
        elsewhere.asked.clear()

        page.set_content('<iframe src="/shown"></iframe>', wait_until="load")
        page.evaluate("() => fetch('/fence')")

    loaded = set(elsewhere.asked) - {"/shown", "/fence", "/favicon.ico"}
    assert (loaded == set()) == (guard != "none"), loaded


# --- what is wrong ---------------------------------------------------------------------------------------

WRONG: list[tuple[str, object]] = [
    ("/replies/99999999999999999999/seen", {}),
    ("/replies/77/answer", {"text": "x"}),
    ("/replies/1/state", {"state": "parked"}),
    ("/replies/1/state", {}),
    ("/replies/1/tags", {"add": "x" * 61}),
    ("/replies/1/tags", {"add": 5}),
    ("/replies/1/block", {"words": "\ud800\n "}),
    ("/replies/1/answer", {"text": "\ud800"}),
    ("/replies/1/answer", {"text": " \n"}),
    ("/replies/1/question", {"words": "dat staat er niet \ud800"}),
    ("/replies/1/ask", []),
]


@pytest.mark.parametrize(("path", "body"), WRONG, ids=ascii)
def test_what_cannot_be_done_is_refused_with_words(inbox: Studio, path: str, body: object) -> None:
    status, said = send(inbox, "POST", path, body)

    (problem,) = json.loads(said)["refused"]
    assert status == 200
    assert problem["what"]
    assert problem["fix"]


# --- for everybody ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "scheme", "lang"), [(1280, "light", "nl"), (375, "dark", "en")])
def test_no_state_of_the_inbox_breaks_a_rule(
    inbox: Studio, chromium: Browser, width: int, scheme: str, lang: str
) -> None:
    make_unread(inbox.root)
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "locale": lang}
    broken: dict[str, list[str]] = {}
    with chromium.new_context(**options) as context:
        context.set_default_timeout(PATIENCE_S * 1000)
        page = open_desk(inbox, context).page
        page.keyboard.press("Alt+5")
        page.locator("#replies-kind").select_option("all")
        expect(mail(page, 3)).to_be_visible()
        if width < 400:
            broken["list"] = faults(page)
        read(page, 1).locator(".pieces summary").click()
        broken["mail"] = faults(page)
        if width > 400:
            page.keyboard.press("r")
            expect(page.locator("#answer textarea")).to_be_focused()
            broken["answer"] = faults(page)
            page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        read(page, HOSTILE)
        page.keyboard.press("o")
        page.locator("button[data-way='page']").click()
        broken["page"] = faults(page)

    assert not any(broken.values()), broken
