"""One picture of all views of a letter, side by side and named."""

from __future__ import annotations

import html as entities
import io
import tempfile
from asyncio import to_thread
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from PIL import Image, ImageChops

from newsletter.domain.picture import PictureFile
from newsletter.project.issues.shelf import ShownLetter
from newsletter.render.clients import Simulation, simulate
from newsletter.studio.browser import take_picture
from newsletter.studio.letter import for_frame

__all__ = ["make_sheet"]

_WIDE, _NARROW = 600, 375
_SCALE = 0.5
_GAP, _EDGE = 28, 36
_TALLEST = 6000
_GROUND = (233, 235, 232)
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
)


@dataclass(frozen=True, slots=True)
class _View:
    label: str
    width: int
    scheme: str = "light"
    simulation: Simulation | None = None

    @property
    def is_simulated(self) -> bool:
        return self.simulation not in (None, Simulation.IMAGES_OFF)


_VIEWS = (
    _View("Desktop", _WIDE),
    _View("Phone", _NARROW),
    _View("Dark", _WIDE, "dark"),
    _View("Dark, phone", _NARROW, "dark"),
    _View("Pictures off", _WIDE, simulation=Simulation.IMAGES_OFF),
    _View("Gmail", _WIDE, simulation=Simulation.GMAIL),
    _View("Gmail app, other account", _NARROW, simulation=Simulation.GMAIL_NON_GOOGLE),
    _View("Gmail app, forced dark", _NARROW, simulation=Simulation.GMAIL_DARK),
    _View("Classic Outlook", _WIDE, simulation=Simulation.OUTLOOK_CLASSIC),
    _View("Outlook app, forced dark", _NARROW, "dark", Simulation.OUTLOOK_DARK),
)

_DUTCH = {
    "Desktop": "Computer",
    "Phone": "Telefoon",
    "Dark": "Donker",
    "Dark, phone": "Donker, telefoon",
    "Pictures off": "Zonder plaatjes",
    "Gmail": "Gmail",
    "Gmail app, other account": "Gmail-app, ander account",
    "Gmail app, forced dark": "Gmail-app, donker gemaakt",
    "Classic Outlook": "Klassieke Outlook",
    "Outlook app, forced dark": "Outlook-app, donker gemaakt",
}


async def make_sheet(letter: ShownLetter, *, lang: str = "en") -> bytes:
    """Return all views of `letter` in one picture (PNG), named in Dutch (`lang` "nl") or English.

    Raises UsageError when this machine has no browser to draw with.
    """
    width = 2 * _EDGE + sum(round(view.width * _SCALE) for view in _VIEWS) + _GAP * (len(_VIEWS) - 1)
    with tempfile.TemporaryDirectory(prefix="newsletter-sheet-", ignore_cleanup_errors=True) as temporary:
        page, picture = Path(temporary) / "sheet.html", Path(temporary) / "sheet.png"
        await to_thread(lambda: page.write_text(_page(letter, lang), "utf-8", "replace"))
        await take_picture(page, picture, width=width, height=_TALLEST)
        return await to_thread(_trimmed, picture)


def _page(letter: ShownLetter, lang: str) -> str:
    local = {one.url: _as_data(one) for one in letter.pictures}
    frames = "".join(_frame(view, _label(view, lang), letter.html, local) for view in _VIEWS)
    shell = (resources.files("newsletter.studio") / "pages" / "sheet.html").read_text("utf-8")
    shell = shell.replace("{lang}", "nl" if lang == "nl" else "en")
    return shell.replace("{title}", entities.escape(letter.subject)).replace("{frames}", frames)


def _label(view: _View, lang: str) -> str:
    label = _DUTCH[view.label] if lang == "nl" else view.label
    simulated = "nagebootst" if lang == "nl" else "simulated"
    return f"{label} ({simulated})" if view.is_simulated else label


def _frame(view: _View, label: str, html: str, local: Mapping[str, str]) -> str:
    shown = simulate(html, view.simulation, own=local.keys()).html if view.simulation else html
    framed = for_frame(shown, scheme=view.scheme, local=local)
    page = entities.escape(framed.replace("<head>", f"<head>{_POLICY}", 1))
    scaled = f'style="width: {round(view.width * _SCALE)}px"'
    return (
        f'<figure {scaled}><figcaption>{entities.escape(label)}</figcaption><div class="paper">'
        f'<iframe style="width: {view.width}px" srcdoc="{page}"></iframe></div></figure>'
    )


def _as_data(picture: PictureFile) -> str:
    """Return an address that holds the picture itself."""
    return f"data:{picture.media_type};base64,{b64encode(picture.data).decode('ascii')}"


def _trimmed(path: Path) -> bytes:
    """Return the picture without the empty ground below the letters."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    box = ImageChops.difference(picture, Image.new("RGB", picture.size, _GROUND)).getbbox()
    bottom = min(picture.height, (box[3] if box else picture.height) + _EDGE)
    out = io.BytesIO()
    picture.crop((0, 0, picture.width, bottom)).save(out, "PNG", optimize=True)
    return out.getvalue()
