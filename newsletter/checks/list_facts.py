"""What the list says, counted in one pass: the values of the fields a letter uses, and the domains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from newsletter.checks.context import CheckContext
from newsletter.checks.need import Need

__all__ = ["ListFacts", "list_facts"]

_MOST_VALUES = 100_000
"""Most distinct values of a field that are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """How many readers have each value, per field the letter uses, and each domain in small letters."""

    values: Mapping[str, Counter[str]]
    domains: Counter[str]


_KNOWN: WeakKeyDictionary[CheckContext, ListFacts] = WeakKeyDictionary()


def list_facts(context: CheckContext) -> ListFacts:
    """Return the facts about the segment of `context`, counted once (Need.AUDIENCE)."""
    facts = _KNOWN.get(context)
    if facts is None:
        facts = _KNOWN[context] = _count(context)
    return facts


def _count(context: CheckContext) -> ListFacts:
    uses = context.slot_uses if context.lacks(Need.DOCUMENT) is None else ()
    names = dict.fromkeys(slot.name for slot in uses if not slot.is_link)
    values: dict[str, Counter[str]] = {name: Counter() for name in names}
    domains: Counter[str] = Counter()
    for member in context.members():
        domains[member.email.rpartition("@")[2].lower()] += 1
        for name, counter in values.items():
            value = member.values.get(name)
            if isinstance(value, str) and value and (value in counter or len(counter) < _MOST_VALUES):
                counter[value] += 1
    return ListFacts(values=values, domains=domains)
