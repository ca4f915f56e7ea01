"""A ledger that can die at named points, and the same with deliberate faults for the search to find."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.protocols import Intent, LateSuppression

POINTS = ("before intend", "after intend", "before take", "after take", "before settle", "after settle")


class Crash(BaseException):
    """The process dies here."""


class Mortal:
    """A ledger that passes everything on, and dies at one named point."""

    def __init__(self, ledger, point: str | None = None, after: int = 0) -> None:
        self._ledger = ledger
        self.point = point
        self.left = after

    def __getattr__(self, name: str):
        return getattr(self._ledger, name)

    def reach(self, point: str) -> None:
        if point == self.point:
            if self.left == 0:
                raise Crash(point)
            self.left -= 1

    def intend(self, batch, attempt, tolls=()):
        self.reach("before intend")
        answer = self._ledger.intend(batch, attempt, tolls)
        self.reach("after intend")
        return answer

    def settle(self, attempt, submission, now) -> None:
        self.reach("before settle")
        self._ledger.settle(attempt, submission, now)
        self.reach("after settle")


class ReleasesOrphans(Mortal):
    """What was under way at a death is sent again."""

    def lose_orphans(self, campaign_id):
        lost = self._ledger.lose_orphans(campaign_id)
        if lost:
            self._ledger.resolve(campaign_id, assume_sent=False, now=datetime.now(UTC))
        return lost


class IntendsAfterwards(Mortal):
    """The intent is written together with the outcome."""

    def intend(self, batch, attempt, tolls=()):
        self.reach("before intend")
        self.batch = batch
        return Intent(attempt=attempt)

    def settle(self, attempt, submission, now) -> None:
        self.reach("before settle")
        while not isinstance(self._ledger.intend(self.batch, attempt), Intent):
            pass
        self._ledger.settle(attempt, submission, now)


class RetriesUnknown(Mortal):
    """An answer that proves nothing is taken as "not sent"."""

    def settle(self, attempt, submission, now) -> None:
        kind = OutcomeKind.NOT_SENT if submission.outcome.kind is OutcomeKind.UNKNOWN else None
        outcome = replace(submission.outcome, kind=kind) if kind else submission.outcome
        super().settle(attempt, replace(submission, outcome=outcome), now)


class AcceptsAll(Mortal):
    """What is said of single readers is not heard."""

    def settle(self, attempt, submission, now) -> None:
        super().settle(attempt, Submission(outcome=submission.outcome), now)


class ForgetsCancel(Mortal):
    """A cancel is not written down."""

    def change(self, campaign_id, event, reason=None):
        if event is CampaignEvent.CANCEL:
            event = CampaignEvent.PAUSE
        return self._ledger.change(campaign_id, event, reason)


class ProvesTheNeighbour(Mortal):
    """Evidence is written down one position too far."""

    def prove(self, batch_id, submission, now, key=None) -> None:
        moved = {at + 1: outcome for at, outcome in submission.exceptions.items()}
        self._ledger.prove(batch_id, Submission(outcome=submission.outcome, exceptions=moved), now, key)


class TakesUnknownForSent(Mortal):
    """An answer that proves nothing is taken as "accepted"."""

    def settle(self, attempt, submission, now) -> None:
        outcome = submission.outcome
        if outcome.kind is OutcomeKind.UNKNOWN:
            outcome = replace(outcome, kind=OutcomeKind.ACCEPTED)
        super().settle(attempt, replace(submission, outcome=outcome), now)


class AnswersLateSuppressionWithGo(Mortal):
    """Whoever leaves after the plan is mailed all the same."""

    def intend(self, batch, attempt, tolls=()):
        answer = super().intend(batch, attempt)
        return super().intend(batch, attempt) if isinstance(answer, LateSuppression) else answer


class MixesUpLetters(Mortal):
    """A batch is sent with the letter of the other variant."""

    def next_batch(self, *asked):
        found = self._ledger.next_batch(*asked)
        swapped = {"0": "1", "1": "0"}
        return found and replace(found, variant=swapped.get(found.variant, found.variant))
