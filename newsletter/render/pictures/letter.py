"""The pictures of a letter: each file read, processed and given its address."""

from __future__ import annotations

import re
import stat
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from newsletter.config.schema import Config
from newsletter.content.document import Document, Image
from newsletter.domain.picture import PictureDelivery, PictureFile
from newsletter.errors import ContentError, Problem
from newsletter.render.pictures.faults import PictureFault
from newsletter.render.pictures.formats import MEDIA_TYPES, SUFFIXES
from newsletter.render.pictures.process import Order, Processed
from newsletter.render.pictures.shelf import Shelf

__all__ = ["NO_PICTURES", "LetterPictures", "Picture", "read_pictures"]

_MOST_FILE_BYTES = 50_000_000
_MOST_EMBEDDED_BYTES = 11_000_000
"""Of all embedded pictures together; as base64 that is 15 MB, and many servers take no message over 20."""

_LONGEST_STEM = 46  # so that the name fits on a line of a header (76 characters)
_UNSAFE = re.compile(r"[^A-Za-z0-9@_-]+")
_SHELF = Shelf()  # one for the process: what it holds follows from the bytes of the files alone


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands in the HTML: the address, and the width and height in CSS pixels it is shown at.

    They are None for a picture from the web, whose size is unknown. A narrower column narrows both.
    """

    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPictures:
    """The pictures of one letter.

    `shown` is what stands in the HTML, by the source the author wrote. `files` are the distinct files
    readers get. `inputs` is the SHA-256 (hex) of each file as it lies beside the issue, by source. `notes`
    tell what was changed that the author may not expect.
    """

    shown: Mapping[str, Picture] = field(default_factory=dict)
    files: tuple[PictureFile, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()


NO_PICTURES = LetterPictures()


def read_pictures(document: Document, config: Config, *, also: Iterable[Image] = ()) -> LetterPictures:
    """Return the pictures of `document`, and those in `also`, as `[images]` asks for them.

    A file with `@2x` at the end of its name is shown at half its pixels, so that sharp screens have some to
    spare. Raises ContentError naming every picture that is missing, damaged or no mail program shows.
    """
    reading = _Reading(document, config)
    for image in (*document.images, *also):
        reading.read(image)
    reading.weigh()
    ContentError.raise_if(reading.problems)
    return LetterPictures(
        shown=reading.shown,
        files=tuple(reading.files.values()),
        inputs=reading.inputs,
        notes=tuple(reading.notes),
    )


class _Reading:
    def __init__(self, document: Document, config: Config) -> None:
        self._slug = document.issue.slug
        self._base = config.newsletter.base_url.rstrip("/")
        self._settings = config.images
        self._is_embedded = config.images.delivery is PictureDelivery.EMBEDDED
        self._seen: set[str] = set()
        self.shown: dict[str, Picture] = {}
        self.files: dict[str, PictureFile] = {}
        self.inputs: dict[str, str] = {}
        self.notes: list[Problem] = []
        self.problems: list[Problem] = []

    def read(self, image: Image) -> None:
        """Read one picture, unless it was read before."""
        if image.source in self._seen:
            return
        self._seen.add(image.source)
        if image.path is None:
            self.shown[image.source] = Picture(url=image.source)
            return
        try:
            data = _content(image.path)
            found = _SHELF.process(data, self._order(image.path))
        except PictureFault as fault:
            self._problem(image, f"the picture {image.source} {fault.what}", fault.fix)
            return
        if not self._is_embedded and not self._base:
            self._problem(
                image,
                f"the picture {image.source} has no address to be fetched from",
                'write base_url = "https://…" in newsletter.toml, or under [images]: delivery = "embedded"',
                "[newsletter] base_url is not set, and pictures are hosted there",
            )
            return
        self.inputs[image.source] = sha256(data).hexdigest()
        self._add(image.source, found)
        if found.note:
            what = f"the picture {image.source} {found.note}"
            self.notes.append(Problem(what=what, place=image.place, fix=found.advice))

    def weigh(self) -> None:
        """See that a message with all embedded pictures is one that servers take."""
        total = sum(len(file.data) for file in self.files.values())
        if not self._is_embedded or total <= _MOST_EMBEDDED_BYTES:
            return
        heaviest = max(self.files.values(), key=lambda file: len(file.data))
        self.problems.append(
            Problem(
                what=f"the embedded pictures are {total:,} bytes together, the heaviest is {heaviest.source}",
                place=None,
                why=f"more than {_MOST_EMBEDDED_BYTES:,} bytes make a message many mail servers refuse",
                fix='write under [images] in newsletter.toml: delivery = "hosted"',
            )
        )

    def _order(self, path: Path) -> Order:
        return Order(
            name=path.name,
            is_double=path.stem.endswith("@2x"),
            max_width_px=self._settings.max_width_px,
            max_bytes=self._settings.max_bytes,
        )

    def _add(self, source: str, found: Processed) -> None:
        digest = sha256(found.data).hexdigest()
        name = f"{_safe_stem(source)}.{digest[:12]}{SUFFIXES[found.kind]}"
        if self._is_embedded:
            url = f"cid:{digest[:32]}@picture"
        else:
            url = f"{self._base}/issues/{quote(self._slug)}/{name}"
        height = max(1, round(found.shown_width * found.height / found.width))
        self.shown[source] = Picture(url=url, width=found.shown_width, height=height)
        file = PictureFile(
            name=name, url=url, media_type=MEDIA_TYPES[found.kind], source=source, data=found.data
        )
        self.files.setdefault(url, file)

    def _problem(self, image: Image, what: str, fix: str, why: str | None = None) -> None:
        self.problems.append(Problem(what=what, place=image.place, why=why, fix=fix))


def _content(path: Path) -> bytes:
    """Return the bytes of the file. Raises PictureFault; nothing but a file is opened, so nothing hangs."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PictureFault("is not a file", "name the file, such as img/kade.png")
        if status.st_size > _MOST_FILE_BYTES:
            raise PictureFault(
                f"is a file of {status.st_size:,} bytes", "save it at most 2400 pixels wide, as JPEG"
            )
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise PictureFault("is not there", "mend the path, or put the file there") from None
    except OSError as error:
        raise PictureFault(
            f"cannot be read: {error.strerror or error}", "see that you may open it"
        ) from error


def _safe_stem(source: str) -> str:
    """Return the file name in `source` without ending, in letters that an address and a header may hold."""
    plain = unicodedata.normalize("NFKD", PurePosixPath(source).stem).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", plain)[:_LONGEST_STEM].strip("-") or "picture"
