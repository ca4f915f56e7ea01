"""What a PostgreSQL server can do to a command: go away, refuse, take too long; and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cutting_proxy import Cut, CuttingProxy
from sqlalchemy import Connection, insert, select

from newsletter.domain.campaign import Attempt
from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import AnotherRunner, StoreError
from newsletter.protocols import Intent
from newsletter.store.database.database_url import database_at
from newsletter.store.database.faults import Interrupted
from newsletter.store.database.postgres_database import PostgresDatabase
from newsletter.store.opening import Store, open_store
from newsletter.store.schema.tables import meta, operator_log
from newsletter.testing.ledger_samples import NOW, accepted, an_attempt, start
from tests.postgres_server import PostgresServer


@pytest.fixture
def store(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(postgres_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[CuttingProxy]:
    made = CuttingProxy(postgres_url)
    yield made
    made.close()


@pytest.fixture
def far(proxy: CuttingProxy, tmp_path: Path) -> Iterator[Store]:
    with open_store(proxy.url, tmp_path) as opened:
        yield opened


def _write(connection: Connection, detail: str) -> None:
    connection.execute(insert(operator_log).values(who="me", action="note", detail=detail))


def _written(store: Store) -> list[str | None]:
    with store.database.reading() as connection:
        return list(connection.scalars(select(operator_log.c.detail).order_by(operator_log.c.id)))


def _intend(store: Store) -> Attempt:
    batch = store.ledger.next_batch("c1", NOW)
    assert batch is not None
    attempt = an_attempt(batch)
    assert isinstance(store.ledger.intend(batch, attempt), Intent)
    return attempt


def _kill(url: str, connection: Connection) -> None:
    """End the server's side of a connection, as a restart does."""
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])


# --- a connection that is lost ------------------------------------------------------------------------


def test_of_a_transaction_whose_connection_is_lost_nothing_is_kept(store: Store, postgres_url: str) -> None:
    def write() -> None:
        with store.database.writing() as connection:
            _write(connection, "lost")
            _kill(postgres_url, connection)
            _write(connection, "never")

    with pytest.raises(Interrupted, match="connection with the database server was lost"):
        write()

    assert _written(store) == []


def test_the_next_transaction_takes_a_new_connection(store: Store, postgres_url: str) -> None:
    with store.database.reading() as connection:
        _kill(postgres_url, connection)

    with store.database.writing() as connection:
        _write(connection, "kept")

    assert _written(store) == ["kept"]


def test_a_commit_that_the_server_never_heard_of_is_not_taken_for_kept(
    far: Store, proxy: CuttingProxy
) -> None:
    def write() -> None:
        with far.database.writing() as connection:
            _write(connection, "lost")
            proxy.cut = Cut.BEFORE

    with pytest.raises(Interrupted):
        write()

    assert _written(far) == []


def test_a_commit_whose_answer_was_lost_is_known_to_be_kept(far: Store, proxy: CuttingProxy) -> None:
    with far.database.writing() as connection:
        _write(connection, "kept")
        proxy.cut = Cut.AFTER

    assert _written(far) == ["kept"]


@pytest.mark.parametrize("when", list(Cut))
def test_an_intent_and_an_outcome_are_written_once_wherever_the_connection_breaks(
    far: Store, proxy: CuttingProxy, when: Cut
) -> None:
    start(far, 5)
    proxy.cut = when
    attempt = _intend(far)
    proxy.cut = when
    far.ledger.settle(attempt, accepted(), NOW)

    assert far.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3, DeliveryState.PENDING: 2}


def test_a_commit_that_cannot_be_looked_up_is_said_to_be_unknown(
    postgres_url: str, proxy: CuttingProxy, tmp_path: Path
) -> None:
    open_store(postgres_url, tmp_path).close()
    database = PostgresDatabase(proxy.url, tmp_path / "db", "db", patience_s=0)

    def write() -> None:
        with database.writing() as connection:
            _write(connection, "perhaps")
            proxy.cut = Cut.AFTER
            proxy.is_shut = True

    with pytest.raises(StoreError, match=r"not known whether(.|\n)*newsletter status") as caught:
        write()

    assert not isinstance(caught.value, Interrupted)
    proxy.is_shut = False
    database.close()


def test_a_server_that_restarts_while_a_campaign_is_sent_costs_nobody_anything(
    postgres_server: PostgresServer, store: Store
) -> None:
    start(store, 5)

    with store.ledger.runner("c1"):
        first = _intend(store)
        postgres_server.restart()
        store.ledger.settle(first, accepted(), NOW)
        second = _intend(store)
        store.ledger.settle(second, accepted(), NOW)
        with pytest.raises(AnotherRunner), store.ledger.runner("c1"):
            pass
        store.ledger.change("c1", CampaignEvent.FINISH)

    assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 5}


def test_who_lost_the_lock_to_somebody_else_writes_nothing_more(
    store: Store, postgres_url: str, tmp_path: Path
) -> None:
    start(store, 5)

    with open_store(postgres_url, tmp_path) as other, store.ledger.runner("c1"):
        with psycopg.connect(postgres_url, autocommit=True) as killer:
            killer.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks"
                " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        with other.ledger.runner("c1"), pytest.raises(AnotherRunner, match="sending campaign c1"):
            _intend(store)


# --- a server that refuses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words", "is_undone"),
    [
        ("40001", "in each other's way", True),
        ("40P01", "in each other's way", True),
        ("57P01", "connection with the database server was lost", True),
        ("53100", "disk of the database server is full", False),
        ("57014", "took too long", False),
        ("42501", "lacks a right", False),
        ("XX000", "this should not happen", False),
    ],
)
def test_what_the_server_says_is_told_in_words(store: Store, state: str, words: str, is_undone: bool) -> None:
    def write() -> None:
        with store.database.writing() as connection:
            _write(connection, "lost")
            connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'oh' USING ERRCODE = '{state}'; END $$")

    with pytest.raises(StoreError, match=words) as caught:
        write()

    assert isinstance(caught.value, Interrupted) is is_undone
    assert caught.value.exit_code == 6
    assert _written(store) == []


def test_who_waits_too_long_for_another_writer_is_told(
    store: Store, postgres_url: str, tmp_path: Path
) -> None:
    hasty = database_at(postgres_url, tmp_path, busy_timeout_s=0.05)

    with store.database.writing(), pytest.raises(StoreError, match="the database is locked"), hasty.writing():
        pass

    hasty.close()


def test_who_may_only_read_is_told(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    open_store(postgres_url, tmp_path).close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
    url = postgres_url.replace("://postgres:", "://reader:")

    with pytest.raises(StoreError, match="lacks a right"):
        open_store(url, tmp_path)


def test_text_that_postgresql_cannot_hold_is_told(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot hold this text"), store.database.writing() as connection:
        _write(connection, "nothing\0ends here")


# --- how it is set ------------------------------------------------------------------------------------


def test_what_has_to_last_waits_for_the_disk_and_what_need_not_does_not(store: Store) -> None:
    found = []
    for is_durable in (True, False, True):
        with store.database.writing(is_durable=is_durable) as connection:
            found.append(connection.exec_driver_sql("SHOW synchronous_commit").scalar())

    assert found == ["on", "off", "on"]


@pytest.mark.parametrize(("said", "found"), [("off", "on"), ("remote_apply", "remote_apply")])
def test_a_server_that_waits_for_less_is_asked_for_more_and_never_the_other_way(
    postgres_url: str, tmp_path: Path, said: str, found: str
) -> None:
    url = f"{postgres_url}&options=-csynchronous_commit%3D{said}"

    with open_store(url, tmp_path) as store, store.database.writing() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == found


def test_the_mark_of_a_process_goes_with_it(store: Store, postgres_url: str, tmp_path: Path) -> None:
    def marks() -> set[str]:
        with store.database.reading() as connection:
            return set(connection.scalars(select(meta.c.name).where(meta.c.name.like("commit of %"))))

    before = marks()
    with open_store(postgres_url, tmp_path) as other:
        other.subscribers.suppress("ada@brief.example", SuppressionReason.MANUAL, NOW)
        during = marks()

    assert (len(during - before), marks()) == (1, before)
