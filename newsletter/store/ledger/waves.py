"""The waves of a campaign: their rows, their states, and what became of their mail."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from newsletter.domain.delivery import (
    BatchState,
    DeliveryOverride,
    IllegalTransition,
    WaveEvent,
    WaveState,
    wave_transition,
)
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.subject_test import Reactions, SubjectMetric
from newsletter.domain.wave import Gate, Showing, Wave, WaveKind
from newsletter.errors import Problem, UsageError
from newsletter.store.ledger.campaigns import note
from newsletter.store.schema.columns import json_text, utc_text
from newsletter.store.schema.tables import batch, delivery, provider_event, reader_event
from newsletter.store.schema.tables import wave as wave_table

__all__ = ["find", "is_gone", "move", "reactions", "showing", "write"]

_UNDER_WAY = (BatchState.PENDING, BatchState.SUBMITTING)
_HEARD = (EventKind.PROCESSED, EventKind.DELIVERED, EventKind.BOUNCED, EventKind.DROPPED)


def write(connection: Connection, campaign_id: str, waves: Iterable[Wave]) -> None:
    """Write the waves of a campaign that is being planned."""
    rows = [
        {
            "campaign_id": campaign_id,
            "number": one.number,
            "kind": one.kind,
            "state": one.state,
            "not_before": one.not_before,
            "gate": json_text(
                {
                    "stage": one.stage,
                    "size": one.size,
                    "zone": one.zone,
                    "limits": asdict(one.gate) if one.gate else None,
                }
            ),
        }
        for one in waves
    ]
    if rows:
        connection.execute(insert(wave_table), rows)


def find(connection: Connection, campaign_id: str) -> list[Wave]:
    """Return the waves of a campaign, by number."""
    query = select(wave_table).where(wave_table.c.campaign_id == campaign_id).order_by(wave_table.c.number)
    return [_wave(row) for row in connection.execute(query)]


def move(
    connection: Connection, campaign_id: str, number: int, event: WaveEvent, now: datetime, why: str | None
) -> Wave:
    """Change the state of a wave, and keep what it has shown by now. Raises UsageError."""
    current = next(one for one in find(connection, campaign_id) if one.number == number)
    try:
        state = wave_transition(current.state, event)
    except IllegalTransition as error:
        raise UsageError(
            Problem(what=str(error), fix=f"see where it stands: newsletter status {campaign_id}")
        ) from None
    moved = replace(current, state=state, why=why or current.why)
    if event is not WaveEvent.OPEN:
        moved = replace(moved, showing=showing(connection, campaign_id, number))
    if state is WaveState.WATCHED:
        moved = replace(moved, watched_at=now)
    if state is WaveState.PASSED:
        moved = replace(moved, passed_at=now)
    connection.execute(
        update(wave_table)
        .where(wave_table.c.campaign_id == campaign_id, wave_table.c.number == number)
        .values(state=state, result=_result(moved))
    )
    if event is WaveEvent.OVERRIDE:
        note(connection, "override-gate", campaign_id, f"wave {number}: {current.why or 'not passed yet'}")
    return moved


def is_gone(connection: Connection, campaign_id: str, number: int) -> bool:
    """Say whether nothing of a wave is pending or under way any more."""
    return not connection.scalar(
        select(
            exists().where(
                batch.c.campaign_id == campaign_id, batch.c.wave == number, batch.c.state.in_(_UNDER_WAY)
            )
        )
    )


def showing(connection: Connection, campaign_id: str, number: int) -> Showing:
    """Return what has become of a wave by now; every reader counts once for each thing that happened."""
    inside = (batch.c.campaign_id == campaign_id, batch.c.wave == number)
    states = {
        str(state): readers
        for state, readers in connection.execute(
            select(batch.c.state, func.sum(batch.c.size)).where(*inside).group_by(batch.c.state)
        )
    }
    overridden = connection.scalar(
        select(func.count())
        .select_from(delivery)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(*inside, delivery.c.override == DeliveryOverride.REJECTED)
    )
    refused = states.get(BatchState.REJECTED, 0) + (overridden or 0)
    told = _told(connection, inside)
    hard = (EventKind.BOUNCED, BounceClass.HARD)
    return Showing(
        submitted=states.get(BatchState.ACCEPTED, 0) + refused,
        refused=refused,
        unknown=states.get(BatchState.UNKNOWN, 0),
        bounced=told.get(hard, 0),
        complained=told.get((EventKind.COMPLAINED, None), 0),
        dropped=told.get((EventKind.DROPPED, None), 0),
        heard=told.get(None, 0),
    )


def reactions(connection: Connection, campaign_id: str, number: int, metric: SubjectMetric) -> Reactions:
    """Return how many readers of a wave got it, and how many did what `metric` counts, each once."""
    events = reader_event if metric is SubjectMetric.REPLIES else provider_event
    kind = "replied" if metric is SubjectMetric.REPLIES else EventKind.CLICKED
    inside = (batch.c.campaign_id == campaign_id, batch.c.wave == number)
    reacted = connection.scalar(
        select(func.count(func.distinct(events.c.delivery_id)))
        .join(delivery, delivery.c.id == events.c.delivery_id)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(*inside, events.c.kind == kind)
    )
    accepted = select(func.sum(batch.c.size)).where(*inside, batch.c.state == BatchState.ACCEPTED)
    return Reactions(readers=connection.scalar(accepted) or 0, reacted=reacted or 0)


def _told(connection: Connection, inside: tuple[Any, ...]) -> dict[object, int]:
    """Return how many readers each kind of event was told of; by None, how many anything final was."""
    readers = func.count(func.distinct(provider_event.c.delivery_id))
    events = (
        select()
        .select_from(provider_event)
        .join(delivery, delivery.c.id == provider_event.c.delivery_id)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(*inside)
    )
    by_kind = events.add_columns(provider_event.c.kind, provider_event.c.bounce, readers).group_by(
        provider_event.c.kind, provider_event.c.bounce
    )
    found: dict[object, int] = {
        (kind, bounce): number for kind, bounce, number in connection.execute(by_kind)
    }
    heard = events.add_columns(readers).where(provider_event.c.kind.in_(_HEARD))
    found[None] = connection.scalar(heard) or 0
    return found


def _wave(row: Row[Any]) -> Wave:
    gate, result = json.loads(row.gate), json.loads(row.result)
    return Wave(
        number=row.number,
        kind=WaveKind(row.kind),
        stage=gate["stage"],
        size=gate["size"],
        zone=gate["zone"],
        state=WaveState(row.state),
        not_before=row.not_before,
        gate=Gate(**gate["limits"]) if gate["limits"] else None,
        watched_at=_moment(result.get("watched_at")),
        passed_at=_moment(result.get("passed_at")),
        showing=Showing(**result["showing"]) if result.get("showing") else None,
        why=result.get("why"),
    )


def _result(of: Wave) -> str:
    return json_text(
        {
            "watched_at": utc_text(of.watched_at) if of.watched_at else None,
            "passed_at": utc_text(of.passed_at) if of.passed_at else None,
            "showing": asdict(of.showing) if of.showing else None,
            "why": of.why,
        }
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
