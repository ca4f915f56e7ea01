"""Pictures in MJML: their address on the site, and the width they are shown at."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from newsletter.content.document import Document, Image
from newsletter.errors import ContentError, Problem

__all__ = ["Picture", "read_pictures"]

_MAX_WIDTH = 600
"""Widest picture in px: the body of a letter. MJML itself narrows it to the column it stands in."""

_FORMATS = ("PNG", "JPEG", "GIF")
_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4: 5 to 8 are turned a quarter
_MAX_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """The address of a picture and its width in px; None for one from the web, whose size is unknown."""

    url: str
    width: int | None


def read_pictures(document: Document, base: str) -> Mapping[str, Picture]:
    """Return the picture for each source in `document`.

    The address is `{base}/issues/{slug}/{path}`: the archive hosts what an issue shows. A file with `@2x`
    in its name is shown at half its width, so that sharp screens have pixels to spare.
    Raises ContentError naming every picture that is missing or cannot be shown by mail programs.
    """
    pictures: dict[str, Picture] = {}
    problems: list[Problem] = []
    for image in document.images:
        if image.source in pictures:
            continue
        if image.path is None:
            pictures[image.source] = Picture(url=image.source, width=None)
            continue
        found = _measure(image, image.path)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        if not base:
            problems.append(_no_base(image))
            continue
        url = f"{base.rstrip('/')}/issues/{document.issue.slug}/{quote(image.source, safe='/@')}"
        pictures[image.source] = Picture(url=url, width=found)
    ContentError.raise_if(problems)
    return pictures


def _measure(image: Image, path: Path) -> int | Problem:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)  # its size is judged below
            with Pillow.open(path, formats=_FORMATS) as picture:
                width, height = picture.size
                if picture.getexif().get(_ORIENTATION, 1) >= 5:
                    width, height = height, width
    except (FileNotFoundError, NotADirectoryError):
        return _problem(image, f"there is no picture {image.source}", "mend the path, or put the file there")
    except UnidentifiedImageError:
        return _problem(
            image,
            f"{image.source} is not a PNG, JPEG or GIF",
            "save it as one of those; Outlook shows no others",
        )
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:
        return _problem(image, f"the picture {image.source} cannot be read: {error}", "save it again")
    if width * height > _MAX_PIXELS:
        return _problem(
            image, f"the picture {image.source} is {width} by {height} pixels", "make it 1200 wide"
        )
    if "@2x" in path.stem:
        width = -(-width // 2)
    return min(width, _MAX_WIDTH)


def _problem(image: Image, what: str, fix: str) -> Problem:
    return Problem(what=what, place=image.place, fix=fix)


def _no_base(image: Image) -> Problem:
    return Problem(
        what=f"the picture {image.source} has no address to be fetched from",
        place=image.place,
        why="[newsletter] base_url is not set, and the archive there hosts the pictures",
        fix='write base_url = "https://…" in newsletter.toml',
    )
