"""From the bytes of a file to the bytes readers get: nothing personal in them, no larger than needed.

A file is judged by what it says of itself before it is decoded. Where only metadata has to go, the picture
is not encoded anew, so it loses nothing.
"""

from __future__ import annotations

import io
import shlex
import warnings
from dataclasses import dataclass, replace

from PIL import Image

from newsletter.render.pictures.colours import is_foreign, plain_pixels
from newsletter.render.pictures.encode import Written, encode, encode_within, has_few_colours, scaled
from newsletter.render.pictures.faults import DAMAGE, PictureFault
from newsletter.render.pictures.formats import Kind, kind_of
from newsletter.render.pictures.gif import strip_gif
from newsletter.render.pictures.jpeg import strip_jpeg
from newsletter.render.pictures.png import strip_png

__all__ = ["Order", "Processed", "process"]

_GOES_OUT = (Kind.PNG, Kind.JPEG, Kind.GIF)
_CALLED = {Kind.WEBP: "WebP file", Kind.AVIF: "file in AVIF", Kind.GIF: "GIF"}

_MOST_PIXELS = 40_000_000
_MOST_ANIMATED_PIXELS = 200_000_000  # of all frames together
_WORTH = 0.9  # an unchanged file is kept unless the new one is a tenth smaller
_LETTER_WIDTH = 600  # fewer pixels than a letter is wide show on every screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a picture.

    `name` is the file's name, for messages. `is_double` says that it is shown at half its
    pixels. It gets at most `max_width_px` pixels wide, and at most `max_bytes` bytes where that can be.
    """

    name: str
    is_double: bool
    max_width_px: int
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What readers get of a file.

    `width` and `height` are pixels in `data`; `shown_width` is the width in a letter in CSS pixels, unless
    its column is narrower. `note` tells what the author may not expect, such as a picture made smaller;
    `advice` what to do about it.
    """

    data: bytes
    kind: Kind
    width: int
    height: int
    shown_width: int
    note: str | None = None
    advice: str | None = None


def process(data: bytes, order: Order) -> Processed:
    """Return what readers get of the file `data`. Raises PictureFault when it cannot be shown."""
    kind = kind_of(data, order.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's guesses about odd files; what matters is judged here
        try:
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                return _process(image, data, kind, order)
        except Image.DecompressionBombError as error:
            raise PictureFault("has too many pixels", f"make it {order.max_width_px} pixels wide") from error
        except DAMAGE as error:
            raise PictureFault(
                "is damaged or cut off", "open it in a picture editor and save it again"
            ) from error


def _process(image: Image.Image, data: bytes, kind: Kind, order: Order) -> Processed:
    width, height = image.size
    if width * height > _MOST_PIXELS:
        raise PictureFault(f"is {width:,} by {height:,} pixels", f"make it {order.max_width_px} pixels wide")
    if kind is Kind.GIF:
        stripped = strip_gif(data)
        if stripped.pixels > _MOST_ANIMATED_PIXELS:
            raise PictureFault(
                f"has {stripped.frames:,} frames of up to {width:,} by {height:,} pixels",
                f"make it smaller: gifsicle --resize-width 600 -b {shlex.quote(order.name)}",
            )
    if getattr(image, "is_animated", False):
        return _animation(image, data, kind, order)
    image.load()
    return _still(image, data, kind, order)


def _animation(image: Image.Image, data: bytes, kind: Kind, order: Order) -> Processed:
    """Return an animation as it is, but for metadata: made smaller, its frames would no longer fit."""
    if kind not in (Kind.GIF, Kind.PNG):
        raise PictureFault("moves, and most mail programs show no such file", "save it as an animated GIF")
    for frame in range(getattr(image, "n_frames", 1)):
        image.seek(frame)
        image.load()
    stripped = strip_gif(data).data if kind is Kind.GIF else strip_png(data)
    width, height = image.size
    note = advice = None
    if width > order.max_width_px or len(stripped) > order.max_bytes:
        note = f"moves and is left as it is: {_size(width, height, len(stripped))}"
        advice = f"make it lighter: gifsicle -O3 --lossy=80 --resize-width 600 -b {shlex.quote(order.name)}"
    return replace(_result(stripped, kind, (width, height), _shown(width, order)), note=note, advice=advice)


def _still(image: Image.Image, data: bytes, kind: Kind, order: Order) -> Processed:
    kept = b""
    if kind in _GOES_OUT and not is_foreign(image) and image.width <= order.max_width_px:
        kept = _untouched(image, data, kind)
        if len(kept) <= order.max_bytes:
            return _result(kept, kind, image.size, _shown(image.width, order))
    pixels = plain_pixels(image)
    shown_width = _shown(pixels.width, order)
    goal = _goal(kind, pixels)
    least = min(shown_width, _LETTER_WIDTH, order.max_width_px)
    fitted = scaled(pixels, order.max_width_px) if pixels.width > order.max_width_px else pixels
    written = encode_within(fitted, goal, order.max_bytes, least)
    if kept and written.size == pixels.size and len(kept) <= len(written.data):
        written, goal = Written(data=kept, size=pixels.size), kind
    before = _size(*pixels.size, len(data))
    after = _size(*written.size, len(written.data))
    note = advice = None
    if len(written.data) > order.max_bytes:
        note = f"is heavy: {after}" if written.size == pixels.size else f"is heavy: {before} became {after}"
        advice = "save it as JPEG, or leave out what need not be in it"
    elif goal is not kind:
        note = f"is a {_CALLED[kind]} and became a {goal}: {after}"
        advice = "save it as PNG or JPEG yourself to choose how it looks"
    elif written.size != pixels.size or len(data) > order.max_bytes:
        note = f"was made smaller: {before} became {after}"
        advice = f"nothing, or save it {order.max_width_px} pixels wide yourself"
    result = _result(written.data, goal, written.size, shown_width)
    return replace(result, note=note, advice=advice)


def _result(data: bytes, kind: Kind, size: tuple[int, int], shown_width: int) -> Processed:
    return Processed(data=data, kind=kind, width=size[0], height=size[1], shown_width=shown_width)


def _untouched(image: Image.Image, data: bytes, kind: Kind) -> bytes:
    """Return the file without metadata; a PNG written better when that is worth it, pixel for pixel."""
    if kind is Kind.JPEG:
        return strip_jpeg(data)
    if kind is Kind.GIF:
        return strip_gif(data).data
    stripped = strip_png(data)
    better = encode(plain_pixels(image), Kind.PNG)
    return better if len(better) < _WORTH * len(stripped) else stripped


def _goal(kind: Kind, pixels: Image.Image) -> Kind:
    """Return what `pixels` are written as: what they were, or what shows them best."""
    if kind is Kind.JPEG:
        return kind
    if kind in (Kind.PNG, Kind.GIF) or pixels.mode == "RGBA" or has_few_colours(pixels):
        return Kind.PNG
    return Kind.JPEG


def _shown(width: int, order: Order) -> int:
    return -(-width // 2) if order.is_double else width


def _size(width: int, height: int, count: int) -> str:
    weight = f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(1, round(count / 1000))} kB"
    return f"{width} × {height} pixels, {weight}"
