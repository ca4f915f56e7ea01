"""The figures of a report: counted by the database, the same as counted one by one."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from event_world import LATER, a_store, event, send, subscribe
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.domain.campaign_figures import CampaignTally, FateCount, ReasonCount, Step
from newsletter.domain.consent import ConsentKind, NewConsent, PersonalPart
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.fate import Word
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.reply_figures import ReplyFigures
from newsletter.events.figures import make_figures
from newsletter.events.page import ReportPage
from newsletter.events.report import SILENT_AFTER, is_silent, make_report
from newsletter.events.scale import round_ticks
from newsletter.store.opening import open_store
from newsletter.testing.ledger_samples import members

ACCEPTED, UNKNOWN = OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN
FAR = LATER + timedelta(days=300)
TOMORROW = LATER + timedelta(days=1)
TOLD = st.tuples(
    st.integers(1, 6),
    st.sampled_from(EventKind),
    st.sampled_from([None, *BounceClass]),
)


def take(store, *events):
    store.events.take([("sendgrid", events)], now=LATER)


def figures(store):
    return make_figures(
        store.ledger.campaign("c1"),
        store.tallies.of_campaign("c1", TOMORROW - SILENT_AFTER),
        store.letters.all(),
        ReplyFigures(),
        now=TOMORROW,
        has_reader=True,
    )


def one_by_one(store):
    """Count the mails of the campaign as people would, each with all that was told about it."""
    fates = list(store.events.fates("c1"))
    accepted = [one for one in fates if one.state is DeliveryState.ACCEPTED]
    by_readers = (EventKind.COMPLAINED, EventKind.UNSUBSCRIBED, EventKind.OPENED, EventKind.CLICKED)
    return SimpleNamespace(
        states=Counter(one.state for one in fates),
        words=Counter(one.word for one in accepted),
        bounces=Counter(one.bounce for one in accepted if one.word is Word.BOUNCED),
        readers=Counter(kind for one in accepted for kind in by_readers if kind in one.kinds),
        accepted=len(accepted),
        silent=sum(is_silent(one, TOMORROW) for one in accepted),
    )


def report(store):
    tally = store.tallies.of_campaign("c1", TOMORROW - SILENT_AFTER)
    return make_report(store.ledger.campaign("c1"), tally, has_reader=True)


def test_the_database_counts_what_is_counted_one_by_one():
    with a_store(ACCEPTED, UNKNOWN, None, readers=3) as store:
        known = set()

        @settings(max_examples=20)
        @given(st.lists(TOLD, max_size=12))
        def counts_agree(told):
            events = [
                event(store, number, kind, bounce=bounce if kind is EventKind.BOUNCED else None)
                for number, kind, bounce in told
                if (number, kind, bounce) not in known
            ]
            known.update(told)
            take(store, *events)
            found = figures(store)
            counted = one_by_one(store)

            assert found.states == report(store).states == counted.states
            assert found.words == report(store).words == counted.words
            assert found.bounces == report(store).bounces == counted.bounces
            assert found.readers == report(store).readers == counted.readers
            assert found.own.accepted == report(store).accepted == counted.accepted
            assert found.own.bounced == counted.words.get("bounced", 0)
            assert report(store).silent == counted.silent

        counts_agree()


def test_postgresql_counts_what_is_counted_one_by_one(postgres_url, tmp_path):
    with open_store(postgres_url, tmp_path) as store:
        subscribe(store, *members(6))
        send(store, ACCEPTED, UNKNOWN, readers=3)
        take(
            store,
            event(store, 1, EventKind.DEFERRED),
            event(store, 1),
            event(store, 2, EventKind.BOUNCED, bounce=BounceClass.HARD),
            event(store, 3, EventKind.COMPLAINED),
        )

        found = figures(store)
        counted = one_by_one(store)

    assert (found.states, found.words, found.bounces) == (counted.states, counted.words, counted.bounces)
    assert found.own.complained == found.readers[EventKind.COMPLAINED] == 1
    assert found.timeline is not None
    assert found.timeline.totals[Step.DELIVERED] == (0, 1)


def test_small_domains_stand_together_and_never_alone():
    fates = [fate("big.example", 50), fate("middle.example", 12), fate("tiny.example", 3)]

    found = made(CampaignTally(fates=tuple(fates))).domains

    assert [(one.name, one.domains, one.accepted) for one in found] == [("big.example", 1, 50), ("", 2, 15)]


def test_addresses_in_what_a_server_said_are_taken_out():
    reasons = tuple(reason(f"550 <r{at}@brief.example>: no such user", at) for at in (1, 2))

    found = made(CampaignTally(reasons=reasons)).reasons

    assert [(one.reason, one.number) for one in found] == [("550 <…>: no such user", 3)]


def test_the_timeline_never_falls_and_ends_with_everybody():
    minutes = {
        Step.ACCEPTED: {LATER: 5, LATER + timedelta(minutes=1): 5},
        Step.DELIVERED: {LATER - timedelta(minutes=2): 1, LATER + timedelta(minutes=600): 8},
    }

    timeline = made(CampaignTally(minutes=minutes)).timeline

    assert timeline is not None
    assert timeline.minutes == (0, 1, 600)
    assert timeline.totals[Step.ACCEPTED] == (5, 10, 10)
    assert timeline.totals[Step.DELIVERED] == (1, 1, 9)


def test_a_long_timeline_is_thinned_to_what_a_plot_can_show():
    minutes = {Step.ACCEPTED: {LATER + timedelta(minutes=at): 1 for at in range(20_000)}}

    timeline = made(CampaignTally(minutes=minutes)).timeline

    assert timeline is not None
    assert len(timeline.minutes) < 400
    assert timeline.totals[Step.ACCEPTED][-1] == 20_000


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_page_loads_nothing_and_says_what_servers_wrote_as_text(lang, tmp_path):
    with a_store(ACCEPTED, readers=3) as store:
        take(store, event(store, 1), event(store, 2, EventKind.BOUNCED)._replace(reason="<script>x</script>"))
        page = ReportPage(tmp_path, name="Brief", lang=lang, timezone="UTC").html(figures(store))

    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")
    assert f'<html lang="{lang}"' in page


def test_a_letter_nobody_got_has_a_page(tmp_path):
    with a_store(None) as store:
        page = ReportPage(tmp_path, name="Brief", lang="en", timezone="UTC").html(figures(store))

    assert "Nothing went out yet" in page


def test_who_told_the_provider_left_after_the_letter_they_told_it_of():
    with a_store(ACCEPTED, readers=4) as store:
        send(store, ACCEPTED, readers=4, campaign="c2", issue="winter")
        take(
            store,
            event(store, 1, EventKind.UNSUBSCRIBED, issue="winter", at=FAR),
            event(store, 2, EventKind.UNSUBSCRIBED, at=FAR),
            event(store, 3, EventKind.UNSUBSCRIBED, at=FAR),
            event(store, 3, EventKind.COMPLAINED, at=FAR),
        )

        found = {one.campaign: (one.left, one.complained) for one in store.letters.all()}

    assert found == {"c1": (1, 1), "c2": (1, 0)}


def test_who_left_on_a_page_left_after_the_last_letter_they_got():
    with a_store(ACCEPTED, readers=4) as store:
        send(store, ACCEPTED, readers=4, campaign="c2", issue="winter")
        gone = NewConsent(kind=ConsentKind.WITHDRAWN, at=FAR, purpose="*", personal=PersonalPart(salt="s"))
        store.opt_in.withdraw("r1@brief.example", gone)

        found = {one.campaign: one.left for one in store.letters.all()}

    assert found == {"c1": 0, "c2": 1}


@given(st.integers(0, 10**9))
def test_ticks_are_whole_numbers_that_reach_the_top(top):
    ticks = round_ticks(top)

    assert ticks[0] == 0
    assert ticks[-1] >= top
    assert len(ticks) <= 7
    assert all(after > before for before, after in pairwise(ticks))


def fate(domain, number):
    return FateCount(domain=domain, state=DeliveryState.ACCEPTED, word=Word.DELIVERED, number=number)


def reason(text, number):
    return ReasonCount(word=Word.BOUNCED, bounce=BounceClass.HARD, status="", reason=text, number=number)


def made(tally):
    with a_store(ACCEPTED, readers=1) as store:
        campaign = store.ledger.campaign("c1")
    return make_figures(campaign, tally, [], ReplyFigures(), now=TOMORROW, has_reader=True)


def test_a_page_of_all_letters_counts_them_in_words_and_has_no_empty_tables(tmp_path):
    page = ReportPage(tmp_path, name="Brief", lang="en", timezone="UTC")
    with a_store(OutcomeKind.ACCEPTED) as store:
        one = page.overview(store.letters.all(), LATER)
        send(store, OutcomeKind.ACCEPTED, campaign="c2", issue="winter")
        two = page.overview(store.letters.all(), LATER)

    none = page.overview([], LATER)

    assert ("No letter has reached anybody yet" in none, "<table" in none) == (True, False)
    assert "1 campaign that reached somebody" in one
    assert "2 campaigns that reached somebody" in two
