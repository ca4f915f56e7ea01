"""Where everybody goes: counted while the audience streams past, then fixed, and the same ever after."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from newsletter.delivery.rules import PlanRules
from newsletter.domain.canary import PARTS, lot
from newsletter.domain.local_time import at_local, find_zone
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.wave import Wave, WaveKind

__all__ = ["Layout", "LayoutCounter", "Shares"]


Shares = Mapping[int, Mapping[tuple[str, str], int]]
"""How many readers each wave has, by lane and variant."""

_DAY_WAIT_S = 12 * 3600.0
"""How long a day of a warm-up is looked at: long enough for bounces, and over before the next begins."""


class _Group(NamedTuple):
    """Readers who may share a batch, if they are in one wave."""

    day: int
    zone: str
    lane: str
    variant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The waves of a plan, and who is in which.

    `head` is the zone of the readers who go first: in wave 0 those whose lot is under the first of `edges`.
    `numbers` tells the wave of everybody else by day (from 0) and zone; the reader who stands at `bounds`
    goes on the next day.
    `shares` counts the readers of each wave; `strays` are readers whose zone nobody knows, who are taken to
    be in the newsletter's.
    """

    issue: str
    rules: PlanRules
    waves: tuple[Wave, ...]
    numbers: Mapping[tuple[int, str], int]
    bounds: tuple[int, ...] = ()
    head: str = ""
    edges: tuple[int, ...] = ()
    shares: Shares
    strays: int = 0

    @classmethod
    def plain(
        cls, issue: str, rules: PlanRules, variants: Mapping[str, int], not_before: datetime | None
    ) -> Layout:
        """Return the layout in which everybody, counted by variant, goes at once."""
        everybody = Wave(
            number=0,
            kind=WaveKind.REST,
            size=sum(variants.values()),
            zone=rules.zone,
            not_before=not_before,
        )
        return cls(
            issue=issue,
            rules=rules,
            waves=(everybody,),
            numbers={(0, rules.zone): 0},
            shares={0: {("", variant): count for variant, count in variants.items()}},
        )

    @property
    def not_before(self) -> datetime | None:
        """Return when the first may leave; None: at once."""
        first = min(one.stage for one in self.waves)
        times = [one.not_before for one in self.waves if one.stage == first]
        known = [at for at in times if at is not None]
        return min(known) if len(known) == len(times) else None

    @property
    def frozen_waves(self) -> tuple[Wave, ...]:
        """Return the waves the ledger has to keep: none where one goes at its time and nothing holds it."""
        return () if len(self.waves) == 1 and self.rules.quiet is None else self.waves

    def place(self, pages: Iterable[MemberColumns]) -> Iterator[MemberColumns]:
        """Yield `pages`, each member with the wave and the lane that are theirs."""
        zones, seen = _Zones(self.rules), 0
        for page in pages:
            its_zones = [zones.of(zone) for zone in page.zones]
            members = enumerate(zip(its_zones, page.keys, strict=True), seen)
            waves = [self._wave_of(place, zone, key) for place, (zone, key) in members]
            yield page.placed(its_zones, waves, [_lane(key, self.rules) for key in page.keys])
            seen += len(page)

    def _wave_of(self, place: int, zone: str, key: str) -> int:
        """Return the wave of the reader known as `key`, who stands at `place` in the list."""
        if zone == self.head:
            first = bisect_right(self.edges, lot(self.issue, key))
            if first < len(self.edges):
                return first
        return self.numbers.get((bisect_right(self.bounds, place), zone), len(self.waves) - 1)


class LayoutCounter:
    """Counts an audience while it streams past, for the layout that is made of it."""

    def __init__(self, issue: str, rules: PlanRules) -> None:
        """Count the audience of `issue` (a slug)."""
        self._issue = issue
        self._rules = rules
        self._zones = _Zones(rules)
        self._groups: dict[_Group, Counter[int]] = {}
        self._bounds = tuple(accumulate(rules.days))

    def watch(self, pages: Iterable[MemberColumns]) -> Iterator[MemberColumns]:
        """Yield `pages` as they are, counting each member."""
        draws, place = bool(self._rules.firsts(PARTS)), 0
        for page in pages:
            for zone, key, variant in zip(page.zones, page.keys, page.variants, strict=True):
                day = bisect_right(self._bounds, place)
                group = _Group(day, self._zones.of(zone), _lane(key, self._rules), variant)
                part = lot(self._issue, key) if draws else 0
                self._groups.setdefault(group, Counter())[part] += 1
                place += 1
            yield page

    def layout(self, now: datetime, at: datetime | None, wall: datetime | None) -> Layout:
        """Return where everybody goes if it leaves `at` a moment (None: `now`).

        With `wall`, a time on the wall, readers of each zone get it when their clock shows that time.
        """
        times = {
            (group.day, group.zone): self._time(group.zone, now, at, wall, group.day)
            for group in self._groups
        }
        order = sorted(times, key=lambda place: (place[0], times[place], place[1]))
        total = sum(parts.total() for parts in self._groups.values())
        firsts = self._rules.firsts(total)
        head = order[0][1] if firsts else ""
        there = sum(parts.total() for group, parts in self._groups.items() if group.zone == head)
        share = there // len(firsts) if firsts else 0  # one of two must not take the readers of both
        edges = self._edges(head, [min(one.size, max(share, 1)) for one in firsts])
        numbers = {place: number for number, place in enumerate(order, len(firsts))}
        counts = self._counts(head, edges, numbers)
        waves = [self._wave(place, number, times[place], now, counts) for place, number in numbers.items()]
        if firsts:
            soonest = times[order[0]] if times[order[0]] > now else None
            first = [
                replace(one, size=sum(counts.get(one.number, {}).values()), zone=head, not_before=soonest)
                for one in firsts
            ]
            waves = [*first, *(replace(one, stage=1) for one in waves)]
        return Layout(
            issue=self._issue,
            rules=self._rules,
            waves=tuple(waves),
            numbers=numbers,
            bounds=self._bounds,
            head=head,
            edges=edges,
            shares=counts,
            strays=self._zones.strays,
        )

    def _wave(self, place: tuple[int, str], number: int, at: datetime, now: datetime, counts: Shares) -> Wave:
        day, zone = place
        is_limited = day < len(self._rules.days)
        return Wave(
            number=number,
            kind=WaveKind.DAY if is_limited else WaveKind.REST,
            stage=day,
            size=sum(counts.get(number, {}).values()),
            zone=zone,
            not_before=at if at > now else None,
            gate=replace(self._rules.gate, wait_s=_DAY_WAIT_S) if is_limited else None,
        )

    def _time(
        self, zone: str, now: datetime, at: datetime | None, wall: datetime | None, day: int
    ) -> datetime:
        place = ZoneInfo(zone)
        start = at or now
        if wall is not None and self._rules.is_by_reader:
            start = max(at_local(wall, place).at, now)
        if day:
            clock = start.astimezone(place).replace(tzinfo=None)
            start = at_local(clock + timedelta(days=day), place).at
        return self._rules.quiet.opens(start, place) if self._rules.quiet else start

    def _edges(self, head: str, wanted: Sequence[int]) -> tuple[int, ...]:
        """Return the lots that part readers of the zone `head` in as many as are `wanted`, or a few more."""
        parts: Counter[int] = Counter()
        for group, drawn in self._groups.items():
            if group.zone == head:
                parts.update(drawn)
        edges: list[int] = []
        found, sought = 0, list(accumulate(wanted))
        for part in sorted(parts):
            if len(edges) == len(sought):
                break
            found += parts[part]
            if found >= sought[len(edges)]:
                edges.append(part + 1)
        return (*edges, *[PARTS] * (len(sought) - len(edges)))

    def _counts(
        self, head: str, edges: Sequence[int], numbers: Mapping[tuple[int, str], int]
    ) -> dict[int, dict[tuple[str, str], int]]:
        """Return how many readers of each lane and variant are in each wave."""
        found: dict[int, Counter[tuple[str, str]]] = {}
        for group, parts in self._groups.items():
            rest = numbers[group.day, group.zone]
            for part, count in parts.items():
                first = bisect_right(edges, part) if group.zone == head else len(edges)
                number = first if first < len(edges) else rest
                found.setdefault(number, Counter())[group.lane, group.variant] += count
        return {number: dict(counts) for number, counts in found.items()}


class _Zones:
    """The time zones of readers: what their field says, or the newsletter's where it says none we know."""

    def __init__(self, rules: PlanRules) -> None:
        self._rules = rules
        self._known: dict[str, str | None] = {"": None}
        self.strays = 0

    def of(self, text: str) -> str:
        """Return the zone of a reader whose field says `text`."""
        if not self._rules.is_by_reader:
            return self._rules.zone
        if text not in self._known:
            zone = find_zone(text)
            self._known[text] = zone.key if zone else None
        found = self._known[text]
        if found is None:
            self.strays += 1
        return found or self._rules.zone


def _lane(key: str, rules: PlanRules) -> str:
    domain = key.rpartition("@")[2]
    return domain if domain in rules.lanes else ""
