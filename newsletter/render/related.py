"""Pictures inside a message: parts of `multipart/related` beside the HTML that shows them.

The related part stands inside `multipart/alternative`, in the place of the HTML. So a mail program that shows
plain text has nothing to do with the pictures, and one that shows HTML has them at hand (RFC 2387, RFC 2392).
"""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Iterable

from newsletter.domain.picture import PictureFile

__all__ = ["related_head", "related_tail"]


def related_head(boundary: str) -> bytes:
    """Return what comes before the HTML part: the header of the related part and its first delimiter."""
    return (
        'Content-Type: multipart/related; type="text/html";\r\n'
        f' boundary="{boundary}"\r\n\r\n--{boundary}\r\n'
    ).encode("ascii")


def related_tail(boundary: str, pictures: Iterable[PictureFile]) -> bytes:
    """Return what comes after the HTML part: each picture, in base64 of 76 columns, and the end."""
    parts = [_part(boundary, picture) for picture in pictures]
    return b"".join([*parts, f"--{boundary}--\r\n".encode("ascii")])


def _part(boundary: str, picture: PictureFile) -> bytes:
    # The name stands in both fields: some programs show one and some the other.
    head = (
        f'--{boundary}\r\nContent-Type: {picture.media_type};\r\n name="{picture.name}"\r\n'
        f"Content-ID: <{picture.content_id}>\r\n"
        f'Content-Disposition: inline;\r\n filename="{picture.name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + encodebytes(picture.data).replace(b"\n", b"\r\n")
