"""Rates hold for a provider, a sender and a recipient domain, through restarts and across campaigns."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from delivery_world import CAMPAIGN, World
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from newsletter.delivery.engine import Ending
from newsletter.delivery.outlet import Pace
from newsletter.delivery.rate import Rate, parse_rate
from newsletter.delivery.tolls import Rates, Tolls
from newsletter.domain.delivery import CampaignEvent
from newsletter.store.schema.tables import batch as batches
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members
from newsletter.testing.scripted_provider import Turn, accept
from newsletter.testing.temporary_store import temporary_store

SLOW = Pace(rates=Rates(provider=parse_rate("5/s")))


@pytest.fixture
def world(tmp_path):
    world = World(root=tmp_path)
    world.plan()
    yield world
    world.store.close()


def test_a_run_after_another_waits_for_what_that_one_sent(world):
    world.run(accept(), stop=lambda: world.provider.requests == 1, pace=SLOW)
    world.reopen()
    before = world.clock.slept_s

    world.run(pace=SLOW)

    assert world.clock.slept_s - before == pytest.approx(2.0)  # 5 of before, then 5


def test_a_senders_rate_holds_beside_the_providers_and_the_slower_decides(world):
    rates = Rates(provider=parse_rate("5/s"), sender=parse_rate("60/m"))

    world.run(pace=Pace(rates=rates))

    assert world.clock.slept_s == pytest.approx(10.0)


def test_a_slow_lane_holds_up_nobody_else(world):
    with world.store.database.writing() as connection:
        connection.execute(update(batches).where(batches.c.seq < 3).values(lane="traag.example"))
    times: list[tuple[datetime, int]] = []
    note = Turn(
        answer=accept().answer,
        after=lambda: times.append((world.clock.now(), len(world.provider.record.rows()))),
    )

    report = world.run(note, note, note, pace=Pace(rates=Rates(lanes={"traag.example": parse_rate("1/s")})))

    assert report.ending is Ending.FINISHED
    assert [count for _, count in times] == [5, 7, 12]  # lane, other, lane
    assert times[1][0] == times[0][0]
    assert times[2][0] - times[0][0] >= timedelta(seconds=5)


def test_waiting_for_a_lane_sees_a_pause_from_elsewhere(world):
    with world.store.database.writing() as connection:
        connection.execute(update(batches).values(lane="traag.example"))
    asked = []

    def stop():
        asked.append(True)
        return len(asked) > 3

    report = world.run(stop=stop, pace=Pace(rates=Rates(lanes={"traag.example": parse_rate("1/m")})))

    assert report.ending is Ending.STOPPED
    assert world.counts()["pending"] == 7
    assert world.store.ledger.campaign(CAMPAIGN).reason == "stopped by the operator"


@given(
    st.lists(st.tuples(st.integers(1, 20), st.floats(0, 3)), min_size=1, max_size=25),
    st.integers(20, 40),
)
def test_no_more_messages_leave_than_allowed_but_for_what_came_late(sizes, allowed):
    """Batches are never larger than the rate, which `make_plan` sees to."""
    rate = Rate(messages=allowed, per_s=1.0)
    with temporary_store() as store:
        ledger = store.ledger
        tolls = Tolls(Rates(provider=rate), ledger, provider="outbox", sender="an@brief.example")
        ledger.plan(a_campaign(batch_size=1), members(len(sizes)))
        ledger.change("c1", CampaignEvent.RUN)
        with store.database.writing() as connection:
            for at, (size, _) in enumerate(sizes):
                connection.execute(update(batches).where(batches.c.seq == at + 1).values(size=size))
        now, sent = NOW, []
        for (size, idle), batch in zip(sizes, ledger.batches("c1"), strict=True):
            now += timedelta(seconds=idle)
            now = tolls.wait(now) or now
            ledger.intend(batch, replace(an_attempt(batch), started_at=now), tolls.of(""))
            sent.append((now, size))

    for start, window_s in product((at for at, _ in sent), (1.0, 10.0)):
        inside = [(at, size) for at, size in sent if start <= at < start + timedelta(seconds=window_s)]
        most = allowed * (window_s + 0.25)  # a quarter of a second is made up for
        assert sum(size for _, size in inside) - inside[-1][1] <= most  # the last only begins in it
