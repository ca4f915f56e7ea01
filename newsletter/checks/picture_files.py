"""The picture files of an issue, looked into once: format, frames and darkness."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG

from PIL import Image, UnidentifiedImageError

from newsletter.checks.context import CheckContext
from newsletter.source import Place

__all__ = ["PictureFile", "picture_files"]

_MAX_PIXELS = 40_000_000
"""Pictures with more are not decoded: a small file can claim to be very large."""

_MAX_BYTES = 30_000_000
_DARK = 60  # of 255


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A picture of the issue.

    `shown` is the path as written, and `is_dark_on_clear` says that it is nearly black on a transparent
    ground.
    """

    shown: str
    place: Place
    frames: int
    is_dark_on_clear: bool


@dataclass(frozen=True, slots=True)
class _Look:
    frames: int = 1
    is_dark_on_clear: bool = False


def picture_files(context: CheckContext) -> Iterator[PictureFile]:
    """Yield each picture file of the body once, those that cannot be opened aside (Need.DOCUMENT)."""
    seen: set[Path] = set()
    for image in context.document.images:
        if image.path is None or image.path in seen:
            continue
        seen.add(image.path)
        try:
            status = image.path.stat()
        except (OSError, ValueError):  # another rule tells that it is not there
            continue
        if not S_ISREG(status.st_mode):  # a pipe would be waited for
            continue
        look = _look(image.path, status.st_mtime_ns, status.st_size)
        yield PictureFile(
            shown=context.readable(image.source),
            place=context.locate(image.place, image.source),
            frames=look.frames,
            is_dark_on_clear=look.is_dark_on_clear,
        )


@lru_cache(maxsize=2_000)
def _look(path: Path, stamp: int, size: int) -> _Look:  # noqa: ARG001 (a changed file is another key)
    if size > _MAX_BYTES:
        return _Look()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what the rules tell better
            return _decode(path)
    except (OSError, ValueError, SyntaxError, EOFError, UnidentifiedImageError, Image.DecompressionBombError):
        return _Look()  # what nobody can open is told by the rule on broken pictures


def _decode(path: Path) -> _Look:
    with Image.open(path) as picture:
        width, height = picture.size
        is_small = width * height <= _MAX_PIXELS
        return _Look(
            frames=int(getattr(picture, "n_frames", 1)),
            is_dark_on_clear=is_small and _is_dark_on_clear(picture),
        )


def _is_dark_on_clear(picture: Image.Image) -> bool:
    """Say whether a tenth or more is transparent and the rest nearly black, judged from 64 x 64 points."""
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return False
    small = picture.convert("RGBA").resize((64, 64), Image.Resampling.NEAREST)
    alpha = small.getchannel("A").tobytes()
    light = small.convert("L").tobytes()
    shown = [value for value, opacity in zip(light, alpha, strict=True) if opacity > _DARK]
    is_clear = len(shown) * 10 <= len(alpha) * 9
    return is_clear and bool(shown) and sum(value < _DARK for value in shown) * 10 >= len(shown) * 9
