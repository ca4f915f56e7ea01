"""Backups of a store in PostgreSQL: the same file, put back with the same promises, into either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.errors import AnotherRunner
from newsletter.store.backups.making import make_backup, newest_backup, verify_backup
from newsletter.store.backups.restoring import Restored, restore_backup
from newsletter.store.opening import Store, open_store
from newsletter.testing.ledger_samples import NOW, a_campaign, accepted, an_attempt, members

READERS = 6


@pytest.fixture
def filled(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    """Return a store in PostgreSQL with readers and a campaign that runs."""
    with open_store(postgres_url, tmp_path) as store:
        for one in members(READERS):
            store.subscribers.add(_reader(one.email, one.key))
        store.ledger.plan(a_campaign(batch_size=2), members(READERS))
        store.ledger.change("c1", CampaignEvent.RUN)
        yield store


def _reader(email: str, key: str) -> Subscriber:
    return Subscriber(id=0, email=email, key=key, status=SubscriberStatus.ACTIVE)


def _back_up(store: Store, target: Path) -> Path:
    make_backup(store.database, target, files={}, version="9.9", now=NOW)
    return target


def _restore(store: Store, path: Path) -> Restored:
    return restore_backup(store.database, path, shown=path.name, now=NOW)


def _send_one(store: Store) -> None:
    batch = store.ledger.next_batch("c1", NOW)
    assert batch is not None
    store.ledger.intend(batch, an_attempt(batch))
    store.ledger.settle(an_attempt(batch), accepted(), NOW)


def test_a_backup_of_a_server_is_whole_and_known(filled: Store, tmp_path: Path) -> None:
    path = _back_up(filled, tmp_path / "b.zip")

    manifest = verify_backup(path, tmp_path, shown=path.name)

    assert manifest.counts["subscriber"] == READERS
    assert manifest.counts["delivery"] == READERS
    note = newest_backup(filled.database)
    assert note is not None
    assert note.path == path


def test_who_left_since_a_backup_of_a_server_stays_away(filled: Store, tmp_path: Path) -> None:
    path = _back_up(filled, tmp_path / "b.zip")
    filled.subscribers.set_status(members(READERS)[0].email, SubscriberStatus.UNSUBSCRIBED, NOW)

    restored = _restore(filled, path)

    assert restored.left_since == 1
    assert restored.kept is not None
    assert filled.subscribers.counts()[SubscriberStatus.ACTIVE] == READERS - 1


def test_a_campaign_that_went_on_since_is_held_on_a_server(filled: Store, tmp_path: Path) -> None:
    path = _back_up(filled, tmp_path / "b.zip")
    _send_one(filled)

    restored = _restore(filled, path)

    assert restored.held == {"c1": READERS}
    assert filled.ledger.counts("c1") == {DeliveryState.UNKNOWN: READERS}


def test_numbers_given_since_a_backup_of_a_server_are_not_given_again(filled: Store, tmp_path: Path) -> None:
    path = _back_up(filled, tmp_path / "b.zip")
    filled.subscribers.add(_reader("new@example.org", "new@example.org"))

    _restore(filled, path)

    assert filled.subscribers.add(_reader("z@example.org", "z@example.org")).id == READERS + 2


def test_a_backup_of_a_server_becomes_a_file(filled: Store, tmp_path: Path) -> None:
    path = _back_up(filled, tmp_path / "b.zip")
    (tmp_path / "other").mkdir()
    with open_store("sqlite:///newsletter.db", tmp_path / "other") as store:
        _restore(store, path)
    with open_store("sqlite:///newsletter.db", tmp_path / "other") as store:
        assert store.secret == filled.secret
        assert sum(store.subscribers.counts().values()) == READERS


def test_no_backup_is_put_back_on_a_server_while_somebody_sends(filled: Store, tmp_path: Path) -> None:
    path = _back_up(filled, tmp_path / "b.zip")

    with filled.ledger.runner("c1"), pytest.raises(AnotherRunner):
        _restore(filled, path)

    assert sum(filled.subscribers.counts().values()) == READERS
