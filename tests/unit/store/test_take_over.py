"""Whoever was cancelled before anything left may get the issue from a later campaign; nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import UsageError
from newsletter.store.opening import Store
from newsletter.testing.ledger_samples import NOW, a_campaign, accepted, an_attempt, members
from tests.both_stores import a_store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with a_store(request, tmp_path) as opened:
        yield opened


def _send_first_batch(store: Store, campaign_id: str) -> None:
    batch = store.ledger.next_batch(campaign_id, NOW)
    assert batch is not None
    attempt = an_attempt(batch)
    store.ledger.intend(batch, attempt)
    store.ledger.settle(attempt, accepted(), NOW)


def test_a_later_campaign_takes_over_the_cancelled_and_only_them(store: Store) -> None:
    store.ledger.plan(a_campaign("c1", batch_size=3), members(8))
    store.ledger.change("c1", CampaignEvent.RUN)
    _send_first_batch(store, "c1")
    store.ledger.change("c1", CampaignEvent.CANCEL)

    second = store.ledger.plan(a_campaign("c2", batch_size=3), members(8))

    assert 5 == second.total
    assert {"R4@brief.example", "R8@brief.example"} <= {row.email for row in store.ledger.deliveries("c2")}
    assert {DeliveryState.ACCEPTED: 3, DeliveryState.CANCELLED: 5} == store.ledger.counts("c1")
    assert {DeliveryState.PENDING: 5} == store.ledger.counts("c2")


def test_what_is_unknown_in_a_cancelled_campaign_is_not_taken_over(store: Store) -> None:
    store.ledger.plan(a_campaign("c1", batch_size=3), members(3))
    store.ledger.change("c1", CampaignEvent.RUN)
    batch = store.ledger.next_batch("c1", NOW)
    assert batch is not None
    store.ledger.intend(batch, an_attempt(batch))
    store.ledger.lose_orphans("c1")
    store.ledger.change("c1", CampaignEvent.CANCEL)

    with pytest.raises(UsageError, match="nobody is left"):
        store.ledger.plan(a_campaign("c2"), members(3))

    assert {DeliveryState.UNKNOWN: 3} == store.ledger.counts("c1")


def test_who_was_released_while_unknown_is_not_taken_over(store: Store) -> None:
    store.ledger.plan(a_campaign("c1", batch_size=4), members(4))
    store.ledger.change("c1", CampaignEvent.RUN)
    batch = store.ledger.next_batch("c1", NOW)
    assert batch is not None
    store.ledger.intend(batch, an_attempt(batch))
    store.ledger.lose_orphans("c1")
    store.ledger.resolve("c1", assume_sent=False, now=NOW)
    store.ledger.change("c1", CampaignEvent.RUN)
    released = store.ledger.next_batch("c1", NOW)
    assert released is not None
    attempt = an_attempt(released)
    store.ledger.intend(released, attempt)
    refused_together = Submission(outcome=Outcome(kind=OutcomeKind.REJECTED))  # halved into child batches
    store.ledger.settle(attempt, refused_together, NOW)

    store.ledger.change("c1", CampaignEvent.CANCEL)

    assert {DeliveryState.UNKNOWN: 4} == store.ledger.counts("c1")
    with pytest.raises(UsageError, match="nobody is left"):
        store.ledger.plan(a_campaign("c2"), members(4))
