"""Whether the letter stands in its template where sections may stand."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.render.mjml.nesting import Nested
from newsletter.render.mjml.schema import elements
from newsletter.render.mjml.tokens import Fault, Kind

__all__ = ["misplaced_body"]

_SECTION = "mj-section"


def misplaced_body(nested: Sequence[Nested], start: int) -> Fault | None:
    """Return what is wrong with where the letter, which begins at `start`, stands; None when it is sound."""
    first = next((item for item in nested if item.token.start >= start), None)
    if first is None:
        return None
    around = _around(first)
    element = elements().get(around)
    if element is not None and _SECTION in element.children:
        return None
    homes = [f"<{name}>" for name, one in elements().items() if _SECTION in one.children]
    return Fault(
        offset=start,
        what=f"{{{{ content }}}} stands in <{around}>"
        if around
        else "{{ content }} stands outside <mj-body>",
        why="the letter is a row of sections",
        fix=f"put it straight into {' or '.join(sorted(homes))}",
    )


def _around(item: Nested) -> str:
    """Return the MJML element that `item` stands in; for an end tag the one it ends."""
    if item.ending is not None:
        return item.ending
    return item.token.name if item.token.kind is Kind.CLOSE else item.parent
