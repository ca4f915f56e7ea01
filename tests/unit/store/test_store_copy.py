"""A store moved between SQLite and PostgreSQL: equal row by row, all or nothing, never sent from twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Executable, Table, delete, insert, select, update

from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import AnotherRunner, StoreError, UsageError
from newsletter.store.backups.making import make_backup
from newsletter.store.backups.restoring import restore_backup
from newsletter.store.database.closed import CLOSED
from newsletter.store.database.database_url import database_at
from newsletter.store.moving.copying import Copied, Copying, copy_store
from newsletter.store.moving.moved import Move, open_again
from newsletter.store.opening import Store, open_store
from newsletter.store.schema.inbound import inbound, spool
from newsletter.store.schema.tables import event_body, meta, metadata, subscriber
from newsletter.testing.ledger_samples import NOW, a_campaign, accepted, an_attempt, members
from newsletter.testing.temporary_store import fresh_store
from tests.postgres_server import PostgresServer

READERS = 6
FROM = "sqlite:///from.db"
BACK = "sqlite:///back.db"
NAME = "newsletter.db"


def _fill(store: Store) -> None:
    """Put readers, a campaign of which one batch left, erased people and bytes into `store`."""
    for one in members(READERS):
        store.subscribers.add(
            Subscriber(
                id=0,
                email=one.email,
                key=one.key,
                status=SubscriberStatus.ACTIVE,
                fields={"naam": 'Zoë "\\\t\n\u2028', "leden": 12, "deel": 0.1, "groot": 1e16, "lid": True},
                tags=frozenset({"Één", "a\\b"}),
                joined=datetime(2024, 2, 29, 23, 59, 59, 1, tzinfo=UTC),
            )
        )
    store.ledger.plan(a_campaign(batch_size=2), members(READERS))
    store.ledger.change("c1", CampaignEvent.RUN)
    batch = store.ledger.next_batch("c1", NOW)
    assert batch is not None
    store.ledger.intend(batch, an_attempt(batch))
    store.ledger.settle(an_attempt(batch), accepted(), NOW)
    store.erased.add(["0" * 32], NOW)


def _filled(root: Path) -> None:
    with open_store(FROM, root) as store:
        _fill(store)


def _copy(source: str, target: str, root: Path, how: Copying | None = None) -> Copied:
    old, new = database_at(source, root), database_at(target, root)
    try:
        return copy_store(old, new, how or Copying(), now=NOW)
    finally:
        old.close()
        new.close()


def _values(url: str, root: Path) -> Mapping[str, list[object]]:
    """Return every row, as the code gets it; without what belongs to one database."""
    database = database_at(url, root)
    try:
        with database.reading() as connection:
            found: dict[str, list[object]] = {}
            for table in metadata.sorted_tables:
                rows = connection.execute(select(table).order_by(*table.primary_key.columns))
                found[table.name] = [
                    tuple(row)
                    for row in rows
                    if table is not meta or (row.name != CLOSED and not row.name.startswith("commit of "))
                ]
            return found
    finally:
        database.close()


def _assert_equal(first: Mapping[str, list[object]], last: Mapping[str, list[object]]) -> None:
    log = "operator_log"  # each move adds a line
    assert first[log] == last[log][: len(first[log])]
    assert {**first, log: []} == {**last, log: []}


def test_what_comes_back_from_postgresql_is_equal_row_by_row(postgres_url: str, tmp_path: Path) -> None:
    _filled(tmp_path)

    there = _copy(FROM, postgres_url, tmp_path)
    back = _copy(postgres_url, BACK, tmp_path)

    assert there.rows["subscriber"] == READERS
    assert {**there.digests, "operator_log": ""} == {**back.digests, "operator_log": ""}
    _assert_equal(_values(FROM, tmp_path), _values(BACK, tmp_path))


def test_a_store_that_was_moved_is_sent_from_in_one_place_alone(postgres_url: str, tmp_path: Path) -> None:
    _filled(tmp_path)

    _copy(FROM, postgres_url, tmp_path)

    with pytest.raises(StoreError, match="this store was moved to postgresql://"):
        open_store(FROM, tmp_path)
    with open_store(postgres_url, tmp_path) as moved:
        counts = moved.ledger.counts("c1")
        assert counts[DeliveryState.ACCEPTED] == 2
        assert counts[DeliveryState.PENDING] == 4
        assert moved.erased.read() == {"0" * 32}


def test_the_keys_that_sign_links_move_along(postgres_url: str, tmp_path: Path) -> None:
    with open_store(FROM, tmp_path) as store:
        keys = store.secret, store.person_key

    _copy(FROM, postgres_url, tmp_path)

    with open_store(postgres_url, tmp_path) as moved:
        assert (moved.secret, moved.person_key) == keys


def test_no_number_is_given_a_second_time_after_a_move(postgres_url: str, tmp_path: Path) -> None:
    _filled(tmp_path)
    with sqlite3.connect(tmp_path / "from.db") as file:
        file.execute("DELETE FROM subscriber_tag WHERE subscriber_id = 6")
        file.execute("DELETE FROM subscriber WHERE id = 6")
    file.close()

    _copy(FROM, postgres_url, tmp_path)
    with open_store(postgres_url, tmp_path) as moved:
        new = Subscriber(id=0, email="n@example.org", key="n@example.org", status=SubscriberStatus.ACTIVE)
        there = moved.subscribers.add(new).id
    _copy(postgres_url, BACK, tmp_path)
    with open_store(BACK, tmp_path) as back:
        newer = Subscriber(id=0, email="o@example.org", key="o@example.org", status=SubscriberStatus.ACTIVE)
        here = back.subscribers.add(newer).id

    assert there == READERS + 1
    assert here == READERS + 2


def test_a_copy_of_a_store_in_use_holds_what_waits(tmp_path: Path) -> None:
    _filled(tmp_path)

    copied = _copy(FROM, BACK, tmp_path, Copying(is_live=True))

    assert copied.held == {"c1": 4}
    with open_store(FROM, tmp_path) as store:
        assert store.ledger.counts("c1")[DeliveryState.PENDING] == 4
    with open_store(BACK, tmp_path) as copy:
        assert copy.ledger.counts("c1")[DeliveryState.UNKNOWN] == 4


def test_a_full_database_is_replaced_only_when_asked_and_kept_beside(tmp_path: Path) -> None:
    _filled(tmp_path)
    with open_store(BACK, tmp_path) as other:
        other.subscribers.add(Subscriber(id=0, email="x@x.nl", key="x@x.nl", status=SubscriberStatus.ACTIVE))

    with pytest.raises(UsageError, match="there is a store already"):
        _copy(FROM, BACK, tmp_path)
    open_store(FROM, tmp_path).close()  # nothing was marked
    copied = _copy(FROM, BACK, tmp_path, Copying(replaces=True))

    assert copied.kept is not None
    with sqlite3.connect(copied.kept) as file:
        assert file.execute("SELECT email FROM subscriber").fetchall() == [("x@x.nl",)]
    file.close()
    assert _values(BACK, tmp_path)["delivery"] == _values(FROM, tmp_path)["delivery"]


def test_a_full_server_is_replaced_only_when_asked(postgres_url: str, tmp_path: Path) -> None:
    _filled(tmp_path)
    with open_store(postgres_url, tmp_path) as other:
        _fill(other)

    with pytest.raises(UsageError, match="there is a store already"):
        _copy(FROM, postgres_url, tmp_path)
    _copy(FROM, postgres_url, tmp_path, Copying(replaces=True))

    assert _values(postgres_url, tmp_path)["delivery"] == _values(FROM, tmp_path)["delivery"]


def test_an_empty_store_never_takes_the_place_of_a_full_one(postgres_url: str, tmp_path: Path) -> None:
    open_store(FROM, tmp_path).close()
    with open_store(postgres_url, tmp_path) as other:
        _fill(other)
    before = _values(postgres_url, tmp_path)["delivery"]

    with pytest.raises(UsageError, match="is empty"):
        _copy(FROM, postgres_url, tmp_path, Copying(replaces=True))

    open_store(FROM, tmp_path).close()  # nothing was marked
    assert _values(postgres_url, tmp_path)["delivery"] == before != []


def test_a_store_from_which_workers_send_is_not_replaced(postgres_url: str, tmp_path: Path) -> None:
    _filled(tmp_path)
    with open_store(postgres_url, tmp_path) as other:
        _fill(other)
        other.leases.enrol("w1", "anna, process 1")

    with pytest.raises(AnotherRunner, match="anna, process 1"):
        _copy(FROM, postgres_url, tmp_path, Copying(replaces=True))

    open_store(FROM, tmp_path).close()


def test_what_postgresql_cannot_hold_is_named_and_nothing_is_changed(
    postgres_url: str, tmp_path: Path
) -> None:
    _filled(tmp_path)
    with sqlite3.connect(tmp_path / "from.db") as file:
        file.execute("UPDATE subscriber SET source = 'a' || char(0) WHERE id = 3")
    file.close()

    with pytest.raises(StoreError, match=r"(?s)cannot hold a row of subscriber.*it is the one with id 3"):
        _copy(FROM, postgres_url, tmp_path)

    open_store(FROM, tmp_path).close()
    assert _values(postgres_url, tmp_path)["subscriber"] == []


def test_nothing_is_copied_while_somebody_sends(tmp_path: Path) -> None:
    _filled(tmp_path)

    with (
        open_store(FROM, tmp_path) as store,
        store.ledger.runner("c1"),
        pytest.raises(AnotherRunner),
    ):
        _copy(FROM, BACK, tmp_path)

    assert not (tmp_path / "back.db").exists()


def test_a_database_is_not_copied_to_itself(tmp_path: Path) -> None:
    _filled(tmp_path)

    with pytest.raises(UsageError, match="both are the same database"):
        _copy(FROM, "sqlite:///./from.db", tmp_path)


def _a_move(source: str, target: str, root: Path) -> Move:
    names = [database_at(url, root).shown for url in (source, target)]
    return Move(source=names[0], target=names[1], at=NOW, token="0f")


def _changes(table: Table) -> list[Executable]:
    """Return an insertion, a change and a removal of rows of `table`."""
    key = table.primary_key.columns[0]
    rows = select(table)
    if table is meta:  # the marks of transactions are let through, and are there already
        rows = rows.where(meta.c.name.not_like("commit of %"))
    return [
        insert(table).from_select(list(table.columns), rows),
        update(table).values({key: key}),
        delete(table),
    ]


@pytest.mark.parametrize("is_server", [False, True], ids=["sqlite", "postgresql"])
def test_who_opened_the_store_before_it_moved_can_change_no_row_of_it(
    is_server: bool, postgres_url: str, tmp_path: Path
) -> None:
    source = postgres_url if is_server else FROM
    with open_store(source, tmp_path) as running:
        _fill(running)
        before = _values(source, tmp_path)
        _copy(source, BACK, tmp_path)
        taken, refused = [], set()

        for change in chain.from_iterable(map(_changes, metadata.sorted_tables)):
            try:
                with running.database.writing() as connection:
                    if connection.execute(change).rowcount:
                        taken.append(str(change))
            except StoreError as error:
                refused.add(error.problems[0].what)
        with pytest.raises(StoreError, match=r"(?s)was moved to back\.db.*\[store\] url"):
            running.subscribers.add(
                Subscriber(id=0, email="l@x.nl", key="l@x.nl", status=SubscriberStatus.ACTIVE)
            )

        assert (taken, refused) == ([], {"this store was moved to back.db on 2026-11-24"})
        assert running.ledger.counts("c1")[DeliveryState.PENDING] == 4  # it can be read
    _assert_equal(before, _values(source, tmp_path))


@pytest.mark.parametrize("is_server", [False, True], ids=["sqlite", "postgresql"])
def test_a_move_that_ended_before_the_old_store_was_closed_begins_again(
    is_server: bool, postgres_url: str, tmp_path: Path
) -> None:
    target = postgres_url if is_server else BACK
    _filled(tmp_path)
    _copy(FROM, target, tmp_path, Copying(is_live=True))
    new = database_at(target, tmp_path)
    with new.writing() as connection:
        _a_move(FROM, target, tmp_path).close_target(connection)
    new.close()

    with pytest.raises(
        StoreError, match=r"(?s)did not come to its end.*newsletter store copy sqlite:///from"
    ):
        open_store(target, tmp_path)
    open_store(FROM, tmp_path).close()  # it is still in use
    copied = _copy(FROM, target, tmp_path)

    assert copied.kept is None
    assert _values(target, tmp_path)["delivery"] == _values(FROM, tmp_path)["delivery"]
    open_store(target, tmp_path).close()


@pytest.mark.parametrize("is_server", [False, True], ids=["sqlite", "postgresql"])
def test_a_move_that_ended_before_the_new_store_was_opened_is_ended_by_doing_it_again(
    is_server: bool, postgres_url: str, tmp_path: Path
) -> None:
    target = postgres_url if is_server else BACK
    _filled(tmp_path)
    first = _copy(FROM, target, tmp_path)
    old, new = database_at(FROM, tmp_path), database_at(target, tmp_path)
    move = _a_move(FROM, target, tmp_path)
    with old.writing() as connection:
        open_again(connection)
        move.close_source(connection)
    with new.writing() as connection:
        move.close_target(connection)
    old.close()
    new.close()

    for closed in (FROM, target):
        with pytest.raises(StoreError):
            open_store(closed, tmp_path)
    again = _copy(FROM, target, tmp_path)

    assert (again.rows, again.digests) == (first.rows, first.digests)
    open_store(target, tmp_path).close()
    with pytest.raises(StoreError, match="this store was moved to"):
        open_store(FROM, tmp_path)


def test_no_backup_is_made_of_a_store_that_was_moved(tmp_path: Path) -> None:
    _filled(tmp_path)
    _copy(FROM, BACK, tmp_path)
    moved = database_at(FROM, tmp_path)

    with pytest.raises(StoreError, match=r"this store was moved to back\.db"):
        make_backup(moved, tmp_path / "b.zip", files={}, version="9.9", now=NOW)

    moved.close()
    assert not (tmp_path / "b.zip").exists()


def test_a_backup_put_back_where_a_store_was_moved_from_mails_nobody_who_waits(tmp_path: Path) -> None:
    _filled(tmp_path)
    old = database_at(FROM, tmp_path)
    make_backup(old, tmp_path / "b.zip", files={}, version="9.9", now=NOW)
    _copy(FROM, BACK, tmp_path)

    restored = restore_backup(old, tmp_path / "b.zip", shown="b.zip", now=NOW)

    old.close()
    assert restored.held == {"c1": 4}  # they may have been mailed from where it went
    with open_store(FROM, tmp_path) as store:
        new = Subscriber(id=0, email="n@example.org", key="n@example.org", status=SubscriberStatus.ACTIVE)
        assert store.subscribers.add(new).id > 1_000_000


def test_two_stores_that_differ_are_not_taken_for_one_move(tmp_path: Path) -> None:
    _filled(tmp_path)
    open_store(BACK, tmp_path).close()
    old, new = database_at(FROM, tmp_path), database_at(BACK, tmp_path)
    move = _a_move(FROM, BACK, tmp_path)
    with old.writing() as connection:
        move.close_source(connection)
    with new.writing() as connection:
        move.close_target(connection)
    old.close()
    new.close()

    with pytest.raises(StoreError, match="what was moved is not as it was"):
        _copy(FROM, BACK, tmp_path)


_WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
_NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15)
_DOCUMENTS = st.dictionaries(_WORDS, _WORDS | _NUMBERS | st.booleans(), max_size=5)
_MOMENTS = st.datetimes(timezones=st.just(UTC))


@st.composite
def _readers(draw: st.DrawFn) -> list[dict[str, object]]:
    ids = draw(st.lists(st.integers(1, 2**31 - 1), unique=True, max_size=30))
    return [
        {
            "id": number,
            "email": draw(_WORDS),
            "email_key": f"{number}",
            "status": draw(st.sampled_from(SubscriberStatus)),
            "lang": draw(st.none() | _WORDS),
            "source": draw(st.none() | _WORDS),
            "fields": draw(_DOCUMENTS),
            "folded": draw(_DOCUMENTS),
            "joined": draw(st.none() | _MOMENTS),
            "confirmed": draw(st.none() | _MOMENTS),
            "bucket": draw(st.integers(0, 9999)),
        }
        for number in ids
    ]


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    readers=_readers(),
    keys=st.lists(_WORDS, unique=True, max_size=30),
    size=st.integers(0, 2**31 - 1),
    lists=st.lists(st.dictionaries(_WORDS, _WORDS | _NUMBERS | st.none(), max_size=3), max_size=3),
    body=st.binary(max_size=40),
)
def test_whatever_is_in_a_store_goes_to_postgresql_and_back(
    readers: list[dict[str, object]],
    keys: list[str],
    size: int,
    lists: list[dict[str, object]],
    body: bytes,
    postgres_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root, url = tmp_path_factory.mktemp("moved"), postgres_server.store_url()
    (root / "a").mkdir()
    with fresh_store(root / "a") as store, store.database.writing() as connection:
        mails = [{"sha256": key, "path": key, "size_bytes": size, "first_seen": NOW} for key in keys]
        answers = [
            {"sha256": key, "state": "new", "received_at": NOW, "evidence": lists, "kind_conf": 0.29}
            for key in keys
        ]
        for table, rows in ((subscriber, readers), (spool, mails), (inbound, answers)):
            if rows:
                connection.execute(insert(table), rows)
        raw = {"provider": "p", "digest": "d", "received_at": NOW, "body": body}
        connection.execute(insert(event_body), [raw])

    there = _copy(f"sqlite:///a/{NAME}", url, root)
    back = _copy(url, BACK, root)

    assert {**there.digests, "operator_log": ""} == {**back.digests, "operator_log": ""}
    _assert_equal(_values(f"sqlite:///a/{NAME}", root), _values(BACK, root))
