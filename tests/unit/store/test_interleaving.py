"""What two processes do at the same time on a server, step by step: each race of the ledger, both ways round.

One transaction is held open; what another does meanwhile either goes through or is seen to wait by the server
itself, so that nothing hangs on how quick anybody is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from cutting_proxy import Cut, CuttingProxy
from sqlalchemy import Connection, insert

from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.domain.lease import Lease
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import StoreError
from newsletter.protocols import Intent, IntentRefused, LateSuppression, Toll, TooEarly
from newsletter.store.database.postgres_locks import WRITER_LOCK
from newsletter.store.ledger import campaigns, intents, leased, outcomes
from newsletter.store.ledger.rows import hold_batch
from newsletter.store.opening import Store, open_store
from newsletter.store.schema.tables import operator_log, suppression
from newsletter.testing.ledger_samples import NOW, accepted, an_attempt, start

ANNA = Lease(worker="anna", length=timedelta(hours=1))
BERT = Lease(worker="bert", length=timedelta(hours=1))
OVER = Lease(worker="anna", length=timedelta(seconds=-1))
RATE = (Toll(name="provider:outbox", seconds_each=1000.0),)
_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Elsewhere:
    """Another thread, with a connection of its own, in which something is begun that has to wait."""

    def __init__(self, url: str, pool: ThreadPoolExecutor) -> None:
        self._url = url
        self._pool = pool

    def begin(self, work: Callable[[], Any], others: int = 0) -> Future[Any]:
        """Begin `work` and return once the server says that it waits, beside `others` who do."""
        begun = self._pool.submit(work)
        with psycopg.connect(self._url, autocommit=True) as look:
            while look.execute(_WAITING).fetchone() != (others + 1,):
                assert not begun.done(), f"it did not wait: {begun.result()}"
        return begun


@pytest.fixture
def store(postgres_url: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(postgres_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def elsewhere(postgres_url: str) -> Iterator[Elsewhere]:
    with ThreadPoolExecutor(2) as pool:
        yield Elsewhere(postgres_url, pool)


@contextmanager
def sharing(store: Store) -> Iterator[Connection]:
    """Share, and stay as long as the test takes."""
    with store.database.sharing() as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield connection


# --- who shares does not wait for others -------------------------------------------------------------


def test_a_worker_sends_a_whole_batch_while_another_is_writing_its_intent(store: Store) -> None:
    batch = start(store, 6)

    with sharing(store) as theirs:
        assert isinstance(intents.intend(theirs, batch, an_attempt(batch), (), ANNA), Intent)
        mine = store.leases.claim("c1", BERT)
        assert mine is not None
        assert isinstance(store.leases.intend(mine, an_attempt(mine), (), BERT), Intent)
        assert store.leases.settle(an_attempt(mine), accepted()) is True

    assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3, DeliveryState.SUBMITTING: 3}


def test_whoever_claims_while_another_holds_a_batch_gets_the_next_one(store: Store) -> None:
    batch = start(store, 6)

    with sharing(store) as theirs:
        hold_batch(theirs, batch.id)
        mine = store.leases.claim("c1", BERT)
        nobody = store.leases.claim("c1", replace(BERT, worker="cor"))

    assert mine == store.ledger.batches("c1")[1]
    assert nobody is None


def test_whoever_writes_alone_waits_for_those_who_share_and_goes_before_those_who_come_later(
    store: Store, elsewhere: Elsewhere
) -> None:
    start(store, 6)
    order: list[str] = []

    def pause() -> None:
        with store.database.writing() as connection:
            order.append("alone")
            campaigns.change(connection, "c1", CampaignEvent.PAUSE, None)

    def claim() -> None:
        with store.database.sharing():
            order.append("later")

    with sharing(store):
        first = elsewhere.begin(pause)
        second = elsewhere.begin(claim, others=1)
        order.append("sooner")
    first.result()
    second.result()

    assert order == ["sooner", "alone", "later"]


# --- one batch, two workers ---------------------------------------------------------------------------


def test_of_two_who_built_one_batch_the_second_is_refused_and_pays_no_rate(
    store: Store, elsewhere: Elsewhere
) -> None:
    batch = start(store, 6)
    theirs = replace(an_attempt(batch), key="theirs")

    with sharing(store) as mine:
        answer = intents.intend(mine, batch, an_attempt(batch), (), ANNA)
        second = elsewhere.begin(lambda: store.leases.intend(batch, theirs, RATE, BERT))

    assert isinstance(answer, Intent)
    assert isinstance(second.result(), IntentRefused)
    assert store.leases.closed() == {}


def test_whoever_built_a_batch_for_a_reader_who_was_taken_out_meanwhile_may_not_submit_it(
    store: Store, elsewhere: Elsewhere
) -> None:
    batch = start(store, 3)
    store.subscribers.suppress("r2@brief.example", SuppressionReason.MANUAL, NOW)

    with sharing(store) as mine:
        answer = intents.intend(mine, batch, an_attempt(batch), (), ANNA)
        second = elsewhere.begin(lambda: store.leases.intend(batch, an_attempt(batch), (), BERT))

    assert isinstance(answer, LateSuppression)
    assert isinstance(second.result(), IntentRefused)
    assert store.ledger.counts("c1") == {DeliveryState.PENDING: 2, DeliveryState.SUPPRESSED: 1}


def test_who_takes_a_reader_out_does_not_undo_the_intent_of_another(
    store: Store, elsewhere: Elsewhere
) -> None:
    batch = start(store, 3)
    store.subscribers.suppress("r2@brief.example", SuppressionReason.MANUAL, NOW)
    assert isinstance(store.leases.intend(batch, an_attempt(batch), (), ANNA), LateSuppression)
    built = store.ledger.batches("c1")[0]

    with sharing(store) as mine:
        answer = intents.intend(mine, built, an_attempt(built), (), ANNA)
        second = elsewhere.begin(lambda: store.leases.intend(batch, an_attempt(batch), (), BERT))

    assert isinstance(answer, Intent)
    assert isinstance(second.result(), IntentRefused)
    assert store.ledger.counts("c1") == {DeliveryState.SUBMITTING: 2, DeliveryState.SUPPRESSED: 1}


def test_whoever_pays_a_rate_second_waits_for_the_first_and_is_too_early(
    store: Store, elsewhere: Elsewhere
) -> None:
    first, second = start(store, 6), store.ledger.batches("c1")[1]

    with sharing(store) as mine:
        answer = intents.intend(mine, first, an_attempt(first), RATE, ANNA)
        theirs = elsewhere.begin(lambda: store.leases.intend(second, an_attempt(second), RATE, BERT))

    assert isinstance(answer, Intent)
    assert isinstance(theirs.result(), TooEarly)


# --- a lease that is over -----------------------------------------------------------------------------


def _over(store: Store) -> None:
    """Start a campaign of one batch, which is under way with a lease that is over."""
    batch = start(store, 3)
    assert isinstance(store.leases.intend(batch, an_attempt(batch), (), OVER), Intent)


def test_an_answer_that_is_being_written_down_is_not_lost(store: Store) -> None:
    _over(store)
    attempt = an_attempt(replace(store.ledger.batches("c1")[0], attempt=0))

    with sharing(store) as mine:
        assert leased.settle_simply(mine, attempt, accepted(), NOW) is True
        assert store.leases.lose_expired() == 0

    assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}


def test_an_answer_that_comes_while_its_attempt_is_given_up_is_evidence(
    store: Store, elsewhere: Elsewhere
) -> None:
    _over(store)
    attempt = an_attempt(replace(store.ledger.batches("c1")[0], attempt=0))

    with sharing(store) as mine:
        assert outcomes.lose_expired(mine) == 1
        late = elsewhere.begin(lambda: store.leases.settle(attempt, accepted()))

    assert late.result() is False
    assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}


def test_a_lease_that_is_given_up_while_it_is_renewed_is_not_kept(store: Store, elsewhere: Elsewhere) -> None:
    _over(store)
    key = an_attempt(replace(store.ledger.batches("c1")[0], attempt=0)).key

    with sharing(store) as mine:
        assert outcomes.lose_expired(mine) == 1
        kept = elsewhere.begin(lambda: store.leases.renew([key], ANNA))

    assert kept.result() == frozenset()
    assert store.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3}


# --- what people decide meanwhile ---------------------------------------------------------------------


@pytest.mark.parametrize("event", [CampaignEvent.CANCEL, CampaignEvent.PAUSE])
def test_a_decision_waits_for_an_intent_and_holds_back_the_rest(
    store: Store, elsewhere: Elsewhere, event: CampaignEvent
) -> None:
    batch = start(store, 6)

    with sharing(store) as mine:
        intents.intend(mine, batch, an_attempt(batch), (), ANNA)
        decision = elsewhere.begin(lambda: store.ledger.change("c1", event))
    decision.result()
    rest = store.ledger.batches("c1")[1]

    assert isinstance(store.leases.intend(rest, an_attempt(rest), (), BERT), IntentRefused)
    assert store.ledger.counts("c1")[DeliveryState.SUBMITTING] == 3
    assert store.leases.settle(an_attempt(batch), accepted()) is True


def test_an_intent_waits_for_a_decision_and_is_refused(store: Store, elsewhere: Elsewhere) -> None:
    batch = start(store, 6)
    store.leases.claim("c1", ANNA)

    with store.database.writing() as connection:
        campaigns.change(connection, "c1", CampaignEvent.PAUSE, None)
        intent = elsewhere.begin(lambda: store.leases.intend(batch, an_attempt(batch), (), ANNA))

    assert isinstance(intent.result(), IntentRefused)
    assert store.ledger.counts("c1") == {DeliveryState.PENDING: 6}


def intent_while_somebody_leaves(store: Store, elsewhere: Elsewhere) -> object:
    """Return what is said to an intent that began while one of its readers was being taken out."""
    batch = start(store, 3)
    store.leases.claim("c1", ANNA)
    left = {"email_key": "r2@brief.example", "reason": SuppressionReason.MANUAL, "since": NOW}
    with store.database.writing() as connection:
        connection.execute(insert(suppression).values(left))
        intent = elsewhere.begin(lambda: store.leases.intend(batch, an_attempt(batch), (), ANNA))
    return intent.result()


def test_an_intent_waits_for_a_reader_who_leaves_and_leaves_them_out(
    store: Store, elsewhere: Elsewhere
) -> None:
    assert isinstance(intent_while_somebody_leaves(store, elsewhere), LateSuppression)


@pytest.mark.parametrize("level", ["serializable", "repeatable\\ read"])
def test_an_intent_that_waited_sees_who_left_meanwhile_whatever_the_server_does_by_default(
    postgres_url: str, tmp_path: Path, elsewhere: Elsewhere, level: str
) -> None:
    by_default = quote(f"-c default_transaction_isolation={level}")
    with open_store(f"{postgres_url}&options={by_default}", tmp_path) as store:
        assert isinstance(intent_while_somebody_leaves(store, elsewhere), LateSuppression)


def test_an_answer_that_halts_the_campaign_waits_for_those_who_share(
    store: Store, elsewhere: Elsewhere
) -> None:
    first, second = start(store, 6), store.ledger.batches("c1")[1]
    store.leases.intend(first, an_attempt(first), (), ANNA)
    refused = accepted(p0=OutcomeKind.REJECTED, p1=OutcomeKind.HALT)

    with sharing(store) as theirs:
        intents.intend(theirs, second, an_attempt(second), (), BERT)
        answer = elsewhere.begin(lambda: store.leases.settle(an_attempt(first), refused))

    assert answer.result() is True
    assert store.ledger.campaign("c1").state == "halted"
    assert store.ledger.counts("c1") == {
        DeliveryState.ACCEPTED: 1,
        DeliveryState.REJECTED: 1,
        DeliveryState.PENDING: 1,
        DeliveryState.SUBMITTING: 3,
    }


# --- a connection that is lost at its COMMIT ----------------------------------------------------------


@pytest.mark.parametrize(("cut", "kept"), [(Cut.AFTER, ["first", "second"]), (Cut.BEFORE, ["second"])])
def test_what_another_thread_keeps_meanwhile_does_not_hide_what_became_of_a_commit(
    postgres_url: str, tmp_path: Path, cut: Cut, kept: list[str]
) -> None:
    proxy = CuttingProxy(postgres_url)

    def write(connection: Connection, detail: str) -> None:
        connection.execute(insert(operator_log).values(who="me", action="note", detail=detail))

    with open_store(proxy.url, tmp_path) as store:
        found: list[str] = []
        try:
            with sharing(store) as first:
                write(first, "first")
                with store.database.sharing() as second:
                    write(second, "second")
                proxy.cut = cut
        except Exception as error:  # noqa: BLE001  # which one, is asserted
            found.append(type(error).__name__)
        with store.database.reading() as connection:
            said = connection.exec_driver_sql("SELECT detail FROM operator_log ORDER BY detail")
            written = list(said.scalars())
    proxy.close()

    assert written == kept
    assert found == ([] if cut is Cut.AFTER else ["Interrupted"])


def test_a_commit_nobody_can_be_asked_about_is_told_and_does_not_end_in_a_fault_of_the_driver(
    postgres_url: str, tmp_path: Path
) -> None:
    proxy = CuttingProxy(postgres_url)

    def write(store: Store) -> None:
        with store.database.sharing() as connection:
            connection.execute(insert(operator_log).values(who="me", action="note", detail="mine"))
            proxy.cut = Cut.AFTER

    with (
        closing(proxy),
        psycopg.connect(postgres_url) as other,
        open_store(proxy.url, tmp_path, busy_timeout_s=0.05) as store,
    ):
        other.execute(f"SELECT pg_advisory_xact_lock_shared({WRITER_LOCK})".encode())
        with pytest.raises(StoreError, match="not known whether"):
            write(store)
