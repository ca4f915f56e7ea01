"""Indexes on fields: made and dropped as the configuration changes, and of use to segments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from newsletter.audience.expression import Compare, Expression, IsNone, OneOf, Operator, Range
from newsletter.domain.subscriber import FieldType
from newsletter.errors import AnotherRunner
from newsletter.store.opening import Store, open_store
from newsletter.store.readers.segments import SegmentCompiler
from newsletter.store.schema.tables import subscriber
from newsletter.testing.ledger_samples import a_campaign, members
from newsletter.testing.temporary_store import temporary_store

ALWAYS = ("lang", "source", "domain")


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as made:
        yield made


def _declared(*names: str, kind: FieldType = FieldType.TEXT) -> dict[str, FieldType]:
    return dict.fromkeys(names, kind)


def silent(_text: str) -> None:
    return None


def plan_of(store: Store, expression: Expression) -> str:
    query = select(subscriber.c.id).where(SegmentCompiler("sqlite").compile(expression))
    with store.database.reading() as connection:
        compiled = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all())


def test_declared_fields_get_an_index_and_those_that_are_gone_lose_it(store: Store) -> None:
    told: list[str] = []
    store.field_indexes.apply(store.field_indexes.change(_declared("role", "size")), told.append)

    change = store.field_indexes.change(_declared("size", "since"))

    assert len(told) == 5
    assert "index 4 of 5: role" in told
    assert (change.make, change.drop) == (("since",), ("ix_subscriber_value_role",))
    store.field_indexes.apply(change, silent)
    assert not store.field_indexes.change(_declared("size", "since"))


def test_an_index_of_an_older_version_is_replaced(store: Store) -> None:
    with store.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE INDEX ix_subscriber_folded_role ON subscriber (json_extract(folded, '$.role'))"
        )

    change = store.field_indexes.change(_declared("role"))

    assert change.make == (*ALWAYS, "role")
    assert change.drop == ("ix_subscriber_folded_role",)


@pytest.mark.parametrize(
    "expression",
    [
        Compare("role", Operator.EQUAL, "adviseur"),
        Compare("role", Operator.EQUAL, 5),
        Compare("role", Operator.EQUAL, True),
        Compare("role", Operator.CONTAINS, "advis"),
        Compare("role", Operator.MORE, 5),
        Range("role", 1, 5),
        OneOf("role", ("adviseur", "griffier")),
        IsNone("role"),
    ],
)
def test_an_index_serves_every_comparison_with_its_field(store: Store, expression: Expression) -> None:
    store.field_indexes.apply(store.field_indexes.change(_declared("role")), silent)

    assert "ix_subscriber_value_role" in plan_of(store, expression)


@pytest.mark.parametrize(
    ("kind", "index", "expression"),
    [
        (FieldType.TEXT, "value", Compare("f", Operator.EQUAL, "adviseur")),
        (FieldType.TEXT, "value", OneOf("f", ("adviseur", "griffier"))),
        (FieldType.NUMBER, "number", Compare("f", Operator.MORE, 5)),
        (FieldType.NUMBER, "number", Range("f", 1, 2.5)),
        (FieldType.NUMBER, "number", OneOf("f", (1, 2))),
        (FieldType.DATE, "day", Compare("f", Operator.LESS, date(2020, 1, 1))),
        (FieldType.DATE, "day", Compare("f", Operator.EQUAL, date(2020, 1, 1))),
        (FieldType.BOOLEAN, "truth", Compare("f", Operator.EQUAL, True)),
    ],
)
def test_on_postgresql_an_index_serves_what_a_field_of_its_type_is_compared_with(
    postgres_url: str, tmp_path: Path, kind: FieldType, index: str, expression: Expression
) -> None:
    with open_store(postgres_url, tmp_path) as store:
        store.field_indexes.apply(store.field_indexes.change(_declared("f", kind=kind)), silent)
        query = select(subscriber.c.id).where(SegmentCompiler("postgresql").compile(expression))

        with store.database.reading() as connection:  # as it is asked, with its values bound
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
            plan = connection.exec_driver_sql(f"EXPLAIN {compiled}", compiled.params).all()

        assert f"ix_subscriber_{index}_f" in str(plan)
        assert not store.field_indexes.change(_declared("f", kind=kind))
        other = store.field_indexes.change({})
        assert other.drop == (f"ix_subscriber_{index}_f",)
        store.field_indexes.apply(other, silent)


def test_no_index_is_made_while_a_campaign_is_being_sent(store: Store) -> None:
    new = a_campaign()
    store.ledger.plan(new, members(1))
    change = store.field_indexes.change(_declared("role"))

    with store.ledger.runner(new.id), pytest.raises(AnotherRunner, match="holds this database"):
        store.field_indexes.apply(change, silent)

    assert store.field_indexes.change(_declared("role")) == change
