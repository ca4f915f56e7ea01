"""Puts the lines of `format=flowed` text together again (RFC 3676), as its writer typed them."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["flowed"]

_QUOTED = re.compile(r">*")
_SIGNATURE: Final = "-- "


def flowed(text: str, *, is_deleted: bool = False) -> str:
    """Return `text` with each line that ends in a space joined to the next one as deeply quoted.

    `is_deleted` says that this space is no part of the text (`DelSp=yes`).
    """
    found: list[list[str]] = []
    depth, is_open = 0, False
    for line in text.split("\n"):
        line = line.removesuffix("\r")
        marks = _QUOTED.match(line)
        own_depth = marks.end() if marks else 0
        said = line[own_depth:].removeprefix(" ")
        is_soft = said.endswith(" ") and said != _SIGNATURE
        kept = said[:-1] if is_soft and is_deleted else said
        if is_open and own_depth == depth and said.strip() and said != _SIGNATURE:
            found[-1].append(kept)
        else:
            found.append([">" * own_depth + (" " if own_depth and said else ""), kept])
        depth, is_open = own_depth, is_soft and bool(said.strip())
    return "\n".join("".join(pieces) for pieces in found)
