"""Width and height on every picture, once MJML has said how wide its column is.

Classic Outlook knows no `max-width`: it draws a picture as wide as its `width` attribute says, and pushes
the column open with it. So a picture in running text gets the width of its column at most, and every
picture a height, so that nothing jumps when it arrives. Style sheets keep both fluid: `height:auto`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from newsletter.render.pictures.letter import Picture

__all__ = ["fit_pictures", "room_attribute"]

_PIECE = re.compile(r"<!--\[if mso.*?<!\[endif\]-->|<td\b[^>]*>|<img\b[^>]*>", re.DOTALL)
_GHOST_CELL = re.compile(r'<td\b[^>]*\bstyle="[^"]*?\bwidth:(\d+(?:\.\d+)?)px[^>]*>', re.DOTALL)
_STYLE = re.compile(r'\bstyle="([^"]*)"')
_SRC = re.compile(r'\bsrc="([^"]*)"')
_WIDTH = re.compile(r'\swidth="(\d+)"')
_HEIGHT = re.compile(r'\sheight="[^"]*"')
_ROOM = re.compile(r'\sdata-nl-room="(\d+) (\d+)"')
_CELL_PADDING = 16  # px that a data table leaves between its cells
_LEAST = 16


def room_attribute(shares: int, inset: int) -> str:
    """Return the mark of a picture in running text, for `fit_pictures` to take away again.

    `shares` is in how many equal parts the column is cut there (cells of a table), `inset` how many px are
    lost to the left (lists, quotations).
    """
    return f' data-nl-room="{shares} {inset}"'


def fit_pictures(html: str, pictures: Iterable[Picture]) -> str:
    """Return `html`, as MJML made it, with width and height on every one of `pictures`."""
    known = {picture.url: picture for picture in pictures if picture.width and picture.height}
    if "data-nl-room" not in html and not known:
        return html
    return _Fitting(known).run(html)


class _Fitting:
    def __init__(self, known: dict[str, Picture]) -> None:
        self._known = known
        self._column = self._lost_column = self._lost = 0.0

    def run(self, html: str) -> str:
        return _PIECE.sub(lambda piece: self._piece(piece[0]), html)

    def _piece(self, piece: str) -> str:
        if piece.startswith("<img"):
            return self._image(piece)
        if piece.startswith("<!--"):
            for cell in _GHOST_CELL.finditer(piece):
                self._column, self._lost_column, self._lost = float(cell[1]), 0.0, 0.0
            return piece
        style = _STYLE.search(piece)
        if style is not None and "padding" in style[1]:
            lost = _sides(style[1])
            if "font-size:0px" in style[1]:  # the cell of one component
                self._lost = lost
            elif "vertical-align:" in style[1]:  # the cell that holds a column's components
                self._lost_column, self._lost = lost, 0.0
        return piece

    def _image(self, tag: str) -> str:
        source = _SRC.search(tag)
        picture = self._known.get(unescape(source[1])) if source else None
        room = _ROOM.search(tag)
        tag = _ROOM.sub("", tag)
        if picture is None or not picture.width or not picture.height:
            return tag
        found = _WIDTH.search(tag)
        width = int(found[1]) if found else picture.width
        if room is not None:
            width = min(width, self._room(int(room[1]), int(room[2])))
        height = max(1, round(picture.height * width / picture.width))
        tag = _HEIGHT.sub("", _WIDTH.sub("", tag))
        return tag.replace("<img", f'<img width="{width}" height="{height}"', 1)

    def _room(self, shares: int, inset: int) -> int:
        if not self._column:
            return 10**6
        whole = self._column - self._lost_column - self._lost
        part = whole if shares == 1 else whole / shares - _CELL_PADDING
        return max(_LEAST, int(part - inset))


def _sides(style: str) -> float:
    """Return the padding left and right in `style`, in px together; other units count as nothing."""
    left = right = 0.0
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        sizes = [_px(size) for size in value.split()]
        if name.strip() == "padding" and sizes:
            right = sizes[1] if len(sizes) > 1 else sizes[0]
            left = sizes[3] if len(sizes) > 3 else right
        elif name.strip() == "padding-left" and sizes:
            left = sizes[0]
        elif name.strip() == "padding-right" and sizes:
            right = sizes[0]
    return left + right


def _px(size: str) -> float:
    try:
        return float(size.removesuffix("px"))
    except ValueError:
        return 0.0
