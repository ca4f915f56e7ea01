"""From an outcome for each recipient to the one answer for a batch."""

from __future__ import annotations

from collections.abc import Mapping

from newsletter.domain.outcome import Outcome, OutcomeKind, Submission

__all__ = ["join_outcomes"]

_NOBODY = Outcome(kind=OutcomeKind.NOT_SENT, detail="nobody left to send to")


def join_outcomes(outcomes: Mapping[int, Outcome], whole: Outcome | None = None) -> Submission:
    """Return the submission that says `outcomes`, position by position.

    `whole` is what the peer said to us rather than about one reader, if it did. Without it the outcome of
    the whole is accepted if anybody was, and everything said about one reader is named as such: a rejection
    of the whole would mean that nobody knows whom it concerns.
    """
    accepted = (one for one in outcomes.values() if one.kind is OutcomeKind.ACCEPTED)
    said = whole or next(accepted, _NOBODY)
    return Submission(
        outcome=said, exceptions={position: one for position, one in outcomes.items() if one != said}
    )
