"""What kind of picture a file is, told from its first bytes; the kinds no mail program shows are refused."""

from __future__ import annotations

import re
import shlex
from enum import StrEnum
from pathlib import PurePath

from newsletter.render.pictures.faults import PictureFault

__all__ = ["MEDIA_TYPES", "SUFFIXES", "Kind", "kind_of"]


class Kind(StrEnum):
    """Kinds that can be read; the value is Pillow's name. WebP and AVIF are turned into PNG or JPEG."""

    PNG = "PNG"
    JPEG = "JPEG"
    GIF = "GIF"
    WEBP = "WEBP"
    AVIF = "AVIF"


MEDIA_TYPES = {Kind.PNG: "image/png", Kind.JPEG: "image/jpeg", Kind.GIF: "image/gif"}
"""Media types (IANA registry) of the kinds readers get."""

SUFFIXES = {Kind.PNG: ".png", Kind.JPEG: ".jpg", Kind.GIF: ".gif"}
"""Endings of file names of the kinds readers get."""

_STARTS = (
    (Kind.PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (Kind.JPEG, re.compile(rb"\xff\xd8\xff")),
    (Kind.GIF, re.compile(rb"GIF8[79]a")),
    (Kind.WEBP, re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    (Kind.AVIF, re.compile(rb".{4}ftypavi[fs]", re.DOTALL)),
)
_SVG = re.compile(rb"\s*(?:<\?xml|<!--|<!DOCTYPE|<svg)", re.IGNORECASE)
_REFUSED = (
    (re.compile(rb".{4}ftyp(?:hei|hev|mif|msf)", re.DOTALL), "HEIC", "magick {file} {stem}.jpg"),
    (re.compile(rb"BM"), "BMP", "magick {file} {stem}.png"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF", "magick {file} {stem}.jpg"),
    (re.compile(rb"%PDF-"), "PDF", "pdftoppm -png -r 200 {file} {stem}"),
)


def kind_of(data: bytes, name: str) -> Kind:
    """Return the kind of the file that begins with `data`; its name does not matter.

    `name` is the file's name, for the command to type. Raises PictureFault.
    """
    names = {"file": shlex.quote(name), "stem": shlex.quote(PurePath(name).stem.removesuffix("@2x"))}
    for kind, start in _STARTS:
        if start.match(data):
            return kind
    if _SVG.match(data.removeprefix(b"\xef\xbb\xbf")) and b"<svg" in data[:4096].lower():
        raise PictureFault(
            "is an SVG, which Gmail and Outlook do not show",
            "make a PNG of it: rsvg-convert -w 1200 {file} -o {stem}@2x.png".format(**names),
        )
    for start, called, command in _REFUSED:
        if start.match(data):
            raise PictureFault(
                f"is a {called}, which most mail programs do not show",
                f"save it as JPEG or PNG: {command.format(**names)}",
            )
    raise PictureFault(
        "is not a PNG, JPEG or GIF" if data else "is empty",
        "save it as one of those; Outlook shows no others" if data else "save it again",
    )
