"""Whatever other processes do to the waves, mail is intended only where every gate before it has passed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from delivery_world import CAMPAIGN, World, reader
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.domain.campaign import Attempt, Member
from newsletter.domain.delivery import CampaignEvent, WaveEvent, WaveState
from newsletter.domain.wave import Wave, WaveKind
from newsletter.errors import UsageError
from newsletter.protocols import Intent, WaveShut

WAVES = (
    Wave(number=0, kind=WaveKind.SUBJECT_A, size=2, zone="UTC"),
    Wave(number=1, kind=WaveKind.SUBJECT_B, size=2, zone="UTC"),
    Wave(number=2, kind=WaveKind.DAY, stage=1, size=4, zone="UTC"),
    Wave(number=3, kind=WaveKind.REST, stage=2, size=4, zone="UTC"),
)
LEAVING = (WaveState.OPEN, WaveState.WATCHED, WaveState.PASSED)
MOVES = st.tuples(st.just("move"), st.integers(0, 3), st.sampled_from(list(WaveEvent)))
INTENTS = st.tuples(st.just("intend"), st.integers(0, 3), st.none())


def member(number: int) -> Member:
    return reader(number)._replace(wave=(0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3)[number])


def may_leave(states: dict[int, WaveState], number: int) -> bool:
    """Say so in the words of the plan: the two subjects together, then a day, then the rest."""
    before = {0: (), 1: (), 2: (0, 1), 3: (0, 1, 2)}[number]
    return states[number] in LEAVING and all(states[one] is WaveState.PASSED for one in before)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MOVES | INTENTS, max_size=25))
def test_mail_is_intended_only_where_every_gate_before_it_has_passed(actions):
    with tempfile.TemporaryDirectory() as root:
        world = World(root=Path(root), batch_size=2)
        world.reader = member
        world.plan(12, waves=WAVES)
        ledger = world.store.ledger
        ledger.change(CAMPAIGN, CampaignEvent.RUN)
        for action, number, event in actions:
            if action == "move":
                try:
                    ledger.move_wave(CAMPAIGN, number, event, world.clock.now())
                except UsageError:
                    continue
            else:
                intend(ledger, number, world.clock.now())
        world.store.close()


def intend(ledger, number, now):
    """Try to submit the first batch of a wave that is still pending, and compare the answer."""
    batch = next((one for one in ledger.batches(CAMPAIGN, "pending") if one.wave == number), None)
    if batch is None:
        return
    states = {one.number: one.state for one in ledger.waves(CAMPAIGN)}
    attempt = Attempt(
        batch_id=batch.id, number=1, key=f"{CAMPAIGN}.{batch.id}.1", body_digest="b", started_at=now
    )

    answer = ledger.intend(batch, attempt)

    assert isinstance(answer, Intent if may_leave(states, number) else WaveShut)
