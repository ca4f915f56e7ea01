"""Debian's Chromium, started once for all browser tests that follow each other in a process."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

__all__ = ["CHROMIUM", "OneChromium", "require_chromium"]

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    "--disable-lcd-text",
)


def require_chromium() -> None:
    """Skip, or fail where tools are required, when Debian's Chromium is not there."""
    if not Path(CHROMIUM).exists():
        reason = "Chromium is not installed; on Debian: apt-get install chromium fonts-dejavu-core"
        if os.environ.get("NEWSLETTER_REQUIRE_TOOLS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


class OneChromium:
    """A browser that is started when it is first asked for; every test makes a context of its own in it."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._opened = ExitStack()
        self._browser: Browser | None = None

    @property
    def browser(self) -> Browser:
        """Return the browser."""
        if self._browser is None:
            require_chromium()
            playwright = self._opened.enter_context(sync_playwright())
            launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            self._browser = self._opened.enter_context(launched)
        return self._browser

    def close(self) -> None:
        """Stop it, and Playwright's event loop with it, inside which no other test could run one."""
        self._browser = None
        self._opened.close()
