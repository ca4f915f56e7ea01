"""Diagnoses as people and as scripts read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

from newsletter.domain.diagnosis import Diagnosis, Health
from newsletter.domain.dns_record import DnsRecord
from newsletter.project.upkeep.doctor import Area

__all__ = ["as_json", "as_text", "verdict"]

_Found = Mapping[Area, Sequence[Diagnosis]]

_SIGNS = {
    Health.FINE: ("✓", "green"),
    Health.WARNING: ("!", "yellow"),
    Health.PROBLEM: ("✗", "red"),
    Health.UNASKED: ("?", "yellow"),
}
_TITLES = {
    Area.DNS: "The domain",
    Area.PROVIDER: "The provider",
    Area.SITE: "The site",
    Area.MACHINE: "This machine",
    Area.MAILBOX: "The mailbox",
}
_MOST_EVIDENCE = 12
_LONGEST = 500


def as_text(areas: _Found) -> str:
    """Return a line for each diagnosis, what to do below where needed, and what to publish at the end."""
    lines: list[str] = []
    for area, found in areas.items():
        lines += ["", click.style(_TITLES[area], bold=True)]
        for one, following in zip(found, [*found[1:], None], strict=True):
            is_repeated = following is not None and _has_same_cure(one, following)
            lines += _lines(one, has_cure=not is_repeated)
    records = dict.fromkeys(record for found in areas.values() for one in found for record in one.records)
    if records:
        lines += ["", click.style("Records to publish", bold=True), *_block(records)]
    return "\n".join(lines[1:])


def as_json(areas: _Found) -> dict[str, object]:
    """Return the same for a script, by area."""
    return {area: [_entry(one) for one in found] for area, found in areas.items()}


def verdict(areas: _Found) -> tuple[str, int]:
    """Return what it comes to in a sentence, and the exit code: 1 with a problem, 2 when not all was seen."""
    healths = [one.health for found in areas.values() for one in found]
    problems, warnings, unasked = (
        healths.count(kind) for kind in (Health.PROBLEM, Health.WARNING, Health.UNASKED)
    )
    said = [
        f"{problems} in the way of mail" if problems else "Nothing that was seen stands in the way of mail"
    ]
    if warnings:
        said.append(f"{warnings} could be better")
    if unasked:
        said.append(f"{unasked} could not be asked")
    return f"{'; '.join(said)}.", 1 if problems else 2 if unasked else 0


def _has_same_cure(one: Diagnosis, following: Diagnosis) -> bool:
    """Say whether both could not be asked and the same helps, so that telling it once is enough."""
    return one.health is following.health is Health.UNASKED and one.fix == following.fix


def _lines(one: Diagnosis, *, has_cure: bool) -> Iterator[str]:
    sign, colour = _SIGNS[one.health]
    yield f"  {click.style(sign, fg=colour)} {_plain(one.subject)}: {_plain(one.what)}"
    if one.health is Health.FINE or not has_cure:
        return
    if one.why:
        yield f"      {one.why}"
    for seen in one.evidence[:_MOST_EVIDENCE]:
        yield click.style(f"      | {_plain(seen)}", dim=True)
    if one.fix:
        where = f"{one.place}: " if one.place else ""
        yield f"      → {where}{_plain(one.fix)}"
    if one.code:
        yield click.style(f"      ({one.code})", dim=True)


def _block(records: Mapping[DnsRecord, None]) -> Iterator[str]:
    for record in records:
        for text in record.replaces:
            yield f"  take away:  {_plain(record.name)}  {record.type}  {_plain(text)}"
        yield f"  {_plain(record.zone_line, longest=None)}"


def _plain(text: str, longest: int | None = _LONGEST) -> str:
    """Return `text`, which a stranger may have written, without what would steer a terminal."""
    shown = "".join(one if one.isprintable() else "�" for one in text)
    return f"{shown[:longest]}…" if longest and len(shown) > longest else shown


def _entry(one: Diagnosis) -> dict[str, object]:
    return {
        "subject": one.subject,
        "health": one.health,
        "code": one.code,
        "what": one.what,
        "why": one.why,
        "fix": one.fix,
        "place": str(one.place) if one.place else None,
        "evidence": list(one.evidence),
        "records": [
            {
                "name": record.name,
                "type": record.type,
                "value": record.value,
                "zone_line": record.zone_line,
                "replaces": list(record.replaces),
            }
            for record in one.records
        ],
    }
