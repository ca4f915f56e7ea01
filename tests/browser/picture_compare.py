"""Pictures compared as eyes do: anti-aliasing and rounding count for nothing, a changed colour does."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image, ImageChops
from pixelmatch.contrib.PIL import pixelmatch

__all__ = ["MOST_DIFFERENT", "assert_same_picture", "compact", "difference", "is_update"]

MOST_DIFFERENT = 0.001
"""The share of pixels that may differ in any band of a picture: 0.1 %."""

_BAND_PX = 50
_ROUNDING = 8
"""How far a channel may be off before pixelmatch is asked: what the palette of a reference rounds away."""

_COLOURS = 128
_BUILD = Path(__file__).parents[2] / "build/pictures"


def is_update() -> bool:
    """Say whether the references are to be written again: `NEWSLETTER_UPDATE_PICTURES=1`."""
    return os.environ.get("NEWSLETTER_UPDATE_PICTURES") == "1"


def compact(picture: Image.Image) -> Image.Image:
    """Return `picture` with a palette, which makes a small file."""
    return picture.convert("RGB").quantize(
        _COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )


def difference(expected: Image.Image, actual: Image.Image) -> tuple[float, Image.Image | None]:
    """Return the share of pixels that differ in the worst band, and a picture of where.

    Pictures of another size differ wholly.
    """
    one, other = expected.convert("RGB"), actual.convert("RGB")
    if one.size != other.size:
        return 1.0, other
    worst, shown = 0.0, Image.new("RGBA", one.size, "white")
    for top in range(0, one.height, _BAND_PX):
        box = (0, top, one.width, min(top + _BAND_PX, one.height))
        share, band = _band(one.crop(box), other.crop(box))
        worst = max(worst, share)
        if band is not None:
            shown.paste(band, box[:2])
    return worst, shown if worst else None


def assert_same_picture(reference: Path, actual: bytes) -> None:
    """Compare a screenshot with its reference, or write it; what differs is left in build/pictures."""
    picture = Image.open(io.BytesIO(actual))
    if is_update():
        reference.parent.mkdir(parents=True, exist_ok=True)
        if not reference.exists() or difference(Image.open(reference), picture)[0] > MOST_DIFFERENT:
            compact(picture).save(reference, optimize=True)
        return
    assert reference.exists(), f"no {reference.name}; make it with NEWSLETTER_UPDATE_PICTURES=1"
    share, shown = difference(Image.open(reference), picture)
    if share > MOST_DIFFERENT:
        _BUILD.mkdir(parents=True, exist_ok=True)
        picture.save(_BUILD / f"{reference.stem}.actual.png")
        if shown is not None:
            shown.save(_BUILD / f"{reference.stem}.difference.png")
    assert share <= MOST_DIFFERENT, f"{share:.2%} of a band of {reference.name} differs, see {_BUILD}"


def _band(one: Image.Image, other: Image.Image) -> tuple[float, Image.Image | None]:
    off = ImageChops.difference(one, other)
    if max(high for _, high in off.getextrema()) <= _ROUNDING:
        return 0.0, None
    shown = Image.new("RGBA", one.size)
    count = pixelmatch(one.convert("RGBA"), other.convert("RGBA"), shown, threshold=0.05, includeAA=False)
    return count / (one.width * one.height), shown
