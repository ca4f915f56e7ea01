"""From an outcome for each recipient to the one answer for a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from newsletter.domain.outcome import Outcome, OutcomeKind, Submission

__all__ = ["tally"]


def tally(outcomes: Mapping[int, Outcome]) -> Submission:
    """Return the submission that says `outcomes`, position by position.

    A halt is the outcome of the whole, because it concerns the campaign. A rejection is always named: as
    the outcome of the whole it would mean that nobody knows whom it concerns.
    """
    whole = _whole(outcomes)
    exceptions = {
        position: outcome for position, outcome in outcomes.items() if outcome.kind is not whole.kind
    }
    return Submission(outcome=whole, exceptions=exceptions)


def _whole(outcomes: Mapping[int, Outcome]) -> Outcome:
    kinds = Counter(outcome.kind for outcome in outcomes.values())
    del kinds[OutcomeKind.REJECTED]
    if not kinds:
        return Outcome(kind=OutcomeKind.NOT_SENT, detail="nobody left to send to")
    kind = OutcomeKind.HALT if OutcomeKind.HALT in kinds else kinds.most_common(1)[0][0]
    return next(outcome for outcome in outcomes.values() if outcome.kind is kind)
