"""One Chromium for all letters, driven through Playwright; it loads nothing but the letter's own pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.picture import PictureFile
from newsletter.errors import CannotAsk, Problem
from newsletter.probes.browser_path import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright, Route

__all__ = ["Chromium", "axe_script"]

_PATIENCE_S = 20
_OPTIONS = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_INSTALL = "pip install 'newsletter-as-code[browser]'"


class Chromium:
    """A browser that is started at the first page, and lives until `opened` is closed."""

    def __init__(self, opened: ExitStack) -> None:
        """Start nothing yet."""
        self._opened = opened
        self._browser: Browser | None = None
        self._lack: CannotAsk | None = None

    @contextmanager
    def page(self, pictures: Mapping[str, PictureFile]) -> Iterator[Page]:
        """Yield an empty page that can load `pictures`, by address, and nothing else. Raises CannotAsk."""
        from playwright.sync_api import Error

        browser = self._started()
        try:
            with browser.new_context(offline=True, service_workers="block") as context:
                context.set_default_timeout(_PATIENCE_S * 1000)
                page = context.new_page()
                page.route("**/*", lambda route: _answer(route, pictures))
                yield page
        except Error as error:
            raise _cannot("the browser broke down", error, "run it again") from error

    def _started(self) -> Browser:
        """Return the browser; that there is none is found out once."""
        if self._lack is not None:
            raise self._lack
        try:
            self._browser = self._browser or self._start()
        except CannotAsk as lack:
            self._lack = lack
            raise
        return self._browser

    def _start(self) -> Browser:
        try:
            from playwright.sync_api import Error, sync_playwright
        except ImportError as error:
            raise CannotAsk(Problem(what="Playwright is not installed", fix=_INSTALL)) from error
        try:
            playwright = self._opened.enter_context(sync_playwright())
            path = _executable(playwright)
            is_root = hasattr(os, "geteuid") and os.geteuid() == 0
            options = [*_OPTIONS, *(["--no-sandbox"] if is_root else [])]
            browser = playwright.chromium.launch(executable_path=path, args=options)
        except Error as error:
            raise _cannot("the browser does not start", error, "look whether it starts by itself") from error
        self._opened.callback(browser.close)
        return browser


def axe_script() -> str:
    """Return axe-core, as the package of the extra has it. Raises CannotAsk."""
    try:
        return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    except (ModuleNotFoundError, OSError) as error:
        raise CannotAsk(Problem(what="axe is not installed", fix=_INSTALL)) from error


def _executable(playwright: Playwright) -> str:
    found = find_browser() or playwright.chromium.executable_path
    if not Path(found).exists():
        raise CannotAsk(
            Problem(
                what="there is no Chromium or Chrome on this machine",
                fix="install one: sudo apt install chromium, or else: playwright install chromium",
            )
        )
    return found


def _answer(route: Route, pictures: Mapping[str, PictureFile]) -> None:
    picture = pictures.get(route.request.url)
    if picture is None:
        route.abort()
    else:
        route.fulfill(body=picture.data, content_type=picture.media_type)


def _cannot(what: str, error: Exception, fix: str) -> CannotAsk:
    lines = str(error).strip().splitlines()
    return CannotAsk(Problem(what=f"{what}: {lines[0][:200] if lines else type(error).__name__}", fix=fix))
