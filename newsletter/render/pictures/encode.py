"""Pixels as PNG or JPEG, and as few bytes as asked for; the same pixels give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PIL import Image

from newsletter.render.pictures.formats import Kind
from newsletter.render.pictures.jpeg import strip_jpeg
from newsletter.render.pictures.png import strip_png

__all__ = ["JPEG_QUALITIES", "Written", "encode", "encode_within", "has_few_colours", "scaled"]

JPEG_QUALITIES = (85, 78, 70)
"""Qualities tried, the best first; below the last a picture gets fewer pixels instead."""

_PALETTE = 256
_STEP = 0.85  # each step takes some 28 % of the pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file, and the width and height of the picture in it in pixels."""

    data: bytes
    size: tuple[int, int]


def encode(image: Image.Image, kind: Kind) -> bytes:
    """Return `image` (L, RGB or RGBA) as PNG, or as JPEG of the best quality."""
    return _jpeg(image, JPEG_QUALITIES[0]) if kind is Kind.JPEG else _png(image)


def encode_within(image: Image.Image, kind: Kind, most_bytes: int, least_width: int) -> Written:
    """Return the best file of at most `most_bytes` bytes.

    When there is none of at least `least_width` pixels wide, return the smallest one.
    """
    writers: list[Callable[[Image.Image], bytes]] = [_png]
    if kind is Kind.JPEG:
        writers = [partial(_jpeg, quality=quality) for quality in JPEG_QUALITIES]
    least_width = min(least_width, image.width)
    shown = image
    while True:
        for write in writers:
            data = write(shown)
            if len(data) <= most_bytes:
                return Written(data=data, size=shown.size)
        if shown.width <= least_width:
            return Written(data=data, size=shown.size)
        shown = scaled(image, max(least_width, int(shown.width * _STEP)))
        writers = writers[-1:]


def scaled(image: Image.Image, width: int) -> Image.Image:
    """Return `image` at `width` pixels wide, its shape kept."""
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def has_few_colours(image: Image.Image) -> bool:
    """Say whether a palette holds every colour of `image`: a drawing, where JPEG would show."""
    return image.getcolors(_PALETTE) is not None


def _png(image: Image.Image) -> bytes:
    small = _with_palette(image) or image
    return strip_png(_saved(small, "PNG", optimize=True))


def _jpeg(image: Image.Image, quality: int) -> bytes:
    flat = image.convert("RGB") if image.mode not in ("L", "RGB") else image
    return strip_jpeg(_saved(flat, "JPEG", quality=quality, optimize=True, progressive=True))


def _saved(image: Image.Image, name: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def _with_palette(image: Image.Image) -> Image.Image | None:
    """Return `image` with a palette when not a single pixel changes by it."""
    if image.mode not in ("RGB", "RGBA") or not has_few_colours(image):
        return None
    method = Image.Quantize.FASTOCTREE if image.mode == "RGBA" else Image.Quantize.MEDIANCUT
    small = image.quantize(_PALETTE, method=method, dither=Image.Dither.NONE)
    return small if small.convert(image.mode).tobytes() == image.tobytes() else None
