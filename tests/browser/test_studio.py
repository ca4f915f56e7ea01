"""The studio as an author uses it: a real `newsletter preview`, real files, Debian's Chromium."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "preview.png"
NAME = "2026-11-24-appgroep"
PATIENCE_S = 10


@dataclass(frozen=True, slots=True)
class Studio:
    """A project on disk with `newsletter preview` running in it."""

    root: Path
    address: str
    process: subprocess.Popen[str]

    @property
    def issue(self) -> Path:
        return self.root / "issues" / f"{NAME}.md"

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    def get(self, path: str, *, host: str | None = None, cookie: str = "") -> http.client.HTTPResponse:
        """Ask for `path` without following redirects."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{self.port}", "Cookie": cookie})
        answer = connection.getresponse()
        answer.body = answer.read().decode()  # type: ignore[attr-defined]  # kept beside its status
        connection.close()
        return answer

    def cookie(self) -> str:
        """Return the cookie that the printed address gives."""
        answer = self.get(self.address[self.address.index("/?") :])
        return str(answer.headers["Set-Cookie"]).partition(";")[0]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Ask the process to end and return how many seconds it took."""
        start = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE_S)
        return time.monotonic() - start


def environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return {**own, "PYTHONPATH": str(ROOT)}


def newsletter(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newsletter", *words]
    return subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )


def start(root: Path, *words: str) -> Studio:
    process = subprocess.Popen(
        [sys.executable, "-m", "newsletter", "preview", "--no-open", *words],
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    return Studio(root, process.stdout.readline().strip(), process)


def make_project(root: Path) -> Path:
    shutil.copytree(ROOT / "issues", root / "issues")
    shutil.copy(ROOT / "newsletter.toml", root)
    return root


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    root = make_project(tmp_path_factory.mktemp("brief"))
    done = newsletter(root, "subscribers", "import", str(ROOT / "examples" / "subscribers.csv"), "--apply")
    assert done.returncode == 0, done.stderr
    running = start(root, NAME)
    yield running
    running.stop()
    assert running.process.stdout is not None
    rest = running.process.stdout.read()
    running.process.stdout.close()
    assert rest.splitlines() == ["Save a file and the letter follows. Stop with Ctrl-C.", "Stopped."]


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Studio]:
    running = start(make_project(tmp_path))
    yield running
    running.process.kill()
    running.process.communicate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        reason = "Chromium is not installed; on Debian: apt-get install chromium"
        if os.environ.get("NEWSLETTER_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass(slots=True)
class Desk:
    """The studio's page, with what it complained about and what it asked for elsewhere."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        """Return the frame that shows the letter."""
        handle = self.page.query_selector("iframe:not(.spare)")
        frame = handle.content_frame() if handle else None
        assert frame is not None
        return frame

    @property
    def painted(self) -> int:
        return int(self.page.evaluate("Number(document.body.dataset.painted)"))

    def wait(self, painted: int) -> None:
        """Wait until so many letters have been painted."""
        self.page.wait_for_function("many => Number(document.body.dataset.painted) >= many", arg=painted)

    def save(self, path: Path, content: str | bytes) -> None:
        """Save in place and wait for the repainted letter."""
        before = self.painted
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.wait(before + 1)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(viewport={"width": 1280, "height": 860}) as context:
        context.set_default_timeout(PATIENCE_S * 1000)
        yield context


@pytest.fixture
def desk(studio: Studio, context: BrowserContext) -> Iterator[Desk]:
    """Open the studio; afterwards every file is as it was, nobody complained, and nothing left."""
    kept = {path: path.read_bytes() for path in studio.root.glob("issues/**/*") if path.is_file()}
    settings = (studio.root / "newsletter.toml").read_bytes()
    desk = open_desk(studio, context)
    yield desk
    context.close()
    for path in [path for path in studio.root.glob("issues/**/*") if path.is_file() and path not in kept]:
        path.unlink()
    for path, data in kept.items():
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
    (studio.root / "newsletter.toml").write_bytes(settings)
    shutil.rmtree(studio.root / "templates", ignore_errors=True)
    assert desk.complaints == []
    assert desk.elsewhere == []


def open_desk(studio: Studio, context: BrowserContext) -> Desk:
    desk = Desk(context.new_page())
    desk.page.on("console", lambda message: desk.complaints.append(message.text))
    desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    desk.page.on(
        "request",
        lambda request: None if _is_here(request.url, studio.port) else desk.elsewhere.append(request.url),
    )
    desk.page.goto(studio.address)
    desk.wait(1)
    return desk


def _is_here(url: str, port: int) -> bool:
    return url.startswith((f"http://127.0.0.1:{port}/", "data:"))


# --- the letter --------------------------------------------------------------------------------------


def test_the_letter_stands_in_its_width(desk: Desk) -> None:
    for button, width in (("Desktop", 600), ("Phone", 375)):
        desk.press(button)

        assert desk.frame.evaluate("document.compatMode") == "CSS1Compat"
        assert desk.frame.evaluate("innerWidth") == width
        assert desk.frame.evaluate("document.documentElement.scrollWidth") <= width
        assert desk.frame.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert desk.frame.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
        assert "Beste lezer," in desk.frame.inner_text("body")


def test_the_address_bar_keeps_the_choices_and_not_the_key(desk: Desk) -> None:
    desk.press("Phone")
    desk.page.reload()
    desk.wait(1)

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
    readers = desk.page.get_by_label("Reader")
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
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing to mend")


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

        desk.page.locator("iframe:not(.spare)").content_frame.get_by_text(f"{greeting} lezer,").wait_for()


def test_a_template_that_appears_later_repaints_and_so_does_saving_it(desk: Desk, studio: Studio) -> None:
    template = studio.root / "templates" / "letter.mjml.j2"
    original = (ROOT / "templates" / "letter.mjml.j2").read_text()
    before = desk.painted
    template.parent.mkdir()
    template.write_text(original.replace("{{ newsletter.name }}", "Eigen hoofd"))
    desk.wait(before + 1)
    desk.frame.get_by_text("Eigen hoofd").wait_for()

    desk.page.wait_for_timeout(400)  # until the new folder is watched
    desk.save(template, original.replace("{{ newsletter.name }}", "Ander hoofd"))

    desk.frame.get_by_text("Ander hoofd").wait_for()


def test_saving_a_picture_repaints(desk: Desk, studio: Studio) -> None:
    picture = next((studio.root / "issues" / "img").glob("van-app*"))
    Image.new("RGB", (40, 20), "red").save(picture.with_suffix(".next"), "PNG")
    content = picture.with_suffix(".next").read_bytes()

    desk.save(picture, content)

    desk.page.wait_for_function(
        "[...document.querySelectorAll('iframe:not(.spare)')]"
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
    expect(desk.page.get_by_role("alert")).to_contain_text("last letter that could be built")
    assert "Beste lezer," in desk.frame.inner_text("body")

    desk.save(studio.issue, good)

    expect(body).to_have_attribute("data-state", "live")
    expect(desk.page.get_by_role("alert")).to_be_hidden()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Nothing to mend")


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
    option = desk.page.get_by_label("Letter").first.locator("option", has_text="nieuw")
    expect(option).to_be_attached()

    desk.page.get_by_label("Letter").first.select_option("2026-12-24-nieuw")

    expect(desk.page.locator("#none")).to_contain_text("cannot be built yet")
    expect(desk.page.locator("#findings")).to_contain_text("issues/2026-12-24-nieuw.md:2")
    desk.save(new, "---\nsubject: Nieuw\nslug: heel-anders\n---\nHallo.\n")
    assert "Hallo." in desk.frame.inner_text("body")


# --- the page ----------------------------------------------------------------------------------------


def test_the_page_fits(desk: Desk) -> None:
    for width in (1280, 768, 375):
        desk.page.set_viewport_size({"width": width, "height": 860})

        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_everything(desk: Desk) -> None:
    reached = []
    for _ in range(7):
        desk.page.keyboard.press("Tab")
        reached.append(
            desk.page.evaluate(
                "[document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText,"
                " getComputedStyle(document.activeElement).outlineStyle]"
            )
        )

    assert [name.split("\n")[0].strip() for name, _outline in reached[:6]] == [
        "Letter",
        "Reader",
        "Desktop",
        "Phone",
        "Plain text",
        "Dark",
    ]
    assert {outline for _name, outline in reached} == {"solid"}


def test_the_picture_in_the_documents_is_the_studio_s(desk: Desk) -> None:
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Nothing to mend")
    if os.environ.get("NEWSLETTER_UPDATE_PICTURES") == "1":
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        desk.page.screenshot(path=PICTURE)

    with Image.open(PICTURE) as picture:
        assert picture.size == (1280, 860)
    assert PICTURE.stat().st_size < 200_000


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

    took_s = alone.stop(number)

    assert alone.process.returncode == 0
    assert took_s < 1.5
    expect(desk.page.get_by_role("status")).to_have_text("preview has stopped")


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
