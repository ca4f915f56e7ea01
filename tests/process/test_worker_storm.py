"""Worker processes that are killed, stopped, added and held: nobody twice, nobody lost, no rate broken."""

from __future__ import annotations

import time
from pathlib import Path

from weather import Storm, Weather
from worker_storm import Workers, campaign_under, run_storm

from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.project import Project

_MADE_UP_S = 0.25  # of a rate, where workers come late: a fortieth of ten seconds
_NEVER_OVER_S = 120.0  # of a lease: where nobody is killed, a busy machine must not look like a death


def test_workers_that_are_killed_and_stopped_mail_nobody_twice_and_lose_nobody(
    postgres_url: str, tmp_path: Path
) -> None:
    weather = Weather(
        readers=750,
        batch_size=25,
        workers=3,
        kill_every_s=0.4,
        ambiguous=0.05,
        lease_s=2.0,
        first_stop_s=0.5,
        pauses=1,
        pause_s=0.4,
        first_pause_s=0.4,
    )

    storm = run_storm(postgres_url, tmp_path, weather)

    assert storm.state == "finished"
    assert storm.twice == []
    assert storm.lost == []
    assert set(storm.counts) <= {"accepted", "unknown"}
    assert storm.counts["unknown"] <= storm.most_unknown
    assert storm.kills > 0
    assert storm.left_in_pauses == 0
    assert len(storm.pauses) == 1


def test_workers_keep_to_one_rate_together(postgres_url: str, tmp_path: Path) -> None:
    weather = Weather(
        readers=1200,
        batch_size=20,
        workers=3,
        kill_every_s=None,
        stops=0,
        ambiguous=0.0,
        rate="500/s",
        lease_s=_NEVER_OVER_S,
    )

    storm = run_storm(postgres_url, tmp_path, weather)

    assert storm.counts == {"accepted": 1200}, storm.reasons
    assert storm.most_in(2.0) <= 500 * (2.0 + _MADE_UP_S) + weather.batch_size


def test_a_cancel_is_seen_by_all_within_a_batch_and_a_worker_that_is_added_helps(
    postgres_url: str, tmp_path: Path
) -> None:
    weather = Weather(
        readers=20_000,
        batch_size=10,
        kill_every_s=None,
        stops=0,
        ambiguous=0.0,
        delay_s=0.05,
        lease_s=_NEVER_OVER_S,
    )

    with campaign_under(postgres_url, tmp_path, weather) as (campaign, journal):
        workers = Workers(tmp_path, campaign, weather)
        try:
            workers.add()
            _await(lambda: journal.exists() and journal.read_bytes().count(b"\n") >= 3)
            workers.add()
            _await(lambda: _at_work(tmp_path) == 2)
            with Project.open(tmp_path) as project:
                project.store.ledger.change(campaign.id, CampaignEvent.CANCEL)
            under_way = journal.read_bytes().count(b"\n")
        finally:
            codes = workers.end()
        storm = Storm.look(weather, tmp_path, campaign, journal)

    assert codes == [0, 0]
    assert len(storm.arrivals) <= under_way + 2  # what each of the two had in hand
    assert storm.counts[DeliveryState.ACCEPTED] == sum(storm.taken.values())
    assert storm.counts[DeliveryState.CANCELLED] == 20_000 - sum(storm.taken.values())


def _at_work(root: Path) -> int:
    """Return how many workers have a batch under way."""
    with Project.open(root) as project:
        return sum(one.batches > 0 for one in project.store.leases.workers())


def _await(claim: object) -> None:
    until = time.monotonic() + 300
    while not claim():  # type: ignore[operator]  # a function without arguments
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.05)
