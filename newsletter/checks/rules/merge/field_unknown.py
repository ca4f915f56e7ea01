"""MT001: every slot is a field."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.field_names import unknown_field
from newsletter.domain.finding import Severity
from newsletter.domain.slot import Slot

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
    seen: set[tuple[str, int | None]] = set()
    for slot in _slots(context):
        place = slot.place or context.issue.place("subject")
        problem = unknown_field(slot, context.config)
        if problem is None or (slot.name, place.line) in seen:
            continue
        seen.add((slot.name, place.line))
        yield Fault(
            what=problem.what, place=context.locate(place, slot.name), why=problem.why, fix=problem.fix
        )


def _slots(context: CheckContext) -> Iterable[Slot]:
    yield from context.slot_uses
    if context.lacks(Need.RENDERED) is None:
        written = {slot.name for slot in context.slot_uses}
        yield from (slot for slot in context.rendered.slots if slot.name not in written)
