"""Which features of the data the value of a declaration, or the address of a picture, asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["picture_feature", "value_features"]

_VALUES = re.compile(
    r"\b(?P<function>calc|clamp|max|min|var|rgba|light-dark|(?:linear|radial|conic)-gradient)\("
    r"|(?<![\w#.-])[0-9.]*[0-9](?P<unit>rem|vh|vw|vmin|vmax|ch)\b",
    re.IGNORECASE,
)
_FUNCTIONS = {"calc": "css-unit-calc", "var": "css-variables", "rgba": "css-rgba"}
_EXTENSION = re.compile(r"\.([a-z0-9]{2,5})(?:[?#].*)?$", re.IGNORECASE)
_SAME_KIND = {"jpeg": "jpg", "tif": "tiff", "heic": "heif"}


@lru_cache(maxsize=1024)
def value_features(value: str) -> tuple[str, ...]:
    """Return the features that `value` of a declaration needs, such as `css-unit-vh`, as it has them."""
    return tuple(_features_in(value))


def _features_in(value: str) -> Iterator[str]:
    for found in _VALUES.finditer(value):
        name = (found["function"] or found["unit"]).lower()
        if found["unit"]:
            yield f"css-unit-{name}"
        elif name.endswith("-gradient"):
            yield f"css-{name}"
        else:
            yield _FUNCTIONS.get(name, f"css-function-{name}")


def picture_feature(address: str) -> str:
    """Return the feature a picture at `address` needs, such as `image-webp`, told by how it ends."""
    if address.startswith("data:"):
        return "image-base64"
    found = _EXTENSION.search(address)
    ending = found[1].lower() if found else ""
    return f"image-{_SAME_KIND.get(ending, ending)}"
