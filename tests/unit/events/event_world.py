"""A ledger in which every kind of delivery stands, to let events come in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from newsletter.domain.campaign import Member
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.domain.token import delivery_id
from newsletter.store.opening import Store
from newsletter.store.schema.tables import provider_event, reader_event
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members, of
from newsletter.testing.temporary_store import temporary_store

__all__ = ["LATER", "a_store", "end_state", "event", "send", "state_of", "statuses", "subscribe"]

LATER = NOW + timedelta(minutes=5)


def subscribe(store: Store, *who: Member) -> None:
    """Put readers on the list, active."""
    for one in who:
        store.subscribers.add(Subscriber(id=0, email=one.email, key=one.key, status=SubscriberStatus.ACTIVE))


@contextmanager
def a_store(*answers: OutcomeKind | None, readers: int = 2, campaign: str = "c1") -> Iterator[Store]:
    """Give a store whose campaign has a batch of `readers` for each of `answers`; None: not tried."""
    with temporary_store() as store:
        subscribe(store, *members(readers * len(answers)))
        send(store, *answers, readers=readers, campaign=campaign)
        yield store


def send(
    store: Store,
    *answers: OutcomeKind | None,
    readers: int = 2,
    campaign: str = "c1",
    issue: str = "herfst",
) -> None:
    """Plan `campaign` and let its batches, one after the other, get `answers`."""
    who = members(readers * len(answers))
    store.ledger.plan(a_campaign(campaign, issue=issue, batch_size=readers), who)
    store.ledger.change(campaign, CampaignEvent.RUN)
    for batch, answer in zip(store.ledger.batches(campaign), answers, strict=True):
        if answer is not None:
            store.ledger.intend(batch, an_attempt(batch))
            store.ledger.settle(an_attempt(batch), Submission(outcome=of(answer)), NOW)


def event(
    store: Store,
    number: int,
    kind: EventKind = EventKind.DELIVERED,
    *,
    issue: str = "herfst",
    key: str | None = "",
    bounce: BounceClass | None = None,
    at: datetime = LATER,
    name: str = "",
) -> ProviderEvent:
    """Return an event about reader `number`; `key` "" stands for the attempt of that reader's batch."""
    delivery = delivery_id(store.secret, issue, f"r{number}@brief.example")
    if key == "":
        key = _key_of(store, delivery)
    return ProviderEvent(
        event_id=name or f"{number}.{kind}.{bounce}.{key}",
        kind=kind,
        at=at,
        email=f"R{number}@Brief.example",
        delivery_id=delivery,
        attempt_key=key,
        bounce=bounce,
        reason="550 no such user" if bounce else "",
    )


def _key_of(store: Store, delivery: str) -> str | None:
    for one in store.ledger.campaigns():
        for batch in store.ledger.batches(one.id):
            if any(row.delivery_id == delivery for row in store.ledger.recipients(batch.id)):
                tried = store.ledger.last_attempt(batch.id)
                return tried.key if tried else None
    return None


def state_of(store: Store, number: int, campaign: str = "c1") -> str:
    """Return where reader `number` stands in a campaign."""
    email = f"R{number}@brief.example"
    return next(str(row.state) for row in store.ledger.deliveries(campaign) if row.email == email)


def statuses(store: Store) -> dict[str, tuple[str, str | None]]:
    """Return of every subscriber the status and why they are never mailed."""
    found = {}
    for one in store.subscribers.all():
        suppression = store.subscribers.suppression(one.email)
        found[one.email] = (str(one.status), str(suppression.reason) if suppression else None)
    return found


def end_state(store: Store) -> object:
    """Return all that events can change, in a form to compare."""
    with store.database.reading() as connection:
        columns = [one for one in reader_event.c if one.name != "id"]
        history = sorted(map(tuple, connection.execute(select(*columns))), key=str)
        told = [one for one in provider_event.c if one.name != "id"]
        events = sorted(map(tuple, connection.execute(select(*told))), key=str)
    return (
        [(one.id, one.state, one.reason) for one in store.ledger.campaigns()],
        sorted(
            (row.delivery_id, row.state) for one in store.ledger.campaigns() for row in _rows(store, one.id)
        ),
        [
            (one.email, one.status, store.subscribers.suppression(one.email))
            for one in store.subscribers.all()
        ],
        history,
        events,
    )


def _rows(store: Store, campaign: str):
    return list(store.ledger.deliveries(campaign))
