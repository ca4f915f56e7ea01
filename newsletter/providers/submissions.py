"""From an outcome for each recipient to the one answer for a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from newsletter.domain.outcome import Outcome, OutcomeKind, Submission

__all__ = ["join_api_outcomes", "join_outcomes", "said_to_us"]

_SAME_FOR_ALL = 5  # that many readers refused in the same words, and nobody taken: it is not about them
_SOON_S = 1.0
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


def said_to_us(outcome: Outcome) -> Outcome | None:
    """Return what the outcome of one message means for those not tried yet; None: nothing, go on.

    An answer that proves nothing leaves them unsent, so that not more becomes unknown.
    """
    if outcome.kind is OutcomeKind.UNKNOWN:
        return Outcome(kind=OutcomeKind.NOT_SENT, detail=f"not tried after an unknown: {outcome.detail}")
    return outcome if outcome.kind in (OutcomeKind.HALT, OutcomeKind.NOT_SENT) else None


def join_api_outcomes(
    outcomes: Mapping[int, Outcome], refused: Mapping[int, Outcome], whole: Outcome | None
) -> Submission:
    """Return the submission for a batch whose peer answers for each message, `refused` never having left.

    A refusal in the same words for everybody is about us, whatever it says, and halts. A server that takes
    some and is then too busy for the others gets them again soon, not when a busy mailbox would.
    """
    said = set(outcomes.values())
    if len(said) == 1:
        (only,) = said
        if only.kind is OutcomeKind.REJECTED and len(outcomes) >= _SAME_FOR_ALL:
            detail = f"every reader of the batch was refused in the same words: {only.detail}"
            only = replace(only, kind=OutcomeKind.HALT, detail=detail)
        if only.kind is not OutcomeKind.REJECTED:
            return join_outcomes({**refused, **dict.fromkeys(outcomes, only)}, only)
    if whole is not None and whole.kind is OutcomeKind.NOT_SENT and whole.retry_after_s is None:
        soon = replace(whole, retry_after_s=_SOON_S)
        outcomes = {at: soon if one == whole else one for at, one in outcomes.items()}
        whole = soon
    return join_outcomes({**refused, **outcomes}, whole)
