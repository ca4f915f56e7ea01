"""What providers tell later changes the ledger and the list: once, whatever the order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from event_world import LATER, a_store, end_state, event, send, state_of, statuses, subscribe
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.domain.campaign import Fence
from newsletter.domain.delivery import BatchState, CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.subscriber import SubscriberStatus, SuppressionReason
from newsletter.errors import DeliveryRefused
from newsletter.events.effects import EFFECTS, effect_of, moves, status_after
from newsletter.protocols import Intent
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members
from newsletter.testing.temporary_store import fresh_store, temporary_store

ACCEPTED, UNKNOWN, NOT_SENT = OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN, OutcomeKind.NOT_SENT


def take(store, *events, provider="sendgrid", **options):
    return store.events.take([(provider, events)], now=LATER, **options)


# --- evidence ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EventKind)
def test_any_event_about_an_unknown_mail_proves_it_taken(kind):
    with a_store(UNKNOWN) as store:
        taken = take(store, event(store, 1, kind))

        assert (taken.proven, taken.new) == (1, 1)
        assert (state_of(store, 1), state_of(store, 2)) == ("accepted", "unknown")
        assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 1, DeliveryState.UNKNOWN: 1}


def test_one_event_proves_the_whole_attempt_where_a_submission_is_taken_whole_or_not_at_all():
    with a_store(UNKNOWN, UNKNOWN) as store:
        taken = take(store, event(store, 1), atomic={"outbox"})

        assert taken.proven == 2
        assert [one.state for one in store.ledger.batches("c1")] == [BatchState.ACCEPTED, BatchState.UNKNOWN]


def test_an_event_before_the_answer_is_written_down_proves_what_then_stays_unknown():
    with a_store(None) as store:
        (batch,) = store.ledger.batches("c1")
        store.ledger.intend(batch, an_attempt(batch))
        early = take(store, event(store, 1), event(store, 2))
        store.ledger.lose_orphans("c1")

        proven = store.ledger.prove_by_events("c1", LATER)

        assert (early.proven, proven) == (0, 2)
        assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (EventKind.PROCESSED, "unknown"),
        (EventKind.DROPPED, "unknown"),
        (EventKind.DELIVERED, "accepted"),
        (EventKind.BOUNCED, "accepted"),
    ],
)
def test_mail_that_may_have_been_called_back_is_proven_only_by_having_left(kind, expected):
    with a_store(None) as store:
        (batch,) = store.ledger.batches("c1")
        store.ledger.intend(batch, replace(an_attempt(batch), fence=Fence(id="MTk4", leaves_at=LATER)))
        store.ledger.lose_orphans("c1")
        bounce = BounceClass.HARD if kind is EventKind.BOUNCED else None

        take(store, event(store, 1, kind, bounce=bounce))

        assert state_of(store, 1) == expected


def test_a_drop_does_not_take_back_that_the_provider_took_it():
    with a_store(ACCEPTED) as store:
        take(store, event(store, 1, EventKind.DROPPED))

        assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2}


def test_who_was_released_and_turns_out_to_have_it_is_not_mailed_again():
    with a_store(UNKNOWN) as store:
        store.ledger.resolve("c1", assume_sent=False, now=NOW)
        tried = event(store, 1)

        taken = take(store, tried)

        assert taken.proven == 1
        assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 1, DeliveryState.PENDING: 1}


def test_mail_that_was_said_not_to_be_taken_but_was_is_not_mailed_again():
    with a_store(NOT_SENT) as store:
        take(store, event(store, 1))

        assert (state_of(store, 1), state_of(store, 2)) == ("accepted", "pending")


@pytest.mark.parametrize("state", BatchState)
@pytest.mark.parametrize("kind", EventKind)
def test_evidence_moves_only_what_is_open_and_only_to_accepted(state, kind):
    for may_have_left, is_earlier in product((True, False), repeat=2):
        moved = moves(state, kind, may_have_left=may_have_left, may_be_recalled=is_earlier)

        is_weak = kind in (EventKind.PROCESSED, EventKind.DROPPED)
        if state is BatchState.UNKNOWN:
            assert bool(moved) == (not (is_weak and is_earlier))
        else:
            assert bool(moved) == (state is BatchState.PENDING and may_have_left and not is_weak)
        assert not moved or moved[-1] == "prove_accepted"


@pytest.mark.parametrize(
    ("kind", "state"), [(EventKind.PROCESSED, "unknown"), (EventKind.DELIVERED, "accepted")]
)
def test_an_attempt_that_may_have_been_called_back_proves_only_what_left(kind, state):
    with a_store(UNKNOWN, readers=1) as store:
        first = event(store, 1, kind)
        store.ledger.resolve("c1", assume_sent=False, now=NOW)
        store.ledger.change("c1", CampaignEvent.RUN)
        (again,) = store.ledger.batches("c1")
        store.ledger.intend(again, an_attempt(again))
        store.ledger.lose_orphans("c1")

        take(store, first)

        assert state_of(store, 1) == state


# --- the list ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "bounce", "status", "reason"),
    [
        (EventKind.COMPLAINED, None, "complained", "complained"),
        (EventKind.UNSUBSCRIBED, None, "unsubscribed", "unsubscribed"),
        (EventKind.BOUNCED, BounceClass.HARD, "suspended", "bounced"),
        (EventKind.BOUNCED, BounceClass.SOFT, "active", None),
        (EventKind.BOUNCED, BounceClass.BLOCKED, "active", None),
        (EventKind.BOUNCED, None, "active", None),
        (EventKind.DROPPED, None, "active", None),
        (EventKind.DEFERRED, None, "active", None),
        (EventKind.RESUBSCRIBED, None, "active", None),
        (EventKind.OPENED, None, "active", None),
    ],
)
def test_what_each_kind_does_to_the_reader(kind, bounce, status, reason):
    with a_store(ACCEPTED) as store:
        taken = take(store, event(store, 1, kind, bounce=bounce))

        assert statuses(store)["R1@brief.example"] == (status, reason)
        assert statuses(store)["R2@brief.example"] == ("active", None)
        assert dict(taken.suppressed) == ({SuppressionReason(reason): 1} if reason else {})


def test_every_kind_of_event_has_a_row_in_the_table():
    assert {kind for kind, _ in EFFECTS} == set(EventKind)
    assert {bounce for kind, bounce in EFFECTS if kind is EventKind.BOUNCED} == {*BounceClass, None}
    with a_store(ACCEPTED) as store:
        assert effect_of(event(store, 1, bounce=BounceClass.HARD)).is_nothing  # no bounce, whatever it says


def test_nobody_comes_back_by_a_weaker_reason():
    for status in SubscriberStatus:
        for reason in (
            SuppressionReason.BOUNCED,
            SuppressionReason.UNSUBSCRIBED,
            SuppressionReason.COMPLAINED,
        ):
            after = status_after(status, reason)
            assert after is SubscriberStatus.ERASED or status is not SubscriberStatus.ERASED
            assert after is not SubscriberStatus.SUSPENDED or status is not SubscriberStatus.UNSUBSCRIBED


def test_mail_stops_after_three_issues_in_a_row_that_came_back_softly():
    with temporary_store() as store:
        subscribe(store, *members(2))
        for number, issue in enumerate(("een", "twee", "drie"), 1):
            send(store, ACCEPTED, campaign=f"c{number}", issue=issue)
        soft = [
            event(store, 1, EventKind.BOUNCED, bounce=BounceClass.SOFT, issue=issue, key=f"c{at}.{at}.1")
            for at, issue in enumerate(("een", "twee", "drie"), 1)
        ]
        take(store, *soft[:2])
        before = statuses(store)["R1@brief.example"]

        taken = take(store, soft[2])

        assert before == ("active", None)
        assert statuses(store)["R1@brief.example"] == ("suspended", "bounced")
        assert taken.suppressed == {SuppressionReason.BOUNCED: 1}


def test_segments_know_who_bounced():
    with a_store(ACCEPTED) as store:
        take(store, event(store, 1, EventKind.BOUNCED, bounce=BounceClass.SOFT))

        who = store.subscribers.get("r1@brief.example")
        assert who is not None
        assert store.subscribers.facts(who).bounced == {"herfst"}


def test_a_reader_who_left_by_the_provider_between_plan_and_claim_is_not_mailed():
    with a_store(ACCEPTED, None) as store:
        early = event(store, 3, EventKind.UNSUBSCRIBED)._replace(delivery_id="0" * 32, attempt_key="c0.0.1")
        take(store, early)
        (_, batch) = store.ledger.batches("c1")

        answer = store.ledger.intend(batch, an_attempt(batch))

        assert not isinstance(answer, Intent)
        assert state_of(store, 3) == "suppressed"


def test_events_without_a_mark_of_ours_are_about_the_mail_of_others():
    with a_store(ACCEPTED) as store:
        foreign = event(store, 1, EventKind.COMPLAINED)._replace(delivery_id=None, attempt_key=None)

        taken = take(store, foreign)

        assert (taken.new, taken.strangers) == (1, 1)
        assert statuses(store)["R1@brief.example"] == ("active", None)


# --- twice, late, in any order ------------------------------------------------------------------------------


def test_a_report_that_comes_again_changes_nothing():
    with a_store(UNKNOWN) as store:
        report = [event(store, 1, EventKind.COMPLAINED), event(store, 1, EventKind.COMPLAINED)]
        first = take(store, *report)
        after = end_state(store)

        again = take(store, *report)

        assert (first.read, first.new, again.read, again.new) == (2, 1, 2, 0)
        assert end_state(store) == after


def test_the_same_name_at_another_provider_is_another_event():
    with a_store(ACCEPTED) as store:
        take(store, event(store, 1, name="x"))

        assert take(store, event(store, 1, name="x"), provider="postmark").new == 1


def test_the_same_name_about_another_mail_is_another_event():
    with a_store(ACCEPTED) as store:
        of_nobody = event(store, 1, name="x")._replace(delivery_id=None, attempt_key=None)
        report = [event(store, 1, name="x"), event(store, 2, name="x"), of_nobody]

        assert take(store, *report, *report).new == 3
        assert take(store, *report).new == 0


@pytest.mark.parametrize("is_ours", [True, False])
def test_what_an_event_means_by_new_rules_is_written_down_once(is_ours):
    with a_store(ACCEPTED) as store:
        soft = event(store, 1, EventKind.BOUNCED, bounce=BounceClass.SOFT, name="x")
        soft = soft if is_ours else soft._replace(delivery_id=None, attempt_key=None)
        take(store, soft, event(store, 2, name="x"))

        changed = take(store, soft._replace(bounce=BounceClass.BLOCKED), is_reread=True)

        assert changed.new == 1
        assert take(store, soft._replace(bounce=BounceClass.BLOCKED), is_reread=True).new == 0


def test_a_trial_tells_what_would_change_and_changes_nothing():
    with a_store(UNKNOWN) as store:
        before = end_state(store)

        taken = take(store, event(store, 1, EventKind.COMPLAINED), is_trial=True)

        assert (taken.proven, taken.suppressed) == (1, {SuppressionReason.COMPLAINED: 1})
        assert end_state(store) == before


def test_half_a_character_from_a_server_breaks_nothing():
    with a_store(UNKNOWN) as store:
        odd = event(store, 1)._replace(reason="550 \ud83d", status="\udc80", event_id="a\ud800")

        assert take(store, odd).new == 1
        assert take(store, odd).new == 0
        assert state_of(store, 1) == "accepted"


STRANGE = "c1.99.9"


@st.composite
def stories(draw):
    """Return what happened: the numbers, kinds and attempts of some events, once or more, in any order."""
    story = draw(
        st.lists(
            st.tuples(
                st.integers(1, 10),
                st.sampled_from(sorted(EFFECTS, key=str)),
                st.sampled_from(["", "", None, STRANGE]),
                st.integers(0, 3),
            ),
            min_size=1,
            max_size=8,
        )
    )
    other = draw(st.permutations([*story, *draw(st.lists(st.sampled_from(story), max_size=4))]))
    cuts = draw(st.lists(st.booleans(), min_size=len(other), max_size=len(other)))
    return story, list(zip(other, cuts, strict=True))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a database with deliveries in every state, made once, and the attempt of each reader."""
    root = tmp_path_factory.mktemp("world")
    with fresh_store(root) as store:
        subscribe(store, *members(10))
        send(store, ACCEPTED, UNKNOWN, None, NOT_SENT, None)
        keys = {number: event(store, number).attempt_key for number in range(1, 11)}
    return (root / "newsletter.db").read_bytes(), keys


@settings(max_examples=20, deadline=None)
@given(made=stories())
def test_any_order_and_any_repetition_come_to_the_same(world, made):
    database, keys = world
    story, other = made

    def told(store, one):
        number, (kind, bounce), key, minutes = one
        return event(store, number, kind, bounce=bounce, key=keys[number] if key == "" else key)._replace(
            at=LATER + timedelta(minutes=minutes),
            event_id=str(one),
        )

    ends = []
    for reports in ([[one] for one in story], None):
        with TemporaryDirectory() as root:
            Path(root, "newsletter.db").write_bytes(database)
            store = fresh_store(Path(root))
            if reports is None:
                reports = [[]]
                for one, cut in other:
                    reports[-1].append(one)
                    if cut:
                        reports.append([])
            for report in reports:
                take(store, *(told(store, one) for one in report))
            ends.append(end_state(store))
            store.close()

    assert ends[0] == ends[1]


# --- a ledger from a backup -----------------------------------------------------------------------------


def test_an_attempt_the_ledger_does_not_know_halts_its_campaign_and_doubts_who_waits():
    with a_store(ACCEPTED, None, None) as store:
        taken = take(store, event(store, 3, key=STRANGE))

        campaign = store.ledger.campaign("c1")
        assert campaign.state is CampaignState.HALTED
        assert "older than the mail" in (campaign.reason or "")
        assert (taken.restored, taken.doubted, taken.proven) == (("c1",), 4, 1)
        assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3, DeliveryState.UNKNOWN: 3}


def test_a_campaign_that_waits_is_held_with_the_reason():
    with a_store(ACCEPTED, None) as store:
        store.ledger.change("c1", CampaignEvent.PAUSE, "by hand")

        take(store, event(store, 3, key=STRANGE))

        campaign = store.ledger.campaign("c1")
        assert campaign.state is CampaignState.PAUSED
        assert "older than the mail" in (campaign.reason or "")


def test_after_the_choice_a_late_event_holds_nobody_a_second_time():
    with a_store(ACCEPTED, None, None) as store:
        take(store, event(store, 3, key=STRANGE))
        store.ledger.resolve("c1", assume_sent=False, now=LATER)
        store.ledger.change("c1", CampaignEvent.RUN)

        taken = take(store, event(store, 4, key=STRANGE))

        assert (taken.doubted, taken.proven) == (0, 1)
        assert store.ledger.campaign("c1").state is CampaignState.RUNNING
        assert store.ledger.counts("c1") == {DeliveryState.ACCEPTED: 4, DeliveryState.PENDING: 2}


def test_an_issue_is_not_sent_by_a_ledger_that_forgot_that_it_was():
    with a_store(ACCEPTED) as store:
        subscribe(store, *members(2, start=3))
        take(store, event(store, 3, issue="winter", key="lost.1.1"), event(store, 9, key="lost.1.1"))

        with pytest.raises(DeliveryRefused, match='1 readers have issue "winter" already'):
            store.ledger.plan(a_campaign("c2", issue="winter"), members(4))

        assert [one.id for one in store.ledger.campaigns()] == ["c1"]
        assert store.ledger.plan(a_campaign("c3", issue="lente"), members(4)).total == 4


def test_a_stranger_to_the_ledger_halts_nothing():
    with a_store(ACCEPTED, None) as store:
        unknown = event(store, 3, key="test.abc")._replace(delivery_id="f" * 32)

        taken = take(store, unknown)

        assert (taken.strangers, taken.restored) == (1, ())
        assert store.ledger.campaign("c1").state is CampaignState.RUNNING


def test_a_cancelled_delivery_taken_over_is_not_proven_by_its_first_campaign():
    with a_store(ACCEPTED, UNKNOWN) as store:
        store.ledger.change("c1", CampaignEvent.CANCEL)
        first = event(store, 1)
        subscribe(store, *members(2, start=5))
        store.ledger.plan(a_campaign("c2"), members(6))

        take(store, event(store, 5)._replace(attempt_key=first.attempt_key))

        assert store.ledger.counts("c2") == {DeliveryState.PENDING: 2}
