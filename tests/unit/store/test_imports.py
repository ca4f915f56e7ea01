"""Imports are applied whole, bring nobody back, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.audience.import_plan import plan_import
from newsletter.audience.importing import Addition, ImportChange, Update
from newsletter.audience.table import open_table
from newsletter.config.schema import Config, FieldConfig
from newsletter.domain.address import address_key
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import UsageError
from newsletter.store.opening import Store
from newsletter.testing.temporary_store import temporary_store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[Store]:
    with temporary_store() as made:
        yield made


def _addition(email: str, **changes: object) -> Addition:
    plain = Addition(
        line=2,
        email=email,
        key=address_key(email),
        status=SubscriberStatus.ACTIVE,
        lang="nl",
        fields={"first_name": "Anna", "size": 3},
        tags=frozenset({"Gemeente"}),
        joined=NOW,
        confirmed=None,
        source="list.csv",
    )
    return replace(plain, **changes)


def _apply(store: Store, *changes: ImportChange) -> tuple[str, ...]:
    _, left_alone = store.imports.apply(changes, source="list.csv", digest="d" * 64, now=NOW)
    return left_alone


def _update(store: Store, email: str, **changes: object) -> Update:
    before = store.subscribers.get(email)
    assert before is not None
    return Update(line=2, before=before, after=replace(before, **changes))


def _everybody(store: Store) -> list[Subscriber]:
    return list(store.subscribers.all())


def test_an_import_adds_and_changes_readers_and_says_so_in_its_journal(store: Store) -> None:
    _apply(store, _addition("anna@brief.example"))
    change = _update(store, "anna@brief.example", lang="en", tags=frozenset({"Nieuw"}), fields={"role": "x"})

    record, left_alone = store.imports.apply(
        [change, _addition("bob@brief.example")], source="more.csv", digest="e" * 64, now=LATER
    )

    anna, bob = _everybody(store)
    assert anna == change.after
    assert (bob.email, bob.fields, bob.tags, bob.joined) == (
        "bob@brief.example",
        {"first_name": "Anna", "size": 3},
        {"Gemeente"},
        NOW,
    )
    assert (record.added, record.changed, record.source, record.at) == (1, 1, "more.csv", LATER)
    assert left_alone == ()
    assert [one.source for one in store.imports.journal()] == ["more.csv", "list.csv"]


def test_an_import_larger_than_a_chunk_arrives_whole(store: Store) -> None:
    _apply(store, *(_addition(f"r{number}@brief.example") for number in range(12_001)))

    assert store.subscribers.counts() == {SubscriberStatus.ACTIVE: 12_001}
    assert store.imports.undo(LATER).removed == 12_001
    assert store.subscribers.counts() == {}


def test_an_import_that_breaks_off_changes_nothing(store: Store) -> None:
    def broken() -> Iterator[Addition]:
        yield from (_addition(f"r{number}@brief.example") for number in range(6_000))
        raise UsageError("the file changed")

    with pytest.raises(UsageError, match="the file changed"):
        store.imports.apply(broken(), source="list.csv", digest="", now=NOW)

    assert _everybody(store) == []
    assert store.imports.journal() == []


def test_nobody_who_left_since_the_plan_comes_back(store: Store) -> None:
    _apply(store, _addition("anna@brief.example"))
    change = _update(store, "anna@brief.example", lang="en")
    store.subscribers.unsubscribe("anna@brief.example", NOW)
    store.subscribers.suppress("cor@brief.example", SuppressionReason.MANUAL, NOW)

    left_alone = _apply(
        store, change, _addition("ANNA@brief.example"), _addition("cor@brief.example"), _addition("d@x.nl")
    )

    assert left_alone == ("anna@brief.example", "ANNA@brief.example", "cor@brief.example")
    assert store.subscribers.counts() == {SubscriberStatus.UNSUBSCRIBED: 1, SubscriberStatus.ACTIVE: 1}


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
    _apply(store, _addition("bob@brief.example"))

    _apply(
        store,
        _addition("anna@brief.example", status=status),
        _update(store, "bob@brief.example", status=status),
    )

    keys = ["anna@brief.example", "bob@brief.example"]
    assert store.subscribers.suppressed(keys) == dict.fromkeys(keys, reason)


def test_an_undo_brings_the_list_back_to_what_it_was(store: Store) -> None:
    _apply(store, _addition("anna@brief.example", tags=frozenset({"A", "a", "b"})))
    store.subscribers.suppress("cor@brief.example", SuppressionReason.MANUAL, NOW)
    before = _everybody(store)
    _apply(
        store,
        _update(store, "anna@brief.example", status=SubscriberStatus.SUSPENDED, fields={}, confirmed=NOW),
        _addition("bob@brief.example", status=SubscriberStatus.UNSUBSCRIBED, tags=frozenset({"A", "a"})),
    )

    report = store.imports.undo(LATER)

    assert (report.removed, report.restored, report.left_alone) == (1, 1, ())
    assert report.record.undone_at == LATER
    assert _everybody(store) == before
    assert set(
        store.subscribers.suppressed([f"{name}@brief.example" for name in ("anna", "bob", "cor")])
    ) == {"cor@brief.example"}


def test_an_undo_leaves_alone_whom_somebody_changed_since(store: Store) -> None:
    _apply(store, _addition("anna@brief.example"), _addition("bob@brief.example"))
    store.subscribers.unsubscribe("anna@brief.example", LATER)

    report = store.imports.undo(LATER)

    assert report.left_alone == ("anna@brief.example",)
    assert [(one.email, one.status) for one in _everybody(store)] == [
        ("anna@brief.example", SubscriberStatus.UNSUBSCRIBED)
    ]
    assert store.subscribers.suppression("anna@brief.example") is not None


def test_an_undo_does_not_bring_back_who_also_left_on_their_own(store: Store) -> None:
    _apply(store, _addition("anna@brief.example"))
    _apply(store, _update(store, "anna@brief.example", status=SubscriberStatus.UNSUBSCRIBED))
    store.subscribers.unsubscribe("anna@brief.example", LATER)

    report = store.imports.undo(LATER)

    assert report.left_alone == ("anna@brief.example",)
    assert [one.status for one in _everybody(store)] == [SubscriberStatus.UNSUBSCRIBED]
    assert store.subscribers.suppression("anna@brief.example") is not None


def test_an_undo_does_not_free_who_was_also_suppressed_since(store: Store) -> None:
    _apply(store, _addition("anna@brief.example", status=SubscriberStatus.SUSPENDED))
    store.subscribers.suppress("anna@brief.example", SuppressionReason.COMPLAINED, LATER)

    report = store.imports.undo(LATER)

    assert report.left_alone == ("anna@brief.example",)
    assert store.subscribers.suppression("anna@brief.example") is not None


def test_imports_are_undone_newest_first_and_each_once(store: Store) -> None:
    _apply(store, _addition("anna@brief.example"))
    _apply(store, _addition("bob@brief.example"))

    assert store.imports.undo(LATER).record.id == 2
    assert store.imports.undo(LATER).record.id == 1
    with pytest.raises(UsageError, match="no import to undo"):
        store.imports.undo(LATER)
    with pytest.raises(UsageError, match="no import 2 to undo"):
        store.imports.undo(LATER, 2)


def test_an_id_is_never_given_to_a_second_reader(store: Store) -> None:
    _apply(store, _addition("anna@brief.example"))
    (anna,) = _everybody(store)
    store.imports.undo(LATER)
    _apply(store, _addition("bob@brief.example"))

    assert _everybody(store)[0].id > anna.id


def test_a_file_is_planned_and_applied_against_the_same_list(store: Store, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "email;first_name;tags\nAnna@brief.example;Anna;gemeente\nbob@x.nl;;\n"
    )
    config = Config(root=tmp_path, fields={"first_name": FieldConfig(name="first_name")})
    table = open_table(tmp_path / "list.csv")
    plan = plan_import(table, config, store.subscribers)

    _apply(store, *plan.changes(store.subscribers))
    again = plan_import(open_table(tmp_path / "list.csv"), config, store.subscribers)

    assert (plan.added, again.unchanged, again.added) == (2, 2, 0)
    assert [one.email for one in _everybody(store)] == ["Anna@brief.example", "bob@x.nl"]
