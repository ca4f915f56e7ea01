"""SPF records (RFC 7208): found, and followed as far as a receiving server would have to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from newsletter.domain.dns_answer import DnsAnswer, RecordType

__all__ = ["MOST_LOOKUPS", "Spf", "read_spf"]

MOST_LOOKUPS = 10
"""Most questions a receiving server may ask (section 4.6.4)."""

_ASKING = ("include", "a", "mx", "ptr", "exists", "redirect")
_Ask = Callable[[str, RecordType], DnsAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spf:
    """What a domain publishes: its records, and how many questions they take.

    Counting stops once there are more than MOST_LOOKUPS. `broken` are names it refers to that have no record.
    """

    records: tuple[str, ...]
    lookups: int = 0
    broken: tuple[str, ...] = ()

    @property
    def lets_everybody(self) -> bool:
        """Say whether every server may send, as the record has it."""
        terms = self.records[0].lower().split() if self.records else []
        return "all" in terms or "+all" in terms


def read_spf(domain: str, ask: _Ask) -> Spf:
    """Return what `domain` publishes, asking `ask`. Raises what it raises."""
    records = _records(domain, ask)
    if len(records) != 1:
        return Spf(records=records)
    count = _Count(ask)
    count.follow(domain, records[0])
    return Spf(records=records, lookups=count.lookups, broken=tuple(dict.fromkeys(count.broken)))


@dataclass(slots=True)
class _Count:
    """The questions so far; names are followed once, as a loop would never end."""

    ask: _Ask
    lookups: int = 0
    broken: list[str] = field(default_factory=list)
    followed: set[str] = field(default_factory=set)

    def follow(self, domain: str, record: str) -> None:
        """Count what `record` of `domain` takes, and what it refers to."""
        self.followed.add(domain)
        for term in record.split()[1:]:
            name, target = _term(term)
            if name not in _ASKING:
                continue
            self.lookups += 1
            if self.lookups > MOST_LOOKUPS:
                return
            if name in ("include", "redirect"):
                self._refer(target)

    def _refer(self, target: str) -> None:
        if not target or "%" in target or target in self.followed:  # a macro differs per message
            return
        records = _records(target, self.ask)
        if len(records) == 1:
            self.follow(target, records[0])
        else:
            self.broken.append(target)


def _term(term: str) -> tuple[str, str]:
    """Return the mechanism or modifier, and the domain it names ("" for none)."""
    term = term.lstrip("+-~?").lower()
    for mark in (":", "="):
        name, found, target = term.partition(mark)
        if found and name in _ASKING:
            return name, target.rstrip(".")
    return term.partition("/")[0], ""


def _records(domain: str, ask: _Ask) -> tuple[str, ...]:
    found = ask(domain, RecordType.TXT).records
    return tuple(text for text in found if text.lower().split(" ", 1)[0] == "v=spf1")
