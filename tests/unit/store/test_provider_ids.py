"""What a provider calls each message is kept with its delivery, and written down fast."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.store.opening import open_store
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members


def taken_as(name: str) -> Outcome:
    return Outcome(kind=OutcomeKind.ACCEPTED, detail=name, provider_id=name)


@pytest.mark.parametrize(
    ("others", "ids"),
    [
        ({}, [None, None, None]),
        ({1: taken_as("one"), 2: taken_as("it's 2")}, [None, "one", "it's 2"]),
        ({2: taken_as("two")}, [None, None, "two"]),
        ({1: Outcome(kind=OutcomeKind.REJECTED), 2: taken_as("two")}, [None, None, "two"]),
    ],
)
def test_each_accepted_message_keeps_its_own_id_and_the_first_one_names_the_batch(
    tmp_path: Path, others: dict[int, Outcome], ids: list[str | None]
) -> None:
    with open_store("sqlite:///ledger.db", tmp_path) as store:
        store.ledger.plan(a_campaign("c1", batch_size=3), members(6))
        store.ledger.change("c1", CampaignEvent.RUN)
        batch = store.ledger.next_batch("c1", NOW)
        assert batch is not None
        store.ledger.intend(batch, an_attempt(batch))

        store.ledger.settle(an_attempt(batch), Submission(outcome=taken_as("zero"), exceptions=others), NOW)

    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        kept = connection.execute("SELECT provider_id FROM delivery ORDER BY batch_id, position").fetchall()
        of_batch = connection.execute("SELECT provider_id FROM batch ORDER BY id").fetchall()
    connection.close()
    assert [one for (one,) in kept] == [*ids, None, None, None]
    assert of_batch == [("zero",), (None,)]


def test_an_outcome_is_written_without_waiting_for_the_disk_and_an_intent_with(tmp_path: Path) -> None:
    with open_store("sqlite:///ledger.db", tmp_path) as store:
        with store.database.writing() as connection:
            durable = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        with store.database.writing(is_durable=False) as connection:
            lazy = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        with store.database.writing() as connection:
            again = connection.exec_driver_sql("PRAGMA synchronous").scalar()

    assert (durable, lazy, again) == (2, 1, 2)  # FULL, NORMAL, FULL
