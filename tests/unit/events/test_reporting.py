"""The report compares what was accepted with what was told about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from event_world import LATER, a_store, event

from newsletter.cli._bars import Bar, bars
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.fate import Fate, Word
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.events.report import SILENT_AFTER, make_report, silent_ones

ACCEPTED, UNKNOWN = OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN
TOMORROW = LATER + timedelta(days=1)


def take(store, *events):
    store.events.take([("sendgrid", events)], now=LATER)


def report(store, now=TOMORROW, *, has_reader=True):
    tally = store.tallies.of_campaign("c1", now - SILENT_AFTER)
    return make_report(store.ledger.campaign("c1"), tally, has_reader=has_reader)


@pytest.mark.parametrize(
    ("kinds", "word"),
    [
        ((), Word.NONE),
        (("processed",), Word.PROCESSED),
        (("deferred", "processed"), Word.DEFERRED),
        (("delivered", "deferred"), Word.DELIVERED),
        (("opened",), Word.DELIVERED),
        (("complained",), Word.DELIVERED),
        (("delivered", "bounced"), Word.BOUNCED),
        (("processed", "dropped"), Word.DROPPED),
    ],
)
def test_the_last_word_on_a_mail(kinds, word):
    fate = Fate(
        delivery_id="d",
        email="an@x.example",
        state=DeliveryState.ACCEPTED,
        kinds=frozenset(map(EventKind, kinds)),
    )

    assert fate.word is word
    assert fate.is_settled == (word in (Word.DELIVERED, Word.BOUNCED, Word.DROPPED))


def test_every_accepted_mail_is_counted_once_and_what_readers_did_beside_it():
    with a_store(ACCEPTED, UNKNOWN, None, readers=6) as store:
        take(
            store,
            event(store, 1),
            event(store, 1, EventKind.PROCESSED),
            event(store, 1, EventKind.COMPLAINED),
            event(store, 2, EventKind.BOUNCED, bounce=BounceClass.SOFT),
            event(store, 2, EventKind.BOUNCED, bounce=BounceClass.HARD)._replace(status="5.1.1"),
            event(store, 3, EventKind.DROPPED),
            event(store, 4, EventKind.DEFERRED),
            event(store, 5, EventKind.PROCESSED),
        )

        found = report(store)

        assert found.accepted == 6
        assert found.states == {"accepted": 6, "unknown": 6, "pending": 6}
        assert found.words == {
            Word.DELIVERED: 1,
            Word.BOUNCED: 1,
            Word.DROPPED: 1,
            Word.DEFERRED: 1,
            Word.PROCESSED: 1,
            Word.NONE: 1,
        }
        assert found.bounces == {BounceClass.HARD: 1}
        assert found.readers == {EventKind.COMPLAINED: 1}
        assert found.reasons[0] == (("5.1.1", "550 no such user"), 1)
        assert (found.silent, found.early) == (3, 0)


def test_nobody_is_silent_before_a_day_has_passed():
    with a_store(ACCEPTED) as store:
        take(store, event(store, 1))

        found = report(store, LATER + timedelta(hours=23))

        assert (found.silent, found.early) == (0, 1)


def test_the_silent_ones_are_named():
    with a_store(ACCEPTED, ACCEPTED) as store:
        take(store, event(store, 1), event(store, 2, EventKind.DEFERRED), event(store, 4, EventKind.DROPPED))

        silent = [fate.email for fate in silent_ones(store.events.fates("c1"), TOMORROW)]

        assert silent == ["R2@brief.example", "R3@brief.example"]


def test_word_that_comes_a_day_late_ends_the_silence():
    with a_store(ACCEPTED, readers=1) as store:
        before = report(store).silent

        store.events.take([("sendgrid", [event(store, 1, at=TOMORROW)])], now=TOMORROW)

        assert (before, report(store).silent) == (1, 0)


def test_the_split_off_ones_count_from_the_attempt_they_were_part_of():
    with a_store(UNKNOWN, readers=3) as store:
        take(store, event(store, 1))  # two go on as unknown in a batch of their own
        store.ledger.resolve("c1", assume_sent=True, now=LATER)

        assert report(store, LATER + timedelta(hours=23)).early == 2
        assert report(store, TOMORROW).silent == 2


def test_a_provider_that_tells_nothing_is_not_waited_for():
    with a_store(ACCEPTED) as store:
        nothing = report(store, has_reader=False)
        take(store, event(store, 1))
        something = report(store, has_reader=False)

        assert (nothing.tells, nothing.silent) == (False, 0)
        assert (something.tells, something.silent) == (True, 1)


def test_being_blocked_is_only_said_when_it_is_no_chance():
    with a_store(ACCEPTED, readers=3) as store:
        blocked = [
            event(store, number, EventKind.BOUNCED, bounce=BounceClass.BLOCKED) for number in (1, 2, 3)
        ]
        take(store, *blocked[:2])
        two = report(store).is_blocked
        take(store, blocked[2])

        assert (two, report(store).is_blocked) == (False, True)


def test_bars_fit_a_narrow_terminal_and_show_the_smallest_number():
    lines = bars(
        [
            Bar(label="accepted", count=1_234_567),
            Bar(label="hard", count=1, depth=2),
            Bar(label="no", count=0),
        ],
        1_234_567,
    )

    assert max(map(len, lines)) <= 80
    assert [line.count("█") for line in lines] == [40, 0, 0]
    assert "▏" in lines[1]
    assert lines[2] == "no                       0"
