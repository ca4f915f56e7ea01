"""What one attempt told us, in three honest ways: accepted, not accepted, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Outcome", "OutcomeKind", "Submission"]


class OutcomeKind(StrEnum):
    """The five answers; `unknown` is never "failed".

    accepted: the provider took responsibility. not_sent: provably nothing left, or it was provably
    refused for now (429, 4yz). rejected: this recipient, or this batch as a whole, was refused for good.
    halt: key, account or sender refused; nothing was sent and going on makes no sense. unknown: all else.
    """

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"
    REJECTED = "rejected"
    HALT = "halt"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One answer: `detail` in plain words, `provider_id` when accepted, `retry_after_s` when not sent."""

    kind: OutcomeKind
    detail: str = ""
    provider_id: str | None = None
    retry_after_s: float | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of a whole batch: one outcome for all positions, save those in `exceptions`."""

    outcome: Outcome
    exceptions: Mapping[int, Outcome] = field(default_factory=dict)

    def of(self, position: int) -> Outcome:
        """Return the outcome of the recipient at `position`."""
        return self.exceptions.get(position, self.outcome)
