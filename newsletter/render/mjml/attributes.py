"""Attributes of MJML elements: known, with an effect, and with a value that fits.

What the official compiler passes by, and mjml-python as well, is a note: the letter comes out as its author
knows it. What only mjml-python passes by is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from newsletter.domain.nearest import nearest
from newsletter.render.mjml.schema import (
    UNIVERSAL_ATTRIBUTES,
    UNSUPPORTED,
    UNSUPPORTED_VALUES,
    elements,
    value_fits,
)
from newsletter.render.mjml.tokens import Attribute, Fault

__all__ = ["DEFAULTS", "FOR_ANY", "attribute_faults", "unknown_name"]

DEFAULTS = "mj-attributes"
"""The element whose children set defaults for a component, a class or all."""

FOR_ANY = ("mj-all", "mj-class")
"""What sets defaults for every component, and takes the attributes of all."""

_OF_MJML_3 = frozenset({"version", "horizontal-spacing", "vertical-spacing"})
_NUMBER = re.compile(r"\s*\d+(?:\.\d+)?\s*")
_ABOVE_OR_BELOW = frozenset({"padding-top", "padding-bottom"})
"""Measures that the width of nothing depends on; without a unit every compiler copies them as they are."""


def attribute_faults(element: str, attribute: Attribute, allowed: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with `attribute` on `element`, which takes those of `allowed`, each of a type."""
    name, value = attribute.name, attribute.value or ""
    if name in UNIVERSAL_ATTRIBUTES:
        return []
    if name not in allowed:
        return [_not_taken(element, attribute, allowed)]
    if (element, name) in UNSUPPORTED:
        what = f'"{name}" on <{element}> would have no effect'
        return [
            Fault(
                offset=attribute.offset,
                what=what,
                why="the MJML compiler leaves it out",
                fix=UNSUPPORTED[element, name],
            )
        ]
    wrong = _wrong_value(element, name, value.strip())
    if wrong is not None:
        what = f'{name}="{value}" on <{element}> would come out otherwise'
        return [Fault(offset=attribute.offset, what=what, why=wrong[0], fix=wrong[1])]
    if not value_fits(allowed[name], value):
        return [_misfit(element, attribute, allowed[name])]
    return []


def unknown_name(offset: int, what: str, name: str, known: Iterable[str]) -> Fault:
    """Return the fault `what`, with the name among `known` that `name` may be a slip of."""
    near = nearest(name, known)
    return Fault(offset=offset, what=what, fix=f'did you mean "{near}"?' if near else None)


def _not_taken(element: str, attribute: Attribute, allowed: Mapping[str, str]) -> Fault:
    """Return a note for an attribute of another element, which MJML passes by, or a fault for a slip."""
    name = attribute.name
    what = f'<{element}> has no attribute "{name}"'
    fault = unknown_name(attribute.offset, what, name, [*allowed, *UNIVERSAL_ATTRIBUTES])
    if name not in _known_anywhere():
        return fault
    return Fault(
        offset=attribute.offset,
        what=what,
        why="MJML passes it by, so it changes nothing",
        fix=fault.fix or "leave it out",
        is_note=True,
    )


@cache
def _known_anywhere() -> frozenset[str]:
    """Return every name of an attribute that MJML knows, or MJML 3 knew, on any element."""
    return _OF_MJML_3.union(*(element.attributes for element in elements().values()))


def _wrong_value(element: str, name: str, value: str) -> tuple[str, str] | None:
    for (known, attribute, bad), reason in UNSUPPORTED_VALUES.items():
        if (attribute, bad) == (name, value) and element in (known, *FOR_ANY):
            return reason
    return None


def _misfit(element: str, attribute: Attribute, kind: str) -> Fault:
    name, value = attribute.name, attribute.value or ""
    what = f'"{value[:60]}" is not a value for {name} of <{element}>'
    if name in _ABOVE_OR_BELOW and _NUMBER.fullmatch(value):
        return Fault(
            offset=attribute.offset,
            what=what,
            why="mail programs pass by a measure without a unit",
            fix=f'write {name}="{value.strip()}px"',
            is_note=True,
        )
    return Fault(offset=attribute.offset, what=what, why=f"it takes {kind}")
