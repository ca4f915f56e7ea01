"""A gate closes only on what one can be sure of, and says what it saw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.gates import faults, has_heard_enough, least_share
from newsletter.domain.delivery import WaveState
from newsletter.domain.wave import Gate, Showing, Wave, WaveKind, may_leave

GATE = Gate(wait_s=60.0)


@pytest.mark.parametrize(
    ("hits", "of", "share"),
    [(0, 200, 0.0), (0, 0, 0.0), (1, 10, 0.0179), (10, 200, 0.0274), (200, 200, 0.9811), (5, 3, 0.4385)],
)
def test_the_share_one_can_be_sure_of_is_wilsons_lower_bound(hits, of, share):
    assert least_share(hits, of) == pytest.approx(share, abs=1e-4)


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_one_is_never_surer_than_what_was_seen_and_more_hits_never_make_it_less(hits, of):
    sure = least_share(hits, of)

    assert 0.0 <= sure <= min(hits, of) / of
    assert least_share(hits + 1, of) >= sure


@pytest.mark.parametrize(
    ("showing", "told"),
    [
        (Showing(submitted=200, bounced=8), "8 of 200 bounced"),
        (Showing(submitted=200, bounced=3, refused=5), "8 of 200 bounced"),
        (Showing(submitted=200, complained=2), "2 of 200 complained"),
        (Showing(submitted=200, dropped=20), "20 of 200 were dropped"),
    ],
)
def test_what_is_surely_too_much_is_told_at_once_with_its_numbers(showing, told):
    assert told in faults(GATE, showing, is_over=False)[0]


@pytest.mark.parametrize(
    "showing",
    [
        Showing(),
        Showing(submitted=10, bounced=1),
        Showing(submitted=200, bounced=7, complained=1, dropped=15),
        Showing(submitted=195, unknown=5),
    ],
)
def test_what_may_be_chance_holds_nobody_before_the_wait_is_over(showing):
    assert faults(GATE, showing, is_over=False) == []


def test_all_faults_are_told():
    showing = Showing(submitted=100, bounced=50, complained=50, dropped=50, unknown=7)

    assert len(faults(GATE, showing, is_over=True)) == 4


def test_enough_is_heard_of_nineteen_in_twenty():
    assert has_heard_enough(GATE, Showing(submitted=100, heard=90, refused=5))
    assert not has_heard_enough(GATE, Showing(submitted=100, heard=94))
    assert not has_heard_enough(GATE, Showing())


def a_wave(number: int, stage: int, state: WaveState) -> Wave:
    return Wave(number=number, kind=WaveKind.REST, stage=stage, state=state)


@pytest.mark.parametrize("state", [WaveState.OPEN, WaveState.WATCHED, WaveState.PASSED])
def test_what_was_opened_may_leave_when_all_before_it_passed(state):
    waves = [a_wave(0, 0, WaveState.PASSED), a_wave(1, 1, state), a_wave(2, 1, WaveState.CLOSED)]

    assert may_leave(waves, 1)


@pytest.mark.parametrize("state", [WaveState.CLOSED, WaveState.FAILED])
def test_what_is_closed_or_failed_may_not_leave(state):
    assert not may_leave([a_wave(0, 0, state)], 0)


@pytest.mark.parametrize("earlier", [state for state in WaveState if state is not WaveState.PASSED])
def test_nothing_may_leave_before_all_of_an_earlier_stage_has_passed(earlier):
    waves = [a_wave(0, 0, WaveState.PASSED), a_wave(1, 0, earlier), a_wave(2, 1, WaveState.OPEN)]

    assert not may_leave(waves, 2)


def test_without_waves_nobody_is_kept_back():
    assert may_leave([], 0)
