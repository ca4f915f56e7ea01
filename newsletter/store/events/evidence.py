"""Evidence in stored events: deliveries they prove taken, and a ledger that is older than its mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, or_, select, update

from newsletter.domain.campaign import Batch
from newsletter.domain.delivery import BatchEvent, BatchState, CampaignEvent, CampaignState, transition
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.domain.provider_event import EventKind, ProviderEvent
from newsletter.events.effects import moves
from newsletter.store.database.dialects import listed
from newsletter.store.ledger.campaigns import change, close_pending, note
from newsletter.store.ledger.rows import find_batch, find_campaign
from newsletter.store.ledger.settling import BY_EVIDENCE, part
from newsletter.store.schema.tables import attempt, batch, delivery, provider_event

__all__ = [
    "campaigns_of_attempts",
    "campaigns_of_deliveries",
    "hold_restored",
    "prove_by_events",
    "sent_before",
]

_PROVEN = Outcome(kind=OutcomeKind.ACCEPTED, detail="taken: the provider told what became of it")


def campaigns_of_attempts(connection: Connection, keys: Iterable[str]) -> Mapping[str, str]:
    """Return the campaign of each attempt among `keys` that the ledger knows."""
    wanted = listed(dict.fromkeys(keys))
    query = (
        select(attempt.c.key, batch.c.campaign_id)
        .join(wanted, attempt.c.key == wanted.c.value)
        .join(batch, batch.c.id == attempt.c.batch_id)
    )
    return dict(connection.execute(query).all())


def campaigns_of_deliveries(connection: Connection, events: Iterable[ProviderEvent]) -> Mapping[str, str]:
    """Return the campaign of each delivery the ledger knows that one of `events` is about."""
    wanted = listed(dict.fromkeys(event.delivery_id for event in events if event.delivery_id))
    query = (
        select(delivery.c.id, batch.c.campaign_id)
        .join(wanted, delivery.c.id == wanted.c.value)
        .join(batch, batch.c.id == delivery.c.batch_id)
    )
    return dict(connection.execute(query).all())


def hold_restored(connection: Connection, campaign_id: str, why: str, *, even_released: bool = False) -> int:
    """Hold a campaign that may have sent more than the ledger knows; return how many deliveries that doubts.

    Nobody can say which of them left after the backup was made, so all become unknown: evidence, or a
    choice, settles them (`newsletter resolve`). `why` is one of `domain.held`. Who was released by choice
    since is not held a second time, unless `even_released`: then the choice was made before the backup, and
    what it released may have left.
    """
    pending = [batch.c.campaign_id == campaign_id, batch.c.state == BatchState.PENDING]
    if not even_released:
        pending.append(batch.c.is_in_doubt == 0)
    sizes = connection.scalars(select(batch.c.size).where(*pending)).all()
    if not sizes:
        return 0
    state = find_campaign(connection, campaign_id).state
    connection.execute(
        update(batch)
        .where(*pending)
        .values(
            state=transition(BatchState.PENDING, BatchEvent.DOUBT),
            not_before=None,
            detail="may have left: the ledger is older than the mail",
        )
    )
    if state is CampaignState.RUNNING:
        change(connection, campaign_id, CampaignEvent.HALT, why)
    elif state in (CampaignState.PLANNED, CampaignState.PAUSED):
        change(connection, campaign_id, CampaignEvent.PAUSE, why)
    note(connection, "restored", campaign_id, f"{sum(sizes)} pending deliveries are unknown now")
    return sum(sizes)


def sent_before(connection: Connection, campaign_id: str) -> int:
    """Return of how many deliveries of a campaign just planned a provider has told already.

    They left by attempts of which this ledger knows nothing: it is older than the mail.
    """
    if not connection.scalar(select(exists().where(provider_event.c.id > 0))):
        return 0  # nobody ever told anything
    query = (
        select(func.count(delivery.c.id.distinct()))
        .select_from(batch)
        .join(delivery, delivery.c.batch_id == batch.c.id)
        .join(provider_event, provider_event.c.delivery_id == delivery.c.id)
        .outerjoin(attempt, attempt.c.key == provider_event.c.attempt_key)
        .where(
            batch.c.campaign_id == campaign_id,
            provider_event.c.attempt_key.is_not(None),
            attempt.c.key.is_(None),
        )
    )
    return connection.scalar(query) or 0


def prove_by_events(
    connection: Connection, campaign_id: str, now: datetime, *, is_atomic: bool = False
) -> int:
    """Settle by the stored events what they prove of a campaign; return how many deliveries are accepted now.

    An event proves its own delivery. Where the provider takes a submission whole or not at all
    (`is_atomic`), it proves the whole batch whose attempt it names. An event that names an attempt of
    another campaign says nothing here: the reader was taken over from it.
    """
    proven = 0
    for batch_id, positions in _proofs(connection, campaign_id, is_atomic=is_atomic).items():
        proven += _prove(connection, find_batch(connection, batch_id), positions, now)
    if proven:
        close_pending(connection, campaign_id)
    return proven


def _is_open() -> ColumnElement[bool]:
    """Return the condition that evidence can move a batch at all; `effects.moves` says which does."""
    may_have_left = or_(batch.c.attempt > 0, batch.c.is_in_doubt == 1)
    return or_(batch.c.state == BatchState.UNKNOWN, and_(batch.c.state == BatchState.PENDING, may_have_left))


def _proofs(
    connection: Connection, campaign_id: str, *, is_atomic: bool
) -> Mapping[int, frozenset[int] | None]:
    """Return the positions proven taken by batch; None for all of them."""
    found: dict[int, set[int]] = {}
    whole: set[int] = set()
    if not connection.scalar(select(exists().where(batch.c.campaign_id == campaign_id, _is_open()))):
        return {}
    owner = batch.alias("owner")
    query = (
        select(
            batch.c.id,
            batch.c.state,
            delivery.c.position,
            provider_event.c.kind,
            attempt.c.batch_id,
            func.coalesce(or_(attempt.c.number < batch.c.attempt, attempt.c.fence.is_not(None)), false()),
        )
        .select_from(batch)
        .join(delivery, delivery.c.batch_id == batch.c.id)
        .join(provider_event, provider_event.c.delivery_id == delivery.c.id)
        .outerjoin(attempt, attempt.c.key == provider_event.c.attempt_key)
        .outerjoin(owner, owner.c.id == attempt.c.batch_id)
        .where(
            batch.c.campaign_id == campaign_id,
            _is_open(),
            delivery.c.override.is_(None),
            or_(owner.c.campaign_id.is_(None), owner.c.campaign_id == campaign_id),
        )
    )
    for batch_id, state, position, kind, tried_in, may_be_recalled in connection.execute(query):
        if not moves(
            BatchState(state), EventKind(kind), may_have_left=True, may_be_recalled=bool(may_be_recalled)
        ):
            continue
        found.setdefault(batch_id, set()).add(position)
        if is_atomic and tried_in == batch_id:
            whole.add(batch_id)
    return {
        batch_id: None if batch_id in whole else frozenset(positions)
        for batch_id, positions in sorted(found.items())
    }


def _prove(connection: Connection, of: Batch, positions: frozenset[int] | None, now: datetime) -> int:
    others = OutcomeKind.UNKNOWN
    if of.state is BatchState.PENDING:  # whoever is not proven goes on waiting to be tried again
        others = OutcomeKind.NOT_SENT
        doubted = transition(of.state, BatchEvent.DOUBT)
        connection.execute(update(batch).where(batch.c.id == of.id).values(state=doubted))
        of = find_batch(connection, of.id)
    if positions is None or len(positions) == of.size:
        part(connection, of, Submission(outcome=_PROVEN), BY_EVIDENCE, now)
        return of.size
    submission = Submission(
        outcome=Outcome(kind=others, detail="not settled by what the provider told so far"),
        exceptions=dict.fromkeys(positions, _PROVEN),
    )
    part(connection, of, submission, BY_EVIDENCE, now)
    return len(positions)
