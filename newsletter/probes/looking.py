"""A letter in a browser: in light, dark, with colours an app turned, and on a narrow screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from newsletter.domain.picture import PictureFile
from newsletter.domain.sighting import THUMB_PX, Sighting, SightingKind, View
from newsletter.errors import CannotAsk, Problem
from newsletter.probes.chromium import Chromium, axe_script
from newsletter.probes.own_thread import OwnThread
from newsletter.render.clients.simulate import Simulation, simulate

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["Looker"]

_MOST_BYTES = 250_000
"""Largest letter that is shown; Gmail cuts it off at less than half of that."""

_PATIENCE_S = 90
"""Longest wait for one letter, which takes two to five seconds; a computer may be busy."""

_USUAL, _NARROW_PX = {"width": 600, "height": 800}, 320
_CONTRAST, _TARGET = "color-contrast", "target-size"
_ALL: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {
        _TARGET: {"enabled": True},
        # A letter is a part of the page that the mail program makes.
        "region": {"enabled": False},
        "landmark-one-main": {"enabled": False},
        "page-has-heading-one": {"enabled": False},
    },
}
_COLOURS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": [_CONTRAST, "link-in-text-block"]},
}
_INVERSIONS = (
    (View.INVERTED_FULL, Simulation.GMAIL_DARK),
    (View.INVERTED_PARTIAL, Simulation.OUTLOOK_DARK),
)


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks at letters in `chromium`, which lives in a `thread`; `tell` is told which view it is."""

    chromium: Chromium
    thread: OwnThread
    tell: Callable[[str], None]

    @classmethod
    def opened(cls, stack: ExitStack, tell: Callable[[str], None]) -> Looker:
        """Return one whose browser lives as long as `stack`."""
        inside, thread = ExitStack(), OwnThread("browser")
        stack.callback(thread.stop, inside.close, longest_s=_PATIENCE_S)
        return cls(Chromium(inside), thread, tell)

    def look(self, html: str, pictures: Mapping[str, PictureFile]) -> Sequence[Sighting]:
        """Return what a reader would trip over in `html`, each thing once for each view.

        `pictures` are its own, by address. Raises CannotAsk when there is no browser, or it breaks down.
        """
        if len(html.encode()) > _MOST_BYTES:
            raise CannotAsk(
                Problem(what=f"the letter is larger than {_MOST_BYTES:,} bytes, too large to look at")
            )
        try:
            return self.thread.call(lambda: self._look(html, pictures), longest_s=_PATIENCE_S)
        except TimeoutError as error:
            problem = Problem(what=f"the browser has not done with the letter in {_PATIENCE_S} seconds")
            raise CannotAsk(problem) from error

    def _look(self, html: str, pictures: Mapping[str, PictureFile]) -> Sequence[Sighting]:
        with self.chromium.page(pictures) as page:
            return tuple(dict.fromkeys(self._views(page, html, list(pictures))))

    def _views(self, page: Page, html: str, own: Sequence[str]) -> Iterator[Sighting]:
        self._show(page, html, View.LIGHT)
        yield from _access(page, View.LIGHT, _ALL)
        self._turn(page, View.DARK)
        yield from _access(page, View.DARK, _COLOURS)
        self._turn(page, View.NARROW)
        yield from _buttons(page)
        yield from _overflow(page)
        for view, simulation in _INVERSIONS:
            self._show(page, simulate(html, simulation, own=own).html, view, simulation.scheme)
            yield from _access(page, view, _COLOURS)

    def _show(self, page: Page, html: str, view: View, scheme: str = "light") -> None:
        page.set_viewport_size({"width": _USUAL["width"], "height": _USUAL["height"]})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_content(html, wait_until="load")
        if not page.evaluate("'look' in window"):  # the window outlives what is shown in it
            page.evaluate(axe_script())
            page.evaluate(f"window.look = {_script()}")
        self.tell(f"looking at the letter: {view}")

    def _turn(self, page: Page, view: View) -> None:
        is_narrow = view is View.NARROW
        page.emulate_media(color_scheme="dark" if view is View.DARK else "light")
        width = _NARROW_PX if is_narrow else _USUAL["width"]
        page.set_viewport_size({"width": width, "height": _USUAL["height"]})
        self.tell(f"looking at the letter: {view}")


def _script() -> str:
    text = files("newsletter.probes").joinpath("look.js").read_text("utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("//"))


def _access(page: Page, view: View, options: Mapping[str, Any]) -> Iterator[Sighting]:
    for seen in page.evaluate("(options) => look.access(options)", options):
        rule, what = seen["rule"], f'"{seen["words"]}": {seen["help"]}'
        kind = {_CONTRAST: SightingKind.CONTRAST, _TARGET: SightingKind.TARGET}.get(rule, SightingKind.ACCESS)
        if kind is SightingKind.CONTRAST and seen["ratio"] is not None:
            colours = f"{seen['ink']} on {seen['ground']}"
            what = f'"{seen["words"]}" has a contrast of {seen["ratio"]} to 1 ({colours})'
        yield Sighting(
            kind=kind, view=view, what=what, line=seen["line"], rule=rule, impact=seen["impact"] or "minor"
        )


def _buttons(page: Page) -> Iterator[Sighting]:
    for seen in page.evaluate("look.buttons()"):
        height = round(float(seen["height"]), 1)
        if height < THUMB_PX:
            yield Sighting(
                kind=SightingKind.TARGET,
                view=View.NARROW,
                what=f'"{seen["words"]}" is {height:g} pixels high',
                line=seen["line"],
                size_px=height,
            )


def _overflow(page: Page) -> Iterator[Sighting]:
    for seen in page.evaluate("look.overflow()"):
        yield Sighting(
            kind=SightingKind.OVERFLOW,
            view=View.NARROW,
            what=f'"{seen["words"]}" sticks out {seen["beyond"]} pixels',
            line=seen["line"],
            size_px=float(seen["beyond"]),
        )
