"""Waves: the parts of a campaign that go together, what each has to show, and what it showed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.domain.delivery import WaveState

__all__ = ["Gate", "Showing", "Wave", "WaveKind", "may_leave"]


class WaveKind(StrEnum):
    """What a wave is for."""

    CANARY = "canary"  # a few readers first, to see what becomes of their mail
    SUBJECT_A = "subject-a"  # readers with the first of two subjects
    SUBJECT_B = "subject-b"  # readers with the second
    DAY = "day"  # as many as may leave on one day
    REST = "rest"  # everybody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a wave must not show if the next is to go.

    `bounced` (hard bounces and refusals), `complained` and `dropped` are the largest shares, from 0 to 1,
    of which one may be certain. It is looked at for `wait_s` seconds after the wave has gone, or until the
    provider has told of a share of `heard`.
    """

    wait_s: float
    bounced: float = 0.02
    complained: float = 0.001
    dropped: float = 0.05
    heard: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What became of a wave, in readers.

    `submitted` were accepted or refused for good (`refused`), `unknown` may or may not have it. Of the rest
    the provider tells: `bounced` (hard), `complained`, `dropped`, and how many it told of at all (`heard`).
    """

    submitted: int = 0
    refused: int = 0
    unknown: int = 0
    bounced: int = 0
    complained: int = 0
    dropped: int = 0
    heard: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One wave of a campaign; `number` counts from 0.

    Waves of one `stage` go side by side, each from its `not_before`; the next stage waits until all of them
    have passed their `gate`. `size` is how many readers it has, `zone` the time zone (IANA) they all are in.
    `watched_at` is when all of it had gone, `passed_at` when the next might; `why` says what it failed for,
    or who let it pass all the same.
    """

    number: int
    kind: WaveKind
    stage: int = 0
    size: int = 0
    zone: str = ""
    state: WaveState = WaveState.CLOSED
    not_before: datetime | None = None
    gate: Gate | None = None
    watched_at: datetime | None = None
    passed_at: datetime | None = None
    showing: Showing | None = None
    why: str | None = None


def may_leave(waves: Iterable[Wave], number: int) -> bool:
    """Say whether mail of wave `number` may leave, as `waves`, all of a campaign, stand.

    It was opened and did not fail, and every wave of an earlier stage has passed. A campaign without waves
    keeps nobody back.
    """
    found = {one.number: one for one in waves}
    own = found.get(number)
    if own is None:
        return not found
    if own.state in (WaveState.CLOSED, WaveState.FAILED):
        return False
    return all(one.state is WaveState.PASSED for one in found.values() if one.stage < own.stage)
