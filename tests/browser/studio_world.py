"""The studio as an author has it: a project on disk, a real `newsletter preview`, its page in Chromium."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Frame, Page, Request

from tests.process.warm import run_warm

ROOT = Path(__file__).parents[2]
NAME = "2026-11-24-appgroep"
PATIENCE_S = 90  # a busy machine may be slow; what is asked for must come all the same


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

    def rest(self) -> None:
        """Wait until the letters and checks that were asked for are done: they are done in turn."""
        cookie = self.cookie()
        for kind in ("letter", "findings"):
            self.get(f"/{kind}/nothing", cookie=cookie)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask the process to end, and wait until it has."""
        self.process.send_signal(number)
        self.process.wait(PATIENCE_S)


def environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return {**own, "PYTHONPATH": str(ROOT)}


def newsletter(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    code, out, err = run_warm(words, cwd=root, env=environment(), text="", largest_file=None, timeout_s=300)
    return subprocess.CompletedProcess(words, code, out, err)


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


@dataclass(slots=True)
class Desk:
    """The studio's page, what it complained about, what it asked for elsewhere, and what it still changes."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    changes: set[Request] = field(default_factory=set)

    @property
    def frame(self) -> Frame:
        """Return the frame that shows the letter."""
        handle = self.page.query_selector("#paper > iframe:not(.spare)")
        frame = handle.content_frame() if handle else None
        assert frame is not None
        return frame

    @property
    def painted(self) -> int:
        return int(self.page.evaluate("Number(document.body.dataset.painted)"))

    def wait(self, painted: int) -> None:
        """Wait until so many letters have been painted."""
        self.page.wait_for_function("many => Number(document.body.dataset.painted) >= many", arg=painted)

    def wait_open(self) -> None:
        """Wait until the first letter is painted and its text is in the editor."""
        self.wait(1)
        self.page.locator("#saved[data-state=clean]", has_text=re.compile(".")).wait_for()

    def save(self, path: Path, content: str | bytes) -> None:
        """Save in place and wait for the repainted letter."""
        before = self.painted
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.wait(before + 1)

    def settle(self) -> None:
        """Wait until the server has done all that the page wanted changed."""
        while self.changes:
            self.page.wait_for_timeout(20)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()


def open_desk(studio: Studio, context: BrowserContext) -> Desk:
    desk = Desk(context.new_page())
    desk.page.on("console", lambda message: desk.complaints.append(f"{message.text} {message.location}"))
    desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    desk.page.on(
        "request",
        lambda request: None if _is_here(request.url, studio.port) else desk.elsewhere.append(request.url),
    )
    desk.page.on("request", lambda request: desk.changes.add(request) if request.method == "POST" else None)
    desk.page.on("requestfinished", lambda request: desk.changes.discard(request))
    desk.page.on("requestfailed", lambda request: desk.changes.discard(request))
    desk.page.goto(studio.address)
    desk.wait_open()
    return desk


def _is_here(url: str, port: int) -> bool:
    return url.startswith((f"http://127.0.0.1:{port}/", "data:"))
