"""From saving the file to the repainted letter in Chromium, and where the time goes. Floor: a bare watcher
that pushes a number to a page with nothing on it but that number.

Needs Chromium. Both pages are open in the same browser and take turns; each save is a rename, as editors do.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import BrowserContext, Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp
from watchfiles import awatch

from benchmarks.figures import Figure
from benchmarks.sample import LETTER, make_newsletter
from newsletter.studio.app import make_app
from newsletter.studio.desk import Desk, Paper
from newsletter.studio.watch import Changes

__all__ = ["measure"]

_SAVES = 100
_TOKEN = "benchmark"
_FLOOR_NAME = "bare watcher, page with a number"
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

# When a message came in and when the frame after its repaint was over, in ms since 1970.
_NOTES = """
const now = () => performance.timeOrigin + performance.now();
window.EventSource = class extends EventSource {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", () => { window.receivedAt = now(); });
  }
};
addEventListener("DOMContentLoaded", () => {
  window.paints = 0;
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {
    window.paintedAt = now();
    window.paints += 1;
  }))).observe(document.body, { attributes: true, attributeFilter: ["data-painted"] });
});
"""
_FLOOR_PAGE = """<!doctype html><title>floor</title><body><p></p><script>
new EventSource("/events").onmessage = (event) => {
  document.querySelector("p").textContent = event.data;
  document.body.dataset.painted = event.data;
};
</script>"""


class _NotedChanges(Changes):
    """Notes when a change was told, in ms since 1970."""

    told_at = 0.0

    async def follow(self) -> AsyncIterator[int]:
        async for number in super().follow():
            self.told_at = time.time() * 1e3
            yield number


class _NotedDesk(Desk):
    """Notes when a letter was ready, in ms since 1970."""

    ready_at = 0.0

    def framed(self, paper: Paper, html: str, scheme: str) -> str:
        framed = super().framed(paper, html, scheme)
        self.ready_at = time.time() * 1e3
        return framed


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return the time from save to paint, 50th and 95th percentile, and its parts."""
    root = make_newsletter(work / "newsletter")
    letter, plain = root / "issues" / LETTER, work / "floor" / "file.txt"
    plain.parent.mkdir()
    plain.write_text("0")
    desk, changes = _NotedDesk(root, letter), _NotedChanges(root)
    parts: dict[str, list[float]] = {
        name: [] for name in ("total", "watch", "render", "transfer", "paint", "floor")
    }
    with (
        _served(make_app(desk, changes, token=_TOKEN)) as ours,
        _served(_floor(plain.parent)) as bare,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_OPTIONS) as browser,
        browser.new_context(viewport={"width": 1280, "height": 860}) as context,
    ):
        floor_page = _open(context, f"{bare}/")
        page = _open(context, f"{ours}/?token={_TOKEN}")
        page.wait_for_function("() => document.body.dataset.checked")
        text = letter.read_text()
        for number in range(-3, 3 if quick else _SAVES):
            floor = _save(floor_page, plain, str(number))
            saved, painted = _save(page, letter, text.replace("Beste", f"Beste {number}"))
            if number < 0:
                continue  # the first few warm everything up
            received = float(page.evaluate("() => window.receivedAt"))
            parts["floor"].append(floor[1] - floor[0])
            parts["total"].append(painted - saved)
            parts["watch"].append(changes.told_at - saved)
            parts["render"].append(desk.ready_at - changes.told_at)
            parts["transfer"].append(received - desk.ready_at)
            parts["paint"].append(painted - received)
    return [*_against("save to painted", parts["total"], parts["floor"]), *_parts(parts)]


def _save(page: Page, path: Path, text: str) -> tuple[float, float]:
    """Save `text` and return when that was and when it had been painted, in ms since 1970."""
    page.bring_to_front()
    page.evaluate("() => { window.paints = 0; }")
    page.wait_for_timeout(150)  # the findings of the last one
    swap = path.with_name(f".{path.name}.tmp")
    swap.write_text(text)
    saved = time.time() * 1e3
    swap.replace(path)
    page.wait_for_function("() => window.paints > 0", polling=50)
    return saved, float(page.evaluate("() => window.paintedAt"))


def _open(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.add_init_script(_NOTES)
    page.goto(address)
    return page


def _floor(folder: Path) -> ASGIApp:
    async def page(_request: Request) -> Response:
        return HTMLResponse(_FLOOR_PAGE)

    async def events(_request: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            number = 0
            async for _changes in awatch(folder, step=1, debounce=100, recursive=False):
                number += 1
                yield f"data: {number}\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")

    return Starlette(routes=[Route("/", page), Route("/events", events)])


@contextmanager
def _served(app: ASGIApp) -> Iterator[str]:
    """Serve `app` in a thread of its own; yield its address."""
    config = uvicorn.Config(app, port=0, log_level="critical", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _against(measured: str, ours: list[float], floor: list[float]) -> list[Figure]:
    return [
        Figure(benchmark="studio", measure=f"{measured}, {name}", unit="ms", ours=_at(ours, share),
               floor=_at(floor, share), floor_name=_FLOOR_NAME)
        for name, share in (("median", 50), ("95th percentile", 95))
    ]  # fmt: skip


def _parts(parts: dict[str, list[float]]) -> list[Figure]:
    return [
        Figure(
            benchmark="studio", measure=f"of which {part}, {name}", unit="ms", ours=_at(parts[part], share)
        )
        for part in ("watch", "render", "transfer", "paint")
        for name, share in (("median", 50), ("95th percentile", 95))
    ]


def _at(values: list[float], share: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]
