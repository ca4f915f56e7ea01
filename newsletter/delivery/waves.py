"""What may leave when: the watch a run keeps over the time and the waves of its campaign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.delivery.gates import faults, has_heard_enough
from newsletter.delivery.lateness import is_late, late_start, shown_lateness
from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import WaveEvent, WaveState
from newsletter.domain.wave import Wave, WaveKind
from newsletter.errors import UsageError
from newsletter.protocols import Clock, Ledger

__all__ = ["Waves"]

_SUBJECTS = {WaveKind.SUBJECT_A: "a", WaveKind.SUBJECT_B: "b"}
_LOOK_S = 5.0
"""How often it is asked what became of a wave's mail, in seconds."""


class Waves:
    """The waves of one campaign during one run. `reason` says why it has to pause, once it has to.

    `is_begun` is True once the time of the campaign has come, as far as `step` has seen. A wait is measured
    by a clock that nobody sets; only what passed before this run is told by the time of day.
    """

    def __init__(self, campaign: Campaign, ledger: Ledger, clock: Clock) -> None:
        """Watch over `campaign`; nothing is looked at yet."""
        self._campaign = campaign
        self._ledger = ledger
        self._clock = clock
        self._waves: dict[int, Wave] = {}
        self.look_again()
        self._ends: dict[int, float] = {}  # when the wait after a wave is over, on the clock nobody sets
        self._quiet = campaign.timing.quiet
        self._looked: dict[int, float] = {}
        self.is_begun = False
        self.reason: str | None = None

    def step(self) -> bool:
        """Do what the time has brought about; say whether the campaign may go on."""
        now = self._clock.now()
        start = self._campaign.starts_at
        if not self.is_begun and (start is None or start <= now):
            self.is_begun = True
            self.reason = late_start(self._campaign, self._ledger, now)
        while self.is_begun and self.reason is None:
            if not any(self._move(one, now) for one in self._stage()):
                break
        return self.reason is None

    def shut(self) -> Mapping[int, datetime]:
        """Return the waves that may not leave now, each with the time at which to look again."""
        now = self._clock.now()
        current = self._stage()
        soon = now + timedelta(seconds=_LOOK_S)
        ends = [self._end(one, now) for one in current if one.state is WaveState.WATCHED]
        later = max([now, *ends]) if ends and len(ends) == len(current) else soon
        found = {}
        for one in self._waves.values():
            if one.state is WaveState.CLOSED:
                times = [] if one in current and one.not_before is not None else [later]
                found[one.number] = max([*times, *((one.not_before,) if one.not_before else ())])
            elif self._quiet is not None and self._quiet.is_quiet(now, ZoneInfo(one.zone)):
                found[one.number] = self._quiet.opens(now, ZoneInfo(one.zone))
        return found

    def look_again(self) -> None:
        """Take over where the waves stand: another process has moved one."""
        self._waves = {one.number: one for one in self._ledger.waves(self._campaign.id)}

    def subject_of(self, number: int) -> str:
        """Return the subject that readers of wave `number` get: "a", or "b" where there is a second."""
        if self._campaign.timing.test is None:
            return "a"
        wave = self._waves.get(number)
        if wave is not None and wave.kind in _SUBJECTS:
            return _SUBJECTS[wave.kind]
        return self._ledger.campaign(self._campaign.id).timing.subject or "a"  # somebody may have changed it

    def _stage(self) -> list[Wave]:
        """Return the waves of the first stage that has not passed yet."""
        left = [one for one in self._waves.values() if one.state is not WaveState.PASSED]
        first = min((one.stage for one in left), default=0)
        return [one for one in left if one.stage == first]

    def _move(self, one: Wave, now: datetime) -> bool:
        """Bring a wave one state further, if it is time; say whether it was."""
        if one.state is WaveState.CLOSED:
            return self._open(one, now)
        if one.state is WaveState.OPEN and self._ledger.is_gone(self._campaign.id, one.number):
            return self._note(one, WaveEvent.WATCH, now)
        if one.state is WaveState.FAILED:
            self.reason = self._failure(one, one.why or "")
            return False
        return self._judge(one, now)

    def _open(self, one: Wave, now: datetime) -> bool:
        if one.not_before is not None and one.not_before > now:
            return False
        earlier = [before.passed_at for before in self._waves.values() if before.stage < one.stage]
        passed = [at for at in earlier if at is not None]
        due = max([one.not_before, *passed]) if one.not_before is not None else None
        if due is not None and is_late(due, now, self._campaign.timing):
            self.reason = f"wave {one.number} {shown_lateness(due, now)}"
            return False
        self._choose_subject(one)
        return self._note(one, WaveEvent.OPEN, now)

    def _choose_subject(self, one: Wave) -> None:
        """Decide which subject the rest gets, before the first of it goes, if nobody has decided yet."""
        timing = self._ledger.campaign(self._campaign.id).timing
        if timing.test is None or timing.subject is not None or one.kind in _SUBJECTS:
            return
        metric, found = timing.test.metric, {}
        for other in self._waves.values():
            if other.kind in _SUBJECTS:
                found[_SUBJECTS[other.kind]] = self._ledger.reactions(self._campaign.id, other.number, metric)
        subject, why = timing.test.choose(found["a"], found["b"])
        self._ledger.choose_subject(self._campaign.id, subject, why, is_by_hand=False)

    def _judge(self, one: Wave, now: datetime) -> bool:
        """Look at what became of a wave's mail, not too often; fail or pass it, if that decides."""
        is_gone = one.state is WaveState.WATCHED
        if one.gate is None:
            return is_gone and self._note(one, WaveEvent.PASS, now)
        at = self._clock.monotonic()
        is_over = is_gone and self._end(one, now) <= now
        if not is_over and at - self._looked.get(one.number, float("-inf")) < _LOOK_S:
            return False
        self._looked[one.number] = at
        if self._was_moved(one):
            return True
        showing = self._ledger.showing(self._campaign.id, one.number)
        is_over = is_over or (is_gone and has_heard_enough(one.gate, showing))
        found = faults(one.gate, showing, is_over=is_over)
        if found:
            self.reason = self._failure(one, "; ".join(found))
            return self._note(one, WaveEvent.FAIL, now, "; ".join(found))
        return is_over and self._note(one, WaveEvent.PASS, now)

    def _was_moved(self, one: Wave) -> bool:
        """Say whether somebody elsewhere has let a wave pass meanwhile."""
        self.look_again()
        return self._waves[one.number].state is not one.state

    def _end(self, one: Wave, now: datetime) -> datetime:
        """Return when the wait after a wave is over, by the time of day as it is now."""
        at = self._clock.monotonic()
        if one.number not in self._ends:
            wait_s = one.gate.wait_s if one.gate else 0.0
            waited_s = (now - one.watched_at).total_seconds() if one.watched_at else 0.0
            self._ends[one.number] = at + wait_s - min(max(waited_s, 0.0), wait_s)
        return now + timedelta(seconds=self._ends[one.number] - at)

    def _note(self, one: Wave, event: WaveEvent, now: datetime, why: str | None = None) -> bool:
        try:
            moved = self._ledger.move_wave(self._campaign.id, one.number, event, now, why)
        except UsageError:  # moved by another process since we looked: that stands
            self.look_again()
        else:
            self._waves[one.number] = moved
        return True

    def _failure(self, one: Wave, why: str) -> str:
        return f"the {one.kind} showed too much: {why}. To go on all the same, resume it with --override-gate"
