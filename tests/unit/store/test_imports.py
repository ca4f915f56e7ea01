"""Imports are applied whole, bring nobody back, and can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from newsletter.audience.import_plan import ImportPlan, plan_import
from newsletter.audience.import_row import ImportRow
from newsletter.audience.importing import KeptOutReason
from newsletter.audience.row_block import block_of
from newsletter.audience.table import open_table
from newsletter.config.schema import Config, FieldConfig
from newsletter.domain.address import address_key
from newsletter.domain.person_hash import erased_key, person_hash
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import UsageError
from newsletter.store.imports.staging import Staging
from newsletter.store.opening import Store
from newsletter.store.people.person_keys import person_key_of
from newsletter.store.readers.folding import subscriber_values
from newsletter.store.schema.tables import subscriber, suppression
from tests.both_stores import a_store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with a_store(request, tmp_path) as made:
        yield made


def _row(email: str, **changes: object) -> ImportRow:
    """Return what a row says that says much."""
    plain = ImportRow(
        line=0,
        email=email,
        key=address_key(email),
        status=None,
        lang="nl",
        fields={"first_name": "Anna", "size": 3},
        tags=frozenset({"Gemeente"}),
        joined=NOW,
        confirmed=None,
        source="list.csv",
    )
    return replace(plain, **changes)


def _news(email: str, **changes: object) -> ImportRow:
    """Return what a row says that says nothing but `changes`."""
    nothing = {"lang": None, "fields": {}, "tags": frozenset(), "joined": None, "source": None}
    return _row(email, **{**nothing, **changes})


def _stage(store: Store, *rows: ImportRow, replaces_tags: bool = False) -> Staging:
    staging = store.imports.stage(source="elsewhere", replaces_tags=replaces_tags)
    lined = [replace(row, line=number) for number, row in enumerate(rows, start=2)]
    staging.put(block_of(lined, ("first_name", "size", "role"), [], []))
    staging.decide()
    return staging


def _apply(store: Store, *rows: ImportRow, replaces_tags: bool = False) -> tuple[str, ...]:
    return _apply_staged(store, _stage(store, *rows, replaces_tags=replaces_tags))


def _apply_staged(store: Store, staging: Staging) -> tuple[str, ...]:
    _, left_alone = store.imports.apply(staging, source="list.csv", digest="d" * 64, now=NOW)
    staging.close()
    return left_alone


def _everybody(store: Store) -> list[Subscriber]:
    return list(store.subscribers.all())


def test_an_import_adds_and_changes_readers_and_says_so_in_its_journal(store: Store) -> None:
    _apply(store, _row("anna@brief.example"))
    staging = _stage(
        store,
        _news(
            "ANNA@brief.example", lang="en", tags=frozenset({"Nieuw"}), fields={"role": "x"}, confirmed=NOW
        ),
        _row("bob@brief.example", source=None),
    )

    record, left_alone = store.imports.apply(staging, source="more.csv", digest="e" * 64, now=LATER)

    anna, bob = _everybody(store)
    assert (anna.email, anna.lang, anna.tags) == ("anna@brief.example", "en", {"Gemeente", "Nieuw"})
    assert (anna.fields, anna.confirmed) == ({"first_name": "Anna", "size": 3, "role": "x"}, NOW)
    assert (bob.email, bob.fields, bob.tags, bob.joined, bob.source) == (
        "bob@brief.example",
        {"first_name": "Anna", "size": 3},
        {"Gemeente"},
        NOW,
        "elsewhere",
    )
    assert (record.added, record.changed, record.source, record.at) == (1, 1, "more.csv", LATER)
    assert left_alone == ()
    assert [one.source for one in store.imports.journal()] == ["more.csv", "list.csv"]


def test_what_an_import_writes_is_what_one_reader_at_a_time_would_be(store: Store) -> None:
    _apply(store, _row("Anna@brief.example", fields={"first_name": 'İpek "x"', "size": 1.5}))
    _apply(store, _news("anna@brief.example", lang="en", fields={"role": "ß", "size": 2}, source="beurs"))
    _apply(store, _news("bob@brief.example"))
    _apply(store, _news("bob@brief.example", lang="nl"))

    with store.database.reading() as connection:
        rows = connection.execute(select(subscriber).order_by(subscriber.c.id)).all()

    assert [row.folded for row in rows] == [
        json.loads(subscriber_values(one)[6]) for one in _everybody(store)
    ]
    assert [row.bucket for row in rows] == [subscriber_values(one)[9] for one in _everybody(store)]


def test_an_import_larger_than_a_chunk_arrives_whole(store: Store) -> None:
    _apply(store, *(_row(f"r{number}@brief.example") for number in range(12_001)))

    assert store.subscribers.counts() == {SubscriberStatus.ACTIVE: 12_001}
    assert store.imports.undo(LATER).removed == 12_001
    assert store.subscribers.counts() == {}


def test_an_import_that_breaks_off_changes_nothing(store: Store) -> None:
    def broken(_lines: int) -> None:
        raise UsageError("somebody pulled the plug")

    staging = _stage(store, _row("anna@brief.example", status=SubscriberStatus.UNSUBSCRIBED))

    with pytest.raises(UsageError, match="pulled the plug"):
        store.imports.apply(staging, source="list.csv", digest="", now=NOW, told=broken)

    assert _everybody(store) == []
    assert store.imports.journal() == []
    assert store.subscribers.suppressed(["anna@brief.example"]) == {}
    assert _apply_staged(store, staging) == ()
    assert len(_everybody(store)) == 1


def test_a_plan_is_applied_once(store: Store) -> None:
    staging = _stage(store, _row("anna@brief.example"))
    store.imports.apply(staging, source="list.csv", digest="", now=NOW)

    with pytest.raises(UsageError, match="applied already"):
        store.imports.apply(staging, source="list.csv", digest="", now=NOW)


def test_rows_that_lie_ready_keep_nobody_from_writing(store: Store) -> None:
    staging = _stage(store, _row("anna@brief.example"))

    store.subscribers.suppress("cor@brief.example", SuppressionReason.MANUAL, NOW)

    assert _apply_staged(store, staging) == ()


def test_nobody_who_left_since_the_plan_comes_back(store: Store) -> None:
    _apply(store, _row("anna@brief.example"), _row("eva@brief.example"))
    staging = _stage(
        store,
        _news("anna@brief.example", lang="en"),
        _row("Bob@brief.example"),
        _row("cor@brief.example"),
        _row("d@x.nl"),
        _news("eva@brief.example", lang="en"),
    )
    store.subscribers.unsubscribe("anna@brief.example", NOW)
    store.subscribers.add(_reader("bob@brief.example"))
    store.subscribers.suppress("cor@brief.example", SuppressionReason.MANUAL, NOW)
    store.subscribers.suppress("eva@brief.example", SuppressionReason.MANUAL, NOW)

    left_alone = _apply_staged(store, staging)

    assert left_alone == (
        *("anna@brief.example", "Bob@brief.example", "cor@brief.example", "eva@brief.example"),
    )
    assert store.subscribers.counts() == {SubscriberStatus.UNSUBSCRIBED: 1, SubscriberStatus.ACTIVE: 3}


def test_nobody_who_was_forgotten_comes_back_before_or_after_the_plan(store: Store) -> None:
    _forget(store, "anna@brief.example")
    staging = _stage(store, _row("Anna@brief.example"), _row("bob@brief.example"), _row("cor@brief.example"))
    _forget(store, "bob@brief.example")

    kept_out = [(one.email, one.reason) for one in staging.kept_out()]
    left_alone = _apply_staged(store, staging)

    assert kept_out == [("Anna@brief.example", KeptOutReason.ERASED)]
    assert left_alone == ("bob@brief.example",)
    assert [one.email for one in _everybody(store)] == ["cor@brief.example"]


def _forget(store: Store, email: str) -> None:
    """Leave of an address what is left of somebody who is forgotten."""
    with store.database.writing() as connection:
        key = erased_key(person_hash(person_key_of(connection), address_key(email)))
        values = {"email_key": key, "reason": SuppressionReason.ERASED, "since": NOW}
        connection.execute(insert(suppression).values(values))


def _reader(email: str) -> Subscriber:
    return Subscriber(id=0, email=email, key=address_key(email), status=SubscriberStatus.ACTIVE)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (SubscriberStatus.UNSUBSCRIBED, SuppressionReason.UNSUBSCRIBED),
        (SubscriberStatus.SUSPENDED, SuppressionReason.BOUNCED),
        (SubscriberStatus.COMPLAINED, SuppressionReason.COMPLAINED),
    ],
)
def test_who_left_according_to_the_file_is_suppressed(
    store: Store, status: SubscriberStatus, reason: SuppressionReason
) -> None:
    _apply(store, _row("bob@brief.example"))

    _apply(store, _row("anna@brief.example", status=status), _news("bob@brief.example", status=status))

    keys = ["anna@brief.example", "bob@brief.example"]
    assert store.subscribers.suppressed(keys) == dict.fromkeys(keys, reason)


def test_who_left_long_ago_is_suppressed_since_then_and_nobody_from_a_day_to_come(store: Store) -> None:
    left = SubscriberStatus.UNSUBSCRIBED
    staging = _stage(
        store,
        _news("a@brief.example", status=left, left=NOW - timedelta(days=900)),
        _news("b@brief.example", status=left, left=NOW + timedelta(days=900)),
        _news("c@brief.example", status=left),
    )

    store.imports.apply(staging, source="list.csv", digest="d", now=NOW)

    since = {
        who: found.since
        for who in "abc"
        if (found := store.subscribers.suppression(f"{who}@brief.example")) is not None
    }
    assert since == {"a": NOW - timedelta(days=900), "b": NOW, "c": NOW}


@pytest.mark.parametrize("replaces_tags", [False, True])
def test_an_undo_brings_the_list_back_to_what_it_was(store: Store, *, replaces_tags: bool) -> None:
    _apply(store, _row("anna@brief.example", tags=frozenset({"A", "a", "b"})))
    store.subscribers.suppress("cor@brief.example", SuppressionReason.MANUAL, NOW)
    before = _everybody(store)
    _apply(
        store,
        _news(
            "anna@brief.example",
            status=SubscriberStatus.SUSPENDED,
            fields={"size": 4},
            confirmed=NOW,
            tags=frozenset({"c"}),
        ),
        _row("bob@brief.example", status=SubscriberStatus.UNSUBSCRIBED, tags=frozenset({"A", "a"})),
        replaces_tags=replaces_tags,
    )

    report = store.imports.undo(LATER)

    assert (report.removed, report.restored, report.left_alone) == (1, 1, ())
    assert report.record.undone_at == LATER
    assert _everybody(store) == before
    assert set(
        store.subscribers.suppressed([f"{name}@brief.example" for name in ("anna", "bob", "cor")])
    ) == {"cor@brief.example"}


def test_imports_are_undone_one_after_the_other_back_to_the_first(store: Store) -> None:
    _apply(store, _row("anna@brief.example", fields={"size": 1, "first_name": "A"}))
    _apply(store, _news("anna@brief.example", fields={"role": "x"}, tags=frozenset({"b"})))
    _apply(store, _news("anna@brief.example", lang="en"))

    reports = [store.imports.undo(LATER) for _ in range(3)]

    assert [(one.removed, one.restored, one.left_alone) for one in reports] == [
        (0, 1, ()),
        (0, 1, ()),
        (1, 0, ()),
    ]


def test_an_undo_leaves_alone_whom_somebody_changed_since(store: Store) -> None:
    _apply(store, _row("anna@brief.example"), _row("bob@brief.example"))
    store.subscribers.unsubscribe("anna@brief.example", LATER)

    report = store.imports.undo(LATER)

    assert report.left_alone == ("anna@brief.example",)
    assert [(one.email, one.status) for one in _everybody(store)] == [
        ("anna@brief.example", SubscriberStatus.UNSUBSCRIBED)
    ]
    assert store.subscribers.suppression("anna@brief.example") is not None


def test_an_undo_does_not_bring_back_who_also_left_on_their_own(store: Store) -> None:
    _apply(store, _row("anna@brief.example"))
    _apply(store, _news("anna@brief.example", status=SubscriberStatus.UNSUBSCRIBED))
    store.subscribers.unsubscribe("anna@brief.example", LATER)

    report = store.imports.undo(LATER)

    assert report.left_alone == ("anna@brief.example",)
    assert [one.status for one in _everybody(store)] == [SubscriberStatus.UNSUBSCRIBED]
    assert store.subscribers.suppression("anna@brief.example") is not None


def test_an_undo_does_not_free_who_was_also_suppressed_since(store: Store) -> None:
    _apply(store, _row("anna@brief.example", status=SubscriberStatus.SUSPENDED))
    store.subscribers.suppress("anna@brief.example", SuppressionReason.COMPLAINED, LATER)

    report = store.imports.undo(LATER)

    assert report.left_alone == ("anna@brief.example",)
    assert store.subscribers.suppression("anna@brief.example") is not None


def test_imports_are_undone_newest_first_and_each_once(store: Store) -> None:
    _apply(store, _row("anna@brief.example"))
    _apply(store, _row("bob@brief.example"))

    assert store.imports.undo(LATER).record.id == 2
    assert store.imports.undo(LATER).record.id == 1
    with pytest.raises(UsageError, match="no import to undo"):
        store.imports.undo(LATER)
    with pytest.raises(UsageError, match="no import 2 to undo"):
        store.imports.undo(LATER, 2)


def test_an_id_is_never_given_to_a_second_reader(store: Store) -> None:
    _apply(store, _row("anna@brief.example"))
    (anna,) = _everybody(store)
    store.imports.undo(LATER)
    _apply(store, _row("bob@brief.example"))

    assert _everybody(store)[0].id > anna.id


def test_a_file_is_planned_and_applied_against_the_same_list(store: Store, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "email;first_name;tags\nAnna@brief.example;Anna;gemeente\nbob@x.nl;;\n"
    )
    config = Config(root=tmp_path, fields={"first_name": FieldConfig(name="first_name")})

    def plan() -> ImportPlan:
        staging = store.imports.stage(source="list", replaces_tags=False)
        return plan_import([open_table(tmp_path / "list.csv")], config, staging)

    first = plan()
    store.imports.apply(first.staged, source="list.csv", digest="", now=NOW)
    again = plan()

    assert (first.added, again.unchanged, again.added) == (2, 2, 0)
    assert [one.email for one in _everybody(store)] == ["Anna@brief.example", "bob@x.nl"]
