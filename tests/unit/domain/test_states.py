"""The only place where batches and campaigns change state."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.domain.delivery import (
    BatchEvent,
    BatchState,
    CampaignEvent,
    CampaignState,
    IllegalTransition,
    WaveEvent,
    WaveState,
    campaign_transition,
    transition,
    wave_transition,
)


def _reachable(state: BatchState, events: list[BatchEvent]) -> list[BatchState]:
    seen = [state]
    for event in events:
        try:
            seen.append(transition(seen[-1], event))
        except IllegalTransition:
            continue
    return seen


@given(st.lists(st.sampled_from(BatchEvent), max_size=30))
def test_nothing_becomes_accepted_without_having_been_submitted(events: list[BatchEvent]) -> None:
    seen = _reachable(BatchState.PENDING, events)

    for before, after in pairwise(seen):
        if after is BatchState.ACCEPTED:
            assert before in (BatchState.SUBMITTING, BatchState.UNKNOWN)


@given(st.lists(st.sampled_from(BatchEvent), max_size=30))
def test_unknown_is_left_only_by_evidence_or_by_the_operators_word(events: list[BatchEvent]) -> None:
    state = BatchState.UNKNOWN
    allowed = {BatchEvent.PROVE_ACCEPTED, BatchEvent.PROVE_NOT_SENT, BatchEvent.RELEASE, BatchEvent.SPLIT}

    for event in events:
        if event in allowed:
            continue
        with pytest.raises(IllegalTransition):
            transition(state, event)


@pytest.mark.parametrize(
    "state", [BatchState.ACCEPTED, BatchState.REJECTED, BatchState.SPLIT, BatchState.CANCELLED]
)
@pytest.mark.parametrize("event", BatchEvent)
def test_a_settled_batch_never_moves_again(state: BatchState, event: BatchEvent) -> None:
    with pytest.raises(IllegalTransition):
        transition(state, event)


@pytest.mark.parametrize("event", [event for event in BatchEvent if event is not BatchEvent.INTEND])
def test_a_batch_is_not_submitted_without_an_intent(event: BatchEvent) -> None:
    try:
        after = transition(BatchState.PENDING, event)
    except IllegalTransition:
        return

    assert after in (BatchState.CANCELLED, BatchState.UNKNOWN)


@pytest.mark.parametrize("event", [event for event in CampaignEvent if event is not CampaignEvent.CANCEL])
def test_a_cancelled_campaign_stays_cancelled(event: CampaignEvent) -> None:
    with pytest.raises(IllegalTransition):
        campaign_transition(CampaignState.CANCELLED, event)


def test_cancelling_twice_is_no_fault() -> None:
    after = campaign_transition(CampaignState.CANCELLED, CampaignEvent.CANCEL)

    assert after is CampaignState.CANCELLED


@given(st.lists(st.sampled_from(WaveEvent), max_size=12))
def test_a_wave_passes_only_by_what_it_showed_or_by_somebodys_word(events: list[WaveEvent]) -> None:
    state, deciding = WaveState.CLOSED, None

    for event in events:
        try:
            state, deciding = wave_transition(state, event), event
        except IllegalTransition:
            continue

    assert state is not WaveState.PASSED or deciding in (WaveEvent.PASS, WaveEvent.OVERRIDE)
