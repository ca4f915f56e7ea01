"""Looking for somebody who is forgotten: nothing large is walked through while others wait to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Delete, Select, Update, delete, insert, select, update
from sqlalchemy.dialects import sqlite

from newsletter.audience.traces import Traces
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.store.opening import Store
from newsletter.store.people.whereabouts import Whereabouts, changes_of, deliveries_to
from newsletter.store.schema.tables import delivery, event_body, import_change, provider_event
from newsletter.testing.ledger_samples import NOW
from newsletter.testing.temporary_store import fresh_store

ANNA = "anna@brief.example"
NOWHERE = Whereabouts(keys=(ANNA,), events=(1, 2), last_event=9, bodies=(), last_body=0)


@pytest.fixture
def store(tmp_path: Path):
    with fresh_store(tmp_path) as store:
        yield store


@pytest.mark.parametrize(
    "statement",
    [
        select(delivery.c.id).where(deliveries_to([ANNA])),
        update(delivery).where(deliveries_to([ANNA])).values(detail=None),
        update(provider_event).where(NOWHERE.are_events()).values(reason=None),
        delete(import_change).where(changes_of([1, 2])),
    ],
)
def test_a_large_table_is_asked_by_an_index(store: Store, statement: Select | Update | Delete) -> None:
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup)
    with store.database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()

    steps = [row[3] for row in plan]
    large = ("delivery", "provider_event", "import_change")
    assert [step for step in steps if step.startswith("SCAN") and step.split()[1] in large] == []


def test_what_is_told_of_somebody_while_they_are_looked_for_is_erased_as_well(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = Subscriber(id=0, email=ANNA, key=ANNA, status=SubscriberStatus.ACTIVE)
    store.subscribers.add(added)
    find = Whereabouts.find

    def find_and_be_late(*of: object) -> Whereabouts:
        found = find(*of)  # type: ignore[arg-type]  # as it was called
        store.event_bodies.keep("json", f'[{{"email": "{ANNA}"}}]'.encode(), NOW)
        with store.database.writing() as connection:
            event = {"provider": "json", "event_id": "e1", "kind": "bounced", "at": NOW, "email_key": ANNA}
            connection.execute(insert(provider_event).values(event))
        return found

    monkeypatch.setattr(Whereabouts, "find", find_and_be_late)
    counts = store.erasure.erase([ANNA], Traces([ANNA]), NOW)

    with store.database.reading() as connection:
        kept = connection.scalars(select(provider_event.c.email_key)).all()
        bodies = connection.scalars(select(event_body.c.id)).all()
    assert (counts["events"], counts["reports"]) == (1, 1)
    assert (ANNA in kept, len(bodies)) == (False, 1)
