"""Slots of one letter that nobody can fill, and those that this reader leaves empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from newsletter.config.field_names import unknown_field
from newsletter.config.schema import Config
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import Slot
from newsletter.errors import Problem

__all__ = ["empty_slots", "unknown_fields"]


def unknown_fields(slots: Iterable[Slot], config: Config) -> Iterator[Problem]:
    """Yield what is wrong with each of `slots` that is neither a field nor a link."""
    for slot in slots:
        problem = unknown_field(slot, config)
        if problem is not None:
            yield problem


def empty_slots(rendered: RenderedIssue, values: Mapping[str, str], email: str | None) -> tuple[Problem, ...]:
    """Return a warning for each slot without fallback that `values`, those of `email`, leave empty."""
    return tuple(
        _empty(slot, email)
        for slot in rendered.slots
        if slot.fallback is None and not slot.is_link and not values.get(slot.name)
    )


def _empty(slot: Slot, email: str | None) -> Problem:
    fallback = f"write {{{{ {slot.name} | a fallback }}}}"
    return Problem(
        what=f"{{{{ {slot.name} }}}} is empty here and has no fallback",
        place=slot.place,
        why=f"{email} has no {slot.name}" if email else "no reader is chosen",
        fix=fallback if email else f"add --as EMAIL to see it filled, or {fallback}",
    )
