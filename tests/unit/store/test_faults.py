"""What the disk or another process does to us comes out as StoreError, and the ledger stays whole."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from newsletter.audience.expression import Compare, Operator
from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import StoreError, UsageError
from newsletter.protocols import Intent
from newsletter.store.opening import Store, open_store
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members

_ROOM = """
import resource, sys
from pathlib import Path
from newsletter.errors import StoreError
from newsletter.store.opening import open_store
from newsletter.testing.ledger_samples import a_campaign, members
root = Path(sys.argv[1])
store = open_store("sqlite:///ledger.db", root)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    store.ledger.plan(a_campaign(), members(60_000))
except StoreError as error:
    print(error)
    sys.exit(6)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store("sqlite:///ledger.db", tmp_path, busy_timeout_s=0.2) as made:
        yield made


def _fill_disk(store: Store, spare_pages: int) -> None:
    """Let the database grow by so many pages and no more, on every connection it opens from now on."""
    with store.database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    assert isinstance(pages, int)
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + spare_pages}")


def test_a_locked_database_is_waited_for_and_then_named(store: Store, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match=r"ledger\.db: the database is locked"):
        store.ledger.plan(a_campaign(), members(3))
    assert store.ledger.campaigns() == []  # readers never wait

    other.execute("ROLLBACK")
    other.close()
    assert store.ledger.plan(a_campaign(), members(3)).total == 3


def test_a_short_lock_is_waited_out(tmp_path: Path) -> None:
    with open_store("sqlite:///ledger.db", tmp_path) as store:
        other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.1, lambda: other.execute("ROLLBACK")).start()

        assert store.ledger.plan(a_campaign(), members(3)).total == 3
        other.close()


@pytest.mark.parametrize("spare_pages", [0, 5, 50, 500, 2_000])
def test_a_full_disk_while_planning_leaves_no_plan(store: Store, spare_pages: int) -> None:
    _fill_disk(store, spare_pages)

    with pytest.raises(StoreError, match="the disk is full"):
        store.ledger.plan(a_campaign(), members(60_000))

    assert store.ledger.campaigns() == []


@pytest.mark.parametrize("limit", [200_000, 1_000_000, 6_000_000])
def test_a_file_that_may_not_grow_leaves_no_plan_and_a_sound_ledger(tmp_path: Path, limit: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ROOM, str(tmp_path), str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (6, "")
    assert "ledger.db" in done.stdout
    with open_store("sqlite:///ledger.db", tmp_path) as store:
        assert store.ledger.campaigns() == []
        assert store.ledger.plan(a_campaign("c2"), members(10)).total == 10
        with store.database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_a_full_disk_at_any_step_of_a_campaign_loses_nobody_and_repeats_nobody(tmp_path: Path) -> None:
    for spare_pages in count():
        with open_store("sqlite:///ledger.db", tmp_path / str(spare_pages)) as store:
            store.ledger.plan(a_campaign(batch_size=1), members(6))
            store.ledger.change("c1", CampaignEvent.RUN)
            _fill_disk(store, spare_pages)
            submitted, was_full = _send_until_full(store)
        with open_store("sqlite:///ledger.db", tmp_path / str(spare_pages)) as store:
            store.ledger.lose_orphans("c1")
            states = {row.email: row.state for row in store.ledger.deliveries("c1")}

        assert len(states) == 6
        taken = {DeliveryState.ACCEPTED, DeliveryState.UNKNOWN}
        assert submitted == {email for email, state in states.items() if state in taken}
        assert list(states.values()).count(DeliveryState.UNKNOWN) <= 1
        if not was_full:
            assert spare_pages > 5
            break


def _send_until_full(store: Store) -> tuple[set[str], bool]:
    """Send one by one with long answers; return who was submitted, and whether the disk was full."""
    submitted: set[str] = set()
    answer = Submission(outcome=Outcome(kind=OutcomeKind.ACCEPTED, detail="x" * 6_000))
    try:
        while batch := store.ledger.next_batch("c1", NOW):
            recipients = store.ledger.recipients(batch.id)
            assert isinstance(store.ledger.intend(batch, an_attempt(batch)), Intent)
            submitted |= {one.email for one in recipients}
            store.ledger.settle(an_attempt(batch), answer, NOW)
    except StoreError:
        return submitted, True
    return submitted, False


def test_a_name_that_is_not_text_is_a_wrong_value_and_not_a_crash(store: Store) -> None:
    with pytest.raises(UsageError, match=r"'c\\udcff' holds bytes that are no text"):
        store.ledger.campaign("c\udcff")


@pytest.mark.parametrize("number", [10**30, -(10**30), 2**63])
def test_a_number_larger_than_the_database_takes_is_compared_all_the_same(store: Store, number: int) -> None:
    assert store.subscribers.count(Compare("size", Operator.AT_LEAST, number)) == 0


def test_a_database_that_vanishes_is_not_made_anew(store: Store, tmp_path: Path) -> None:
    store.ledger.plan(a_campaign(), members(3))
    store.close()
    (tmp_path / "ledger.db").unlink()

    with pytest.raises(StoreError, match="cannot be opened"):
        store.ledger.counts("c1")
    assert not (tmp_path / "ledger.db").exists()
