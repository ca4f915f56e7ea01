"""With SendGrid's fence, what nobody answered is called back and sent again: nobody twice, nobody unknown."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from delivery_world import CAMPAIGN, World

from newsletter.delivery.engine import Ending, run_campaign
from newsletter.delivery.outlet import Pace, Surroundings
from newsletter.domain.campaign import Fence
from newsletter.domain.delivery import CampaignState
from newsletter.domain.outcome import OutcomeKind
from newsletter.providers.sendgrid import open_provider
from newsletter.testing.local_providers import sendgrid_config
from newsletter.testing.sendgrid_faults import FAULTS
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub
from tests.patience import LONG_S, patience_s

EVERYBODY = {f"r{number:03}@brief.example" for number in range(12)}
CANCEL = "POST /v3/user/scheduled_sends"
LIST = "GET /v3/user/scheduled_sends"
BATCH = "POST /v3/mail/batch"


@dataclass(kw_only=True)
class FencedWorld(World):
    """A world whose provider is SendGrid with a fence, and whose peer is the stub."""

    stub: SendgridStub = field(kw_only=True)
    patience_s: float = LONG_S

    def open(self):
        """Start as a new process does."""
        super().open()
        config = sendgrid_config(self.root, self.stub.url, timeout_s=self.patience_s)
        settings = replace(config.provider.sendgrid, fence=True)
        provider = open_provider(replace(config, provider=replace(config.provider, sendgrid=settings)))
        provider.capabilities = replace(provider.capabilities, batch_size=5, concurrency=self.concurrency)
        self.provider = provider

    def run(self):
        """Run once, on connections of its own."""
        outlet = self.outlet
        around = Surroundings(clock=self.clock, random=lambda: 0.5)
        try:
            return run_campaign(CAMPAIGN, outlet, Pace(), around)
        finally:
            outlet.shipments.close()

    def run_once(self):
        """Run once; return how many deliveries are in each state."""
        self.run()
        return self.counts()

    def go(self):
        """Run until the provider is patient no more, and then as often as an author would."""
        reports = [self.run()]
        while reports[-1].ending is not Ending.FINISHED and len(reports) < 6:
            reports.append(self.run())
        return reports

    def taken(self):
        """Return how often each reader gets a mail."""
        return Counter(mail.email for mail in self.stub.mails())


@pytest.fixture
def stub(tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        yield stub


@pytest.fixture
def world(request, tmp_path, stub):
    world = FencedWorld(root=tmp_path, stub=stub, patience_s=patience_s(request))
    world.plan(provider="sendgrid")
    yield world
    world.store.close()


def test_mail_waits_and_the_ledger_knows_until_when(world):
    world.go()

    attempts = [world.store.ledger.last_attempt(one.id) for one in world.store.ledger.batches(CAMPAIGN)]
    fences = [one.fence.id for one in attempts]
    assert len(fences) == 3
    assert sorted(set(fences)) == fences, "each attempt has a fence of its own, in turn"
    minutes = {round((one.fence.leaves_at.timestamp() - world.stub.schedule.now()) / 60) for one in attempts}
    assert minutes == {20}


REFUSED = {"400-first", "400-first-and-last"}  # readers named by the stub are rejected for good


@pytest.mark.parametrize("number", [1, 2, 3] if os.environ.get("NEWSLETTER_FULL") else [2])
@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"hang", "slow"}))
def test_no_fault_leaves_anybody_unknown_or_mails_anybody_twice(world, fault, number):
    world.stub.arrange(*["plain"] * (number - 1), fault)

    world.go()

    counts = world.counts()
    assert set(world.taken().values()) == {1}
    assert counts.get("accepted") == len(world.taken())
    assert counts.get("accepted", 0) + counts.get("rejected", 0) == 12
    assert ("rejected" in counts) <= (fault in REFUSED)


@pytest.mark.parametrize("fault", ["accepted-reset", "accepted-500", "accepted-truncated"])
def test_three_in_flight_that_nobody_answers_are_all_called_back(tmp_path, stub, fault):
    world = FencedWorld(root=tmp_path, stub=stub, concurrency=3)
    world.plan(provider="sendgrid")
    stub.arrange(fault, fault, fault)

    world.go()

    assert world.taken() == Counter(EVERYBODY)
    assert world.counts() == {"accepted": 12}
    world.store.close()


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        (CANCEL, "accepted-hang"),  # it is cancelled, and nobody says so
        (CANCEL, "accepted-reset"),
        (CANCEL, "accepted-500"),
        (LIST, "plain"),
    ],
)
def test_a_cancellation_whose_answer_is_lost_is_looked_up(world, place, fault):
    world.stub.arrange("accepted-500")
    world.stub.arrange_at(place, fault)

    world.go()

    assert world.taken() == Counter(EVERYBODY)
    assert world.counts() == {"accepted": 12}


@pytest.mark.parametrize(
    ("place", "fault"),
    [(CANCEL, "hang"), (CANCEL, "500"), (CANCEL, "403"), (LIST, "429"), (LIST, "502-html")],
)
def test_what_could_not_be_cancelled_is_held_and_called_back_later(world, place, fault):
    world.stub.arrange("accepted-500")
    world.stub.arrange_at(place, *[fault] * 2)

    first = world.run_once()
    world.go()

    assert first["unknown"] == 5
    assert world.taken() == Counter(EVERYBODY)
    assert world.counts() == {"accepted": 12}


BESIDE = (
    sorted(FAULTS)
    if os.environ.get("NEWSLETTER_FULL")
    else ["hang", "slow", "close-unannounced", "accepted-hang", "accepted-truncated", "accepted-garbage"]
)


@pytest.mark.parametrize("place", [BATCH, LIST, CANCEL])
@pytest.mark.parametrize("fault", BESIDE)
def test_no_fault_beside_the_mail_mails_anybody_twice_or_loses_anybody(world, place, fault):
    world.stub.arrange("accepted-500")
    world.stub.arrange_at(place, fault)

    world.go()

    taken, counts = world.taken(), world.counts()
    if world.store.ledger.campaign(CAMPAIGN).state is CampaignState.HALTED:
        assert (place, taken) == (BATCH, Counter())  # a key that may not fence mails nobody
    else:
        assert (taken, counts) == (Counter(EVERYBODY), {"accepted": 12})


@pytest.mark.parametrize("fault", ["hang", "slow"])
def test_mail_that_nobody_answers_in_time_is_called_back(world, fault):
    world.stub.arrange("plain", fault)

    world.go()

    assert world.taken() == Counter(EVERYBODY)
    assert world.counts() == {"accepted": 12}


def test_an_attempt_that_is_cancelled_already_counts_as_called_back(world):
    world.stub.arrange("accepted-500")
    world.stub.schedule.cancel(world.stub.schedule.new_batch(), "cancel")

    world.go()

    assert world.taken() == Counter(EVERYBODY)


def test_with_too_many_cancellations_open_the_batch_is_held(world):
    world.stub.schedule.most_open = 0
    world.stub.arrange("accepted-500")

    world.go()

    assert world.counts() == {"accepted": 7, "unknown": 5}
    assert world.taken() == Counter(EVERYBODY)


def test_ten_places_for_cancellations_are_left_to_others(world):
    for _ in range(90):
        world.stub.schedule.cancel(world.stub.schedule.new_batch(), "cancel")
    world.stub.arrange("accepted-500")

    world.go()

    assert world.counts() == {"accepted": 7, "unknown": 5}
    assert len(world.stub.schedule.statuses()) == 90


def test_too_late_to_be_certain_nothing_is_cancelled_and_the_batch_is_held(world):
    world.stub.arrange("accepted-500")
    world.stub.arrange_at(LIST, "500", "500", "500")
    world.run_once()
    world.stub.schedule.ahead_s = 9.5 * 60

    world.go()

    assert world.counts() == {"accepted": 7, "unknown": 5}
    assert world.taken() == Counter(EVERYBODY)
    assert world.stub.schedule.statuses() == []


@pytest.mark.parametrize("ahead_minutes", [-15, 15, 24 * 60])
def test_a_wrong_clock_of_ours_changes_nothing(world, ahead_minutes):
    world.stub.schedule.ahead_s = ahead_minutes * 60
    world.stub.arrange("accepted-500", "accepted-reset")

    world.go()

    assert world.taken() == Counter(EVERYBODY)
    assert world.counts() == {"accepted": 12}


def test_without_a_date_from_sendgrid_nothing_is_certain(world):
    world.stub.has_clock = False
    world.stub.arrange("accepted-500")

    world.go()

    assert world.counts() == {"accepted": 7, "unknown": 5}
    assert set(world.taken().values()) == {1}


@pytest.mark.parametrize("fault", ["500", "429-seconds", "reset-before-answer", "400-html", "200"])
def test_without_a_batch_id_nothing_is_submitted_and_it_is_tried_again(world, fault):
    world.stub.arrange_at(BATCH, fault)

    reports = world.go()

    assert world.taken() == Counter(EVERYBODY)
    assert world.counts() == {"accepted": 12}
    assert sum(one.attempts for one in reports) == 3


@pytest.mark.parametrize("fault", ["401", "403", "404"])
def test_a_key_that_may_not_fence_halts_before_anything_leaves(world, fault):
    world.stub.arrange_at(BATCH, fault)

    report = world.run()

    assert report.ending is Ending.HALTED
    assert "fence = false" in report.campaign.reason
    assert world.taken() == Counter()


def test_a_batch_id_that_is_refused_is_replaced_by_another(world, monkeypatch):
    known = world.stub.schedule.new_batch
    monkeypatch.setattr(world.stub.schedule, "new_batch", lambda: "nobody-knows-it")
    broken = world.run_once()
    monkeypatch.setattr(world.stub.schedule, "new_batch", known)

    world.go()

    assert broken == {"pending": 12}
    assert world.taken() == Counter(EVERYBODY)


def test_cancellations_are_taken_away_once_their_mail_would_have_left(world):
    world.stub.arrange("accepted-500", "accepted-reset")
    world.go()
    standing = len(world.stub.schedule.statuses())

    world.run()
    too_early = len(world.stub.schedule.statuses())
    world.stub.schedule.ahead_s = 26 * 60
    world.run()

    assert (standing, too_early) == (2, 2)
    assert world.stub.schedule.statuses() == []
    assert world.taken() == Counter(EVERYBODY)


@pytest.mark.parametrize("fault", ["500", "hang", "403"])
def test_a_cancellation_that_cannot_be_taken_away_does_no_harm(world, fault):
    world.stub.arrange("accepted-500")
    world.go()
    world.stub.schedule.ahead_s = 26 * 60
    world.stub.arrange_at(LIST, fault)

    report = world.run()

    assert report.ending is Ending.FINISHED
    assert len(world.stub.schedule.statuses()) == 1


def test_a_request_that_arrives_after_it_was_called_back_reaches_nobody(world, stub):
    outlet = world.outlet
    shipment = outlet.shipments.of("")
    fence = shipment.fence(world.clock.now())
    assert isinstance(fence, Fence)
    recipients = outlet.recipients(world.store.ledger.batches(CAMPAIGN)[0].id)
    payload = shipment.build(recipients, "c0ffee.1.1", fence)
    assert stub.schedule.cancel(fence.id, "cancel") is None

    submission = shipment.submit(payload)
    shipment.close()

    assert submission.outcome.kind is OutcomeKind.ACCEPTED
    assert stub.mails() == ()
