"""What the time of an answer says: nobody reads a letter in a minute, and programs answer within one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from newsletter.domain.inbound import Evidence, InboundKind

__all__ = ["time_evidence"]

_AT_ONCE: Final = timedelta(minutes=1)
_CLOCKS: Final = timedelta(seconds=-5)  # so far two clocks that are set by the net may differ
_WEIGHT: Final = 0.6  # people who only say thanks are quick as well


def time_evidence(answered_after: timedelta | None, kind: InboundKind) -> Iterator[Evidence]:
    """Yield a piece where an answer was written at once after the letter had left.

    `answered_after` is the time in between, None where it is not known; which `kind` of machine, the words
    have told. A provider may hold a letter for a while, so that no time is too long for a program.
    """
    if answered_after is not None and _CLOCKS <= answered_after <= _AT_ONCE:
        seconds = max(0, round(answered_after.total_seconds()))
        yield Evidence(
            kind=kind, weight=_WEIGHT, rule="time:at-once", excerpt=f"{seconds} s after the letter had left"
        )
