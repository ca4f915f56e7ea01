"""Whether a slot names something a reader can have a value for."""

from __future__ import annotations

from newsletter.config.schema import Config
from newsletter.domain.nearest import nearest
from newsletter.domain.slot import LINK_SLOTS, Slot
from newsletter.errors import Problem

__all__ = ["unknown_field"]


def unknown_field(slot: Slot, config: Config) -> Problem | None:
    """Return what is wrong with the name of `slot`, None when it is a field or a link made per reader."""
    known = {*config.fields, *LINK_SLOTS}
    if slot.name in known:
        return None
    near = nearest(slot.name, known)
    return Problem(
        what=f"there is no field {slot.name}",
        place=slot.place,
        why=f"known are: {', '.join(sorted(known))}",
        fix=f"did you mean {near}?" if near else f"add [fields.{slot.name}] to {config.shown_path}",
    )
