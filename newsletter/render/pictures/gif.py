"""GIF files without what no reader needs: notes, editors' data, anything after the end; frames all stay.

Source: GIF89a, and the NETSCAPE2.0 extension for how often an animation repeats.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["StrippedGif", "strip_gif"]

_HEADER = 13
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_REPEATS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class StrippedGif:
    """The file that is left, its number of frames, and the pixels all frames hold together."""

    data: bytes
    frames: int
    pixels: int


def strip_gif(data: bytes) -> StrippedGif:
    """Return `data`, a GIF, with only the blocks that make the picture.

    Raises ValueError when the file is cut off or has something else where a block should begin.
    """
    position = _HEADER + _table_bytes(_byte(data, 10))
    kept = [data[:position]]
    frames = pixels = 0
    while True:
        kind = _byte(data, position)
        if kind == _TRAILER:
            return StrippedGif(data=b"".join([*kept, b";"]), frames=frames, pixels=pixels)
        if kind == _IMAGE:
            start = position + 10
            end = _after_blocks(data, start + _table_bytes(_byte(data, position + 9)) + 1)
            pixels += int.from_bytes(data[position + 5 : position + 7], "little") * int.from_bytes(
                data[position + 7 : position + 9], "little"
            )
            frames += 1
            kept.append(data[position:end])
        elif kind == _EXTENSION:
            end = _after_blocks(data, position + 2)
            kept.append(_extension(data[position:end]))
        else:
            raise ValueError("the file is damaged")
        position = end


def _extension(block: bytes) -> bytes:
    if block[1] == _CONTROL:
        return block
    if block[1] == _APPLICATION and block[3:14] in _REPEATS and block[14:16] == b"\x03\x01":
        return block[:18] + b"\0"
    return b""


def _after_blocks(data: bytes, position: int) -> int:
    """Return where the row of sub-blocks that begins at `position` ends."""
    while size := _byte(data, position):
        position += 1 + size
    return position + 1


def _table_bytes(packed: int) -> int:
    """Return the bytes of the colour table that `packed` announces."""
    return 3 * 2 ** ((packed & 7) + 1) if packed & 0x80 else 0


def _byte(data: bytes, position: int) -> int:
    if position >= len(data):
        raise ValueError("the file is cut off")
    return data[position]
