"""MT005: values in the list are what readers would write."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.list_facts import list_facts
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_DIRTY = {
    "a word of a program": re.compile(
        r"\A(?:null|none|nan|n/?a|nvt|undefined|test|testen|onbekend|unknown|xxx+|asdf|-+|\?+)\Z",
        re.IGNORECASE,
    ),
    "markup": re.compile(r"</?[a-zA-Z][^<>]{0,80}>|&(?:amp|lt|gt|quot|nbsp|#\d+);|[\r\n\t]"),
    "a mail address": re.compile(r"\A[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}\Z"),
    "in capitals": re.compile(r"\A(?=(?:[^A-Za-z]*[A-Za-z]){4})[A-Z][A-Z '-]+\Z"),
}


@rule(
    code="MT005",
    slug="value-dirty",
    severity=Severity.WARNING,
    stage=Stage.AUDIENCE,
    needs=(Need.DOCUMENT, Need.LIST, Need.AUDIENCE),
    blocked_by=("PR008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A value in the list is not what it should be.

    ## What it does
    Looks through the values of the fields the letter uses: *NULL*, *None*, *n/a*, *test* and
    *undefined*; tags and line ends; a mail address; a name in capitals of four letters or more.

    ## Why it matters
    "Beste NULL," is what people remember of a letter.

    ## Example
    ```csv
    email,first_name
    anna@lezer.example,NULL
    ```

    ## Instead
    ```csv
    email,first_name
    anna@lezer.example,
    ```
    """
    for name, values in list_facts(context).values.items():
        place = next((slot.place for slot in context.slot_uses if slot.name == name and slot.place), None)
        found: dict[str, list[str]] = {}
        for value in values:
            reason = next((reason for reason, pattern in _DIRTY.items() if pattern.search(value)), None)
            if reason:
                found.setdefault(reason, []).append(value)
        for reason, dirty in found.items():
            count = sum(values[value] for value in dirty)
            readers = f"{count} {'reader' if count == 1 else 'readers'}"
            yield Fault(
                what=f'{name} is {reason} for {readers}, such as "{dirty[0][:30]}"',
                place=place,
                fix=f"mend {name} in the list, or empty it so that the fallback speaks",
            )
