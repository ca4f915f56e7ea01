"""The queries that matching asks walk indexes, however many letters left."""

from __future__ import annotations

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from newsletter.store.inbound.match_desk import (
    batches_query,
    former_address_query,
    letters_query,
    provider_ids_query,
    recent_query,
)
from newsletter.testing.temporary_store import temporary_store


@pytest.mark.parametrize(
    "query",
    [
        letters_query(["0" * 32]),
        provider_ids_query(["m1", "m2"]),
        batches_query(["m1", "m2"]),
        former_address_query("r1@brief.example", ["herfst", "winter"]),
        recent_query(["r1@brief.example"], ["herfst", "winter"]),
    ],
    ids=["letters", "provider ids", "batches", "former address", "recent"],
)
def test_no_query_of_the_desk_reads_all_deliveries_or_batches(query: Select[tuple[object, ...]]) -> None:
    compiled = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})

    with temporary_store() as store, store.database.reading() as connection:
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]

    assert [] == [
        step for step in plan if step.startswith(("SCAN delivery", "SCAN batch", "SCAN subscriber"))
    ], plan
