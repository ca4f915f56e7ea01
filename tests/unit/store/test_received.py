"""Who received an issue: counted from every delivery once, and kept for as long as it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from newsletter.audience.expression import AnyIssue, History, HistoryKind, LastIssues, OneIssue
from newsletter.domain.delivery import CampaignEvent, DeliveryOverride
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.store.opening import Store
from newsletter.store.schema.tables import batch, delivery, received
from newsletter.testing.ledger_samples import accepted, members, submit
from newsletter.testing.temporary_store import temporary_store

AUTUMN = History(HistoryKind.RECEIVED, OneIssue("herfst"))


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as made:
        for one in members(3):
            made.subscribers.add(
                Subscriber(id=0, email=one.email, key=one.key, status=SubscriberStatus.ACTIVE)
            )
        yield made


def kept(store: Store) -> int:
    with store.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(received)) or 0


def test_received_is_what_a_provider_took_and_nobody_refused_by_name(store: Store) -> None:
    submit(store, accepted(p1=OutcomeKind.REJECTED), readers=3)

    assert [one.email for one in store.subscribers.members(AUTUMN)] == [
        "R1@brief.example",
        "R3@brief.example",
    ]
    for issues in (AnyIssue(), LastIssues(1)):
        assert store.subscribers.count(History(HistoryKind.RECEIVED, issues)) == 2
    assert store.subscribers.count(History(HistoryKind.RECEIVED, OneIssue("winter"))) == 0


def test_nothing_is_kept_of_a_campaign_that_is_under_way(store: Store) -> None:
    submit(store, accepted(), readers=3, batch_size=2)

    assert store.subscribers.count(AUTUMN) == 2
    assert kept(store) == 0


def test_what_is_kept_is_found_again_and_given_up_when_the_campaign_changes(store: Store) -> None:
    submit(store, accepted(), readers=3)
    store.ledger.change("c1", CampaignEvent.FINISH)

    first = store.subscribers.count(AUTUMN)
    assert (first, kept(store)) == (3, 1)
    assert store.subscribers.count(AUTUMN) == first

    with store.database.writing() as connection:  # as when a provider refuses a reader after all
        connection.execute(
            update(delivery).where(delivery.c.position == 0).values(override=DeliveryOverride.REJECTED)
        )
        connection.execute(update(batch).values(size=2))
    assert store.subscribers.count(AUTUMN) == 2
    assert (store.subscribers.count(AUTUMN), kept(store)) == (2, 1)


def test_a_reader_who_came_after_is_not_in_a_kept_set(store: Store) -> None:
    submit(store, accepted(), readers=3)
    store.ledger.change("c1", CampaignEvent.FINISH)
    store.subscribers.count(AUTUMN)

    late = members(1, start=4)[0]
    store.subscribers.add(Subscriber(id=0, email=late.email, key=late.key, status=SubscriberStatus.ACTIVE))

    assert store.subscribers.count(AUTUMN) == 3
