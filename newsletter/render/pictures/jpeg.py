"""JPEG files without what no reader needs: camera, place, previews, notes, anything after the end.

The picture itself is not decoded, so it loses nothing. Source: ITU-T T.81, annex B; JFIF 1.02 for APP0.
"""

from __future__ import annotations

import re

__all__ = ["strip_jpeg"]

_END, _SCAN, _JFIF, _ADOBE = 0xD9, 0xDA, 0xE0, 0xEE
_ALONE = frozenset([0x01, *range(0xD0, 0xD8)])  # markers without a segment
_KEPT = frozenset([*range(0xC0, 0xD0), _SCAN, 0xDB, 0xDC, 0xDD])  # frames, tables, restarts
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def strip_jpeg(data: bytes) -> bytes:
    """Return `data`, a JPEG, with only the segments that make the picture.

    Raises ValueError when the file is cut off or has something else where a segment should begin.
    """
    kept = [data[:2]]
    position = 2
    while True:
        while data[position : position + 2] == b"\xff\xff":  # fill bytes
            position += 1
        if len(data) < position + 2 or data[position] != 0xFF:
            raise ValueError("the file is cut off or damaged")
        marker = data[position + 1]
        if marker == _END:
            return b"".join([*kept, b"\xff\xd9"])
        if marker in _ALONE:
            position += 2
            continue
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4])
        if end < position + 4 or end > len(data):
            raise ValueError("the file is cut off or damaged")
        kept.append(_segment(marker, data[position:end]))
        position = end
        if marker == _SCAN:
            found = _NEXT_MARKER.search(data, position)
            if found is None:
                raise ValueError("the file is cut off")
            kept.append(data[position : found.start()])
            position = found.start()


def _segment(marker: int, segment: bytes) -> bytes:
    """Return what is kept of `segment`: all, nothing, or the start of JFIF's without its preview."""
    if marker == _JFIF and segment[4:9] == b"JFIF\0" and len(segment) >= 18:
        return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0"
    # Adobe's says how the colours are stored; without it they come out wrong.
    is_kept = marker in _KEPT or (marker == _ADOBE and segment[4:9] == b"Adobe")
    return segment if is_kept else b""
