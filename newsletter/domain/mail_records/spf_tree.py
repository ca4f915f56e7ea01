"""SPF records followed as far as a receiving server would have to (RFC 7208), and what they cost it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address, ip_network

from newsletter.domain.dns_answer import Ask, RecordType
from newsletter.domain.mail_records.spf import SpfRecord, SpfTerm, is_spf, parse_spf

__all__ = ["MOST_LOOKUPS", "MOST_VOIDS", "SpfFault", "SpfFaultKind", "SpfTree", "follow_spf"]

MOST_LOOKUPS = 10
"""Most terms that ask; a receiving server stops there."""

MOST_VOIDS = 2
"""Most questions that may have no answer."""

MOST_SERVERS = 10
"""Most mail servers an `mx` may stand for."""

_GIVE_UP = 40  # a record this far over the limit is counted no further


class SpfFaultKind(StrEnum):
    """What makes a receiving server treat the whole record as broken."""

    SYNTAX = "syntax"
    NO_RECORD = "no record"  # what it refers to has none, or several
    LOOP = "loop"
    MANY_SERVERS = "many servers"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfFault:
    """A fault in the record of `domain`; `what` is the name it refers to, or the fault in words."""

    kind: SpfFaultKind
    domain: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfTree:
    """What a domain publishes and all it refers to.

    `texts` are its own records; the rest is empty unless there is exactly one. `lines` show the tree, each
    record below the one that refers to it. `voids` are the names that had no answer, `networks` the addresses
    that may send; with macros, `exists` or `ptr` there are others (`is_open_ended`).
    """

    texts: tuple[str, ...]
    record: SpfRecord | None = None
    lookups: int = 0
    voids: tuple[str, ...] = ()
    faults: tuple[SpfFault, ...] = ()
    lets_everybody: bool = False
    uses_ptr: bool = False
    networks: tuple[str, ...] = ()
    is_open_ended: bool = False
    lines: tuple[str, ...] = ()

    def lets(self, address: str) -> bool | None:
        """Say whether a server at `address` may send; None when that differs from message to message.

        Only known when addresses were asked for. What forbids an address before allowing it is not looked at.
        """
        own = ip_address(address)
        if any(own in ip_network(one, strict=False) for one in self.networks):
            return True
        return None if self.is_open_ended else False


def follow_spf(domain: str, ask: Ask, *, asks_addresses: bool = False) -> SpfTree:
    """Return what `domain` publishes, asking `ask` for other records; raises what it raises.

    `asks_addresses` also asks for what `a`, `mx` and `exists` stand for, which is the way to see voids.
    """
    texts, _ = _texts(domain, ask)
    if len(texts) != 1:
        return SpfTree(texts=texts)
    walk = _Walk(ask, asks_addresses)
    record = walk.follow(domain.lower(), texts[0], passes=True)
    return SpfTree(
        texts=texts,
        record=record,
        lookups=walk.lookups,
        voids=tuple(walk.voids),
        faults=tuple(dict.fromkeys(walk.faults)),
        lets_everybody=walk.lets_everybody,
        uses_ptr=walk.uses_ptr,
        networks=tuple(dict.fromkeys(walk.networks)),
        is_open_ended=walk.is_open_ended,
        lines=tuple(walk.lines),
    )


@dataclass(slots=True)
class _Walk:
    """The way through the records so far; `path` are the domains above the one being looked at."""

    ask: Ask
    asks_addresses: bool
    lookups: int = 0
    lets_everybody: bool = False
    uses_ptr: bool = False
    is_open_ended: bool = False
    networks: list[str] = field(default_factory=list)
    voids: list[str] = field(default_factory=list)
    faults: list[SpfFault] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)

    def follow(self, domain: str, text: str, *, passes: bool) -> SpfRecord:
        """Look at the record `text` of `domain`; `passes` when a match in it lets a server send."""
        record = parse_spf(text)
        self.lines.append(f"{'  ' * len(self.path)}{domain}: {text}")
        kind = SpfFaultKind.SYNTAX
        self.faults += [SpfFault(kind=kind, domain=domain, what=one) for one in record.problems]
        self.lets_everybody |= passes and any(term.lets_everybody for term in record.terms)
        self.networks += [one.target for one in record.terms if passes and one.is_network]
        self.path.append(domain)
        for term in record.asking:
            if self.lookups > _GIVE_UP:
                break
            self.lookups += 1
            self.is_open_ended |= term.has_macro or term.name in ("exists", "ptr")
            if not term.problem and not term.has_macro:
                self._look(domain, term, passes=passes and term.qualifier == "+")
        self.path.pop()
        return record

    def _look(self, domain: str, term: SpfTerm, *, passes: bool) -> None:
        target = term.target or domain
        if term.name in ("include", "redirect"):
            self._refer(domain, target, passes=passes)
        elif term.name == "ptr":
            self.uses_ptr = True
        elif self.asks_addresses:
            self._addresses(domain, term, target, passes=passes)

    def _refer(self, domain: str, target: str, *, passes: bool) -> None:
        if target in self.path:
            self.faults.append(SpfFault(kind=SpfFaultKind.LOOP, domain=domain, what=target))
            return
        texts, is_void = _texts(target, self.ask)
        if is_void:
            self.voids.append(target)
        if len(texts) == 1:
            self.follow(target, texts[0], passes=passes)
        else:
            self.faults.append(SpfFault(kind=SpfFaultKind.NO_RECORD, domain=domain, what=target))

    def _addresses(self, domain: str, term: SpfTerm, target: str, *, passes: bool) -> None:
        hosts: tuple[str, ...] = (target,)
        if term.name == "mx":
            hosts = self.ask(target, RecordType.MX).records
            if len(hosts) > MOST_SERVERS:
                self.faults.append(SpfFault(kind=SpfFaultKind.MANY_SERVERS, domain=domain, what=target))
        kinds = (RecordType.A,) if term.name == "exists" else (RecordType.A, RecordType.AAAA)
        found = [
            text
            for host in hosts[:MOST_SERVERS]
            if host != "."
            for kind in kinds
            for text in self.ask(host, kind).records
        ]
        if not hosts or (term.name != "mx" and not found):
            self.voids.append(target)
        if passes and term.qualifier == "+" and term.name != "exists":
            self.networks += [term.around(address) for address in found]


def _texts(domain: str, ask: Ask) -> tuple[tuple[str, ...], bool]:
    """Return the SPF records of `domain`, and whether it had no answer at all."""
    found = ask(domain, RecordType.TXT).records
    return tuple(text for text in found if is_spf(text)), not found
