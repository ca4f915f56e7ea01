"""What the list says, counted in one pass: the values of the fields a letter uses, and the domains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.checks.need import Need
from newsletter.checks.once import once
from newsletter.checks.roll_call import RollCall
from newsletter.domain.campaign import Member
from newsletter.domain.roll import Roll
from newsletter.domain.slot import Slot

if TYPE_CHECKING:
    from newsletter.checks.context import CheckContext

__all__ = ["ListFacts", "ListTally", "list_facts"]

_MOST_VALUES = 100_000
"""Most distinct values of a field that are remembered."""

_MACHINES = frozenset(
    (
        *("abuse", "do-not-reply", "donotreply", "hostmaster", "list-unsubscribe", "mailer-daemon"),
        *("no-reply", "nobody", "noreply", "postmaster", "root", "spam", "unsubscribe", "webmaster"),
    )
)
"""Names before the @ that belong to a machine or a task; `info` and the like are people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """How many readers have each value, per field the letter uses, and each domain in small letters.

    `roll` is who they are, for the receipt.
    `machines` are the names before the @ that belong to no person, in small letters.
    """

    values: Mapping[str, Counter[str]]
    domains: Counter[str]
    roll: Roll
    machines: Counter[str]


class ListTally:
    """Counts the readers that pass by; the values of the fields in `slots` count."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        """Begin with nobody."""
        self._values: dict[str, Counter[str]] = {slot.name: Counter() for slot in slots if not slot.is_link}
        self._domains: Counter[str] = Counter()
        self._roll_call = RollCall(sorted(self._values))
        self._machines: Counter[str] = Counter()

    def watch(self, members: Iterable[Member]) -> Iterator[Member]:
        """Yield each of `members`, counted."""
        for member in members:
            self._roll_call.add(member)
            name, _, domain = member.email.lower().rpartition("@")
            self._domains[domain] += 1
            if name in _MACHINES:
                self._machines[name] += 1
            for name, counter in self._values.items():
                value = member.values.get(name)
                if isinstance(value, str) and value and (value in counter or len(counter) < _MOST_VALUES):
                    counter[value] += 1
            yield member

    @property
    def facts(self) -> ListFacts:
        """Return what was counted so far."""
        return ListFacts(
            values=self._values,
            domains=self._domains,
            machines=self._machines,
            roll=self._roll_call.roll,
        )


def list_facts(context: CheckContext) -> ListFacts:
    """Return the facts about the segment of `context`, counted once (Need.AUDIENCE)."""
    return _count(context.whole)


@once
def _count(context: CheckContext) -> ListFacts:
    """Count, together with the survey of the merged letters where there can be one."""
    is_parsed = context.lacks(Need.DOCUMENT) is None
    if is_parsed and context.letters.are_sound:
        return context.letters.facts
    tally = ListTally(context.slot_uses if is_parsed else ())
    for _ in tally.watch(context.members()):
        pass
    return tally.facts
