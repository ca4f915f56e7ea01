"""What a mail client leaves out of a letter: counted, with the lines of the issue where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml.etree import _Element

__all__ = ["Loss", "LossKind", "Losses"]

_MARK = re.compile(r"(?:^|\s)line-([0-9]{1,7})\s")
_SHOWN = 120


class LossKind(StrEnum):
    """What sort of thing is left out or changed; it says how `Loss.what` is meant."""

    CLIPPED = "clipped"  # the words after the cut
    LOST_LINK = "lost-link"  # a link behind the cut
    STYLES = "styles"  # every style sheet
    LONG_STYLES = "long-styles"  # a style sheet beyond the limit
    NESTED_STYLES = "nested-styles"  # a style sheet with an @ rule inside an @ rule
    AT_RULE = "at-rule"
    SELECTOR = "selector"
    PROPERTY = "property"
    ELEMENT = "element"
    PICTURE = "picture"  # a picture of a kind the client cannot show
    PICTURE_SIZE = "picture-size"  # a size the client does not go by
    PICTURES_OFF = "pictures-off"  # a picture not loaded, with text in its place
    MUTE_PICTURE = "mute-picture"  # a picture not loaded, with nothing in its place
    COLOUR = "colour"  # a colour the client turns round
    REMOTE = "remote"  # something from elsewhere that a preview does not load


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One thing a client leaves out: `what` in the letter's own words, how often, on which lines."""

    kind: LossKind
    what: str
    count: int
    lines: tuple[int, ...] = ()


class Losses:
    """Gathers losses while a letter is changed."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[tuple[LossKind, str], tuple[int, set[int]]] = {}

    def add(self, kind: LossKind, what: str, element: _Element | None = None) -> None:
        """Count one `what`, at the line of `element` if one is known."""
        key = (kind, " ".join(what.split())[:_SHOWN])
        count, lines = self._found.get(key, (0, set()))
        line = _line_of(element)
        self._found[key] = (count + 1, lines | {line} if line else lines)

    def all(self) -> tuple[Loss, ...]:
        """Return the losses: by kind as `LossKind` orders them, the most frequent first."""
        return tuple(sorted(self._each(), key=lambda one: (list(LossKind).index(one.kind), -one.count)))

    def _each(self) -> Iterator[Loss]:
        for (kind, what), (count, lines) in self._found.items():
            yield Loss(kind=kind, what=what, count=count, lines=tuple(sorted(lines)))


def _line_of(element: _Element | None) -> int | None:
    """Return the line by which `render.line_marks` marked the block `element` stands in."""
    while element is not None:
        attribute, in_class = element.get("data-line", ""), _MARK.search(element.get("class", ""))
        if attribute.isascii() and attribute.isdigit() and len(attribute) < 8:
            return int(attribute)
        if in_class:
            return int(in_class[1])
        element = element.getparent()
    return None
