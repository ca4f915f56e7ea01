"""MT001: every slot is a field."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.nearest import nearest
from newsletter.domain.slot import LINK_SLOTS, Slot

__all__ = ["check"]


@rule(
    code="MT001",
    slug="field-unknown",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    waivable=False,
    suppresses=("TP001", "MD012", "MT004"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A slot names a field that does not exist.

    ## What it does
    Compares every `{{ name }}` in the issue and the template with `[fields]` of the configuration and
    the links made per reader.

    ## Why it matters
    No reader has a value for it, so everybody would get the fallback, or nothing.

    ## Example
    ```markdown
    Beste {{ firstname | lezer }},
    ```

    ## Instead
    ```markdown
    Beste {{ first_name | lezer }},
    ```
    """
    known = {*context.config.fields, *LINK_SLOTS}
    seen: set[tuple[str, int | None]] = set()
    for slot in _slots(context):
        place = slot.place or context.issue.place("subject")
        if slot.name in known or (slot.name, place.line) in seen:
            continue
        seen.add((slot.name, place.line))
        near = nearest(slot.name, known)
        yield Fault(
            what=f"there is no field {slot.name}",
            place=context.locate(place, slot.name),
            why=f"known are: {', '.join(sorted(known))}",
            fix=f"did you mean {near}?"
            if near
            else f"add [fields.{slot.name}] to {context.config.shown_path}",
        )


def _slots(context: CheckContext) -> Iterable[Slot]:
    yield from context.slot_uses
    if context.lacks(Need.RENDERED) is None:
        written = {slot.name for slot in context.slot_uses}
        yield from (slot for slot in context.rendered.slots if slot.name not in written)
