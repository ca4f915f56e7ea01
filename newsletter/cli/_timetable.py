"""When the parts of a plan leave: on the terminal, and for `--json`."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from newsletter.cli._console import many, say, table
from newsletter.domain.duration import shown_duration

if TYPE_CHECKING:
    from newsletter.delivery.plan import SendPlan
    from newsletter.delivery.rate import Rate
    from newsletter.delivery.timetable import PlannedWave

__all__ = ["show_timetable", "shown_moment", "timetable_as_dict", "when"]

_UNITS = {1.0: "s", 60.0: "m", 3600.0: "h"}


def when(plan: SendPlan) -> str:
    """Return in one line when the first mail of `plan` leaves, and when the last should."""
    first, last = plan.timetable[0], plan.timetable[-1]
    starts = min(one.starts for one in plan.timetable)
    text = shown_moment(starts, plan.zone) if plan.not_before else "at once"
    if plan.undo_s:
        text += f", after {shown_duration(plan.undo_s)} in which you can take it back"
    ends = [one.ends for one in plan.timetable]
    if len(plan.timetable) == 1 and last.ends is not None and first.rate is not None:
        text += f"; through by {_short(last.ends, plan.zone)} at {_rate(first.rate)}"
    elif None not in ends and len(ends) > 1:
        text += f"; through by {_short(max(end for end in ends if end is not None), plan.zone)}"
    return text


def show_timetable(plan: SendPlan) -> None:
    """Tell wave by wave who goes when, where there is more than one or a domain with its own rate."""
    if len(plan.timetable) > 1 or any(one.lanes for one in plan.timetable):
        say()
        say(
            table(
                [
                    ("wave", "readers", "batches", "from", "until", "at most", *_zone(plan, "zone")),
                    *_rows(plan),
                ]
            )
        )
        say(f"times by the clock of {plan.zone}, if everything before goes well")
    for note in _notes(plan):
        width = shutil.get_terminal_size((80, 24)).columns
        say(click.wrap_text(note, width, initial_indent="- ", subsequent_indent="  "))


def timetable_as_dict(plan: SendPlan) -> dict[str, object]:
    """Return the waves of `plan` and what holds them, for `--json`."""
    quiet = plan.layout.rules.quiet
    return {
        "waves": [_wave_as_dict(one) for one in plan.timetable],
        "quiet": str(quiet) if quiet else None,
        "undo_s": plan.undo_s,
        "unknown_zones": plan.layout.strays,
    }


def shown_moment(at: datetime, zone: str) -> str:
    """Return `at` as people in `zone` say it: `Tuesday 1 December 2026, 09:30 Europe/Amsterdam`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} {zone}"


def _rows(plan: SendPlan) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for one in plan.timetable:
        ends = _later(one.ends, one.starts, plan.zone) if one.ends else "–"
        rate = _rate(one.rate) if one.rate else "–"
        readers, batches = str(one.wave.size).rjust(7), str(one.batches).rjust(7)
        starts = _short(one.starts, plan.zone)
        rows.append((one.wave.kind, readers, batches, starts, ends, rate, *_zone(plan, one.wave.zone)))
        rows += [
            (f"  {lane.domain}", str(lane.readers).rjust(7), "", "", "", _rate(lane.rate), *_zone(plan, ""))
            for lane in one.lanes
        ]
    return rows


def _zone(plan: SendPlan, text: str) -> tuple[str, ...]:
    """Return the cell of a column that only a plan by readers' own clocks has."""
    return (text,) if plan.layout.rules.is_by_reader else ()


def _notes(plan: SendPlan) -> list[str]:
    rules, notes = plan.layout.rules, []
    for one in plan.timetable:
        gate = one.wave.gate
        if gate is not None:
            waits = f" after {shown_duration(gate.wait_s)}" if gate.wait_s else ""
            notes.append(
                f"after the {one.wave.kind} the rest waits{waits}: it goes unless surely more than "
                f"{gate.bounced:.1%} bounced, {gate.complained:.1%} complained or {gate.dropped:.1%} were "
                "dropped, or anybody is unknown"
            )
    if rules.test is not None and len(plan.timetable) > 1:
        notes.append(
            f"the rest gets the subject with more {rules.test.metric}; less than {rules.test.difference:.1%} "
            "apart: the first"
            if rules.test.metric != "none"
            else "the rest gets the first subject, unless you decide: newsletter decide CAMPAIGN b"
        )
    if rules.quiet is not None:
        whose = "each reader's own clock" if rules.is_by_reader else f"the clock of {rules.zone}"
        notes.append(f"nothing leaves in {rules.quiet} by {whose}")
    if plan.layout.strays:
        notes.append(f"{many(plan.layout.strays, 'reader')} without a zone we know: by {rules.zone}")
    return notes


def _wave_as_dict(one: PlannedWave) -> dict[str, object]:
    return {
        "number": one.wave.number,
        "kind": one.wave.kind,
        "stage": one.wave.stage,
        "readers": one.wave.size,
        "batches": one.batches,
        "zone": one.wave.zone,
        "starts": one.starts.isoformat(),
        "ends": one.ends.isoformat() if one.ends else None,
        "rate": _rate(one.rate) if one.rate else None,
        "lanes": [
            {"domain": lane.domain, "readers": lane.readers, "rate": _rate(lane.rate)} for lane in one.lanes
        ],
        "gate": asdict(one.wave.gate) if one.wave.gate else None,
    }


def _short(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _later(at: datetime, after: datetime, zone: str) -> str:
    """Return `at`, without the day where it is the day of `after`."""
    local, before = (one.astimezone(ZoneInfo(zone)) for one in (at, after))
    return f"{local:%H:%M}" if local.date() == before.date() else _short(at, zone)


def _rate(rate: Rate) -> str:
    return f"{rate.messages}/{_UNITS[rate.per_s]}"
