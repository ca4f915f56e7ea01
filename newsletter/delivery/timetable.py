"""When each wave of a plan begins, and when it should be through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.delivery.layout import Shares
from newsletter.delivery.rate import Rate
from newsletter.delivery.tolls import Rates
from newsletter.domain.quiet import QuietHours
from newsletter.domain.wave import Wave

__all__ = ["PlannedLane", "PlannedWave", "make_timetable"]

_LONGEST_S = 366 * 86_400.0  # a rate so slow that nobody will wait for its end


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLane:
    """How many readers of a wave are at a domain with a rate of its own."""

    domain: str
    readers: int
    rate: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWave:
    """A wave with its batches and times (UTC).

    `starts` is the earliest it may begin if all before it goes well; `ends` when its last batch should leave,
    None where no rate says how fast. `rate` is the slowest that all its mail keeps to.
    """

    wave: Wave
    batches: int
    lanes: tuple[PlannedLane, ...]
    rate: Rate | None
    starts: datetime
    ends: datetime | None


def make_timetable(
    waves: Sequence[Wave],
    shares: Shares,
    *,
    start: datetime,
    rates: Rates,
    batch_size: int,
    quiet: QuietHours | None,
) -> tuple[PlannedWave, ...]:
    """Return the waves with their times, if the first may begin at `start`."""
    rate = min(rates.always, key=lambda one: one.messages / one.per_s, default=None)
    planned: list[PlannedWave] = []
    for one in waves:
        counts = shares.get(one.number, {})
        lanes = _lanes(counts, rates)
        before = [_ready(other) for other in planned if other.wave.stage < one.stage]
        starts = max([start, *before, *((one.not_before,) if one.not_before else ())])
        if quiet is not None:
            starts = quiet.opens(starts, ZoneInfo(one.zone))
        needed = [_seconds(one.size, rate), *(_seconds(lane.readers, lane.rate) for lane in lanes)]
        longest = max((seconds for seconds in needed if seconds is not None), default=None)
        planned.append(
            PlannedWave(
                wave=one,
                batches=sum(
                    -(-readers // _size(lane, rates, batch_size)) for (lane, _), readers in counts.items()
                ),
                lanes=lanes,
                rate=rate,
                starts=starts,
                ends=None if longest is None else _elapse(starts, longest, one.zone, quiet),
            )
        )
    return tuple(planned)


def _lanes(counts: Mapping[tuple[str, str], int], rates: Rates) -> tuple[PlannedLane, ...]:
    readers: dict[str, int] = {}
    for (lane, _), count in counts.items():
        if lane:
            readers[lane] = readers.get(lane, 0) + count
    return tuple(
        PlannedLane(domain=domain, readers=count, rate=rates.lanes[domain])
        for domain, count in sorted(readers.items())
    )


def _size(lane: str, rates: Rates, batch_size: int) -> int:
    return min(batch_size, rates.lanes[lane].messages) if lane in rates.lanes else batch_size


def _seconds(readers: int, rate: Rate | None) -> float | None:
    return readers * rate.per_s / rate.messages if rate else None


def _ready(before: PlannedWave) -> datetime:
    wait_s = before.wave.gate.wait_s if before.wave.gate else 0.0
    return (before.ends or before.starts) + timedelta(seconds=wait_s)


def _elapse(starts: datetime, seconds: float, zone: str, quiet: QuietHours | None) -> datetime:
    """Return when `seconds` of sending are over, without the hours in which it is quiet."""
    left, at = timedelta(seconds=min(seconds, _LONGEST_S)), starts
    while quiet is not None:
        closes = quiet.closes(at, ZoneInfo(zone))
        if at + left <= closes:
            break
        left -= closes - at
        at = quiet.opens(closes, ZoneInfo(zone))
    return at + left
