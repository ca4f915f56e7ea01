"""Many rows at once go in as few would, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from newsletter.errors import StoreError
from newsletter.store.database.bulk import bulk_insert, bulk_insert_new
from newsletter.store.opening import Store
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.tables import provider_event, reader_event
from tests.both_stores import a_store

COLUMNS = ("provider", "event_id", "kind", "at", "delivery_id", "reason")
AT = datetime(2026, 11, 27, 9, 30, 0, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store on either database."""
    with a_store(request, tmp_path) as opened:
        yield opened


def _events(numbers: range) -> list[tuple[object, ...]]:
    return [("p", f"e{one}", "delivered", utc_text(AT), f"d{one}", None) for one in numbers]


@pytest.mark.parametrize("number", [1, 49, 50, 700])
def test_every_row_goes_in_as_it_is(store: Store, number: int) -> None:
    odd = 'a\tb\n\\N\\"\u2028'
    rows = [(one, f"d{one}", odd, "opened", utc_text(AT)) for one in range(number)]

    with store.database.writing() as connection:
        bulk_insert(connection, reader_event, ("subscriber_id", "delivery_id", "issue", "kind", "at"), rows)
        found = connection.execute(select(reader_event).order_by(reader_event.c.id)).all()

    assert [row.delivery_id for row in found] == [f"d{one}" for one in range(number)]
    assert {(row.issue, row.at) for row in found} == {(odd, AT)}


@pytest.mark.parametrize("number", [10, 700])
def test_only_what_is_new_goes_in_and_is_counted(store: Store, number: int) -> None:
    rows = _events(range(number))

    with store.database.writing() as connection:
        first = bulk_insert_new(connection, provider_event, COLUMNS, [*rows, *rows[:3]])
        again = bulk_insert_new(connection, provider_event, COLUMNS, _events(range(number + 5)))
        count = connection.scalar(select(func.count()).select_from(provider_event))

    assert (first, again, count) == (number, 5, number + 5)


def test_a_row_that_breaks_a_rule_undoes_all(store: Store) -> None:
    rows = _events(range(100))

    with pytest.raises(StoreError), store.database.writing() as connection:
        bulk_insert(connection, provider_event, COLUMNS, [*rows, rows[0]])

    with store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(provider_event)) == 0
