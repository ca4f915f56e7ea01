"""What the answers of a provider mean for the rest: go on, wait, ask whether it is there, or stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from newsletter.domain.outcome import Outcome, OutcomeKind, Submission

__all__ = ["Breaker", "Patience", "tally"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to bear with a provider; times in seconds.

    A refusal for now is tried again after `first_s`, doubled each time up to `longest_s`, with jitter; what
    the provider asks for is kept up to `longest_asked_s`. One reader's refusal for now (it has a status)
    waits `reader_s`, doubled per attempt: greylisting (RFC 6647 4.2) takes minutes.
    The campaign is paused after `not_sent` answers in a row that nothing was taken, `unknown` answers in a
    row that prove nothing, or `rejected` refusals of whole batches in a row: one bad address among 1,000 is
    found in 11, so many more than that mean that the provider refuses everybody.
    """

    first_s: float = 1.0
    longest_s: float = 60.0
    longest_asked_s: float = 3600.0
    reader_s: float = 60.0
    not_sent: int = 7
    unknown: int = 3
    rejected: int = 30


def tally(submission: Submission, size: int) -> dict[OutcomeKind, int]:
    """Return how many of the `size` recipients got each kind of answer."""
    counts: dict[OutcomeKind, int] = {}
    for outcome in submission.exceptions.values():
        counts[outcome.kind] = counts.get(outcome.kind, 0) + 1
    rest = size - len(submission.exceptions)
    if rest > 0:
        counts[submission.outcome.kind] = counts.get(submission.outcome.kind, 0) + rest
    return counts


class Breaker:
    """Counts answers in a row. Pure but for `random`, which returns numbers from 0 up to 1.

    `halt` and `give_up` hold the reason once the provider refuses us, or our patience is at its end.
    `must_probe` is set by an unknown answer until a probe is accepted: nothing may be claimed meanwhile.
    """

    def __init__(self, patience: Patience, random: Callable[[], float]) -> None:
        """Start closed, with nothing held against the provider."""
        self._patience = patience
        self._random = random
        self._not_sent = 0
        self._unknown = 0
        self._rejected = 0
        self._closed_until = float("-inf")
        self.must_probe = False
        self.give_up: str | None = None
        self.halt: str | None = None

    def wait_s(self, now: float) -> float:
        """Return how long nothing may be claimed; `now` is monotonic."""
        return max(0.0, self._closed_until - now)

    def note(self, submission: Submission, size: int, attempt: int, now: float) -> Submission:
        """Take in the answer to attempt number `attempt` of a batch of `size`.

        Returns the submission with `retry_after_s` filled in wherever something is to be tried again.
        """
        counts = tally(submission, size)
        if OutcomeKind.ACCEPTED in counts:
            self._not_sent = self._unknown = self._rejected = 0
        if OutcomeKind.HALT in counts:
            self.halt = self.halt or _detail(submission, OutcomeKind.HALT)
        if OutcomeKind.UNKNOWN in counts:
            self._note_unknown(_detail(submission, OutcomeKind.UNKNOWN))
        elif set(counts) == {OutcomeKind.REJECTED}:
            self._note_rejected(_detail(submission, OutcomeKind.REJECTED))
        delay = 0.0
        if set(counts) == {OutcomeKind.NOT_SENT}:
            delay = self._note_not_sent(submission, size, now)
        return self._with_delays(submission, attempt, delay)

    def note_probe(self, outcome: Outcome, now: float) -> None:
        """Take in the answer to a probe: accepted closes the breaker, halt halts, the rest waits."""
        if outcome.kind is OutcomeKind.ACCEPTED:
            self.must_probe = False
            self._not_sent = 0
        elif outcome.kind is OutcomeKind.HALT:
            self.halt = outcome.detail
        else:
            self._hold(outcome, now)

    def _note_not_sent(self, submission: Submission, size: int, now: float) -> float:
        """Nothing was taken: hold everything back if it was the provider's word, not only the readers'."""
        if len(submission.exceptions) < size:
            return self._hold(submission.outcome, now)
        self._count_not_sent(_detail(submission, OutcomeKind.NOT_SENT))
        return 0.0

    def _hold(self, outcome: Outcome, now: float) -> float:
        self._count_not_sent(outcome.detail)
        delay = self._backoff(outcome.retry_after_s)
        self._closed_until = max(self._closed_until, now + delay)
        return delay

    def _count_not_sent(self, detail: str) -> None:
        self._not_sent += 1
        if self._not_sent >= self._patience.not_sent:
            self.give_up = f"the provider took nothing {self._not_sent} times in a row: {detail}"

    def _backoff(self, asked_s: float | None) -> float:
        if asked_s is not None:
            return min(max(asked_s, 0.0), self._patience.longest_asked_s)
        doubled = self._patience.first_s * 2.0 ** (self._not_sent - 1)
        return min(doubled, self._patience.longest_s) * (0.5 + self._random() / 2)

    def _note_unknown(self, detail: str) -> None:
        self._unknown += 1
        self.must_probe = True
        if self._unknown >= self._patience.unknown:
            self.give_up = f"{self._unknown} answers in a row that prove nothing: {detail}"

    def _note_rejected(self, detail: str) -> None:
        self._rejected += 1
        if self._rejected >= self._patience.rejected:
            self.give_up = f"the provider refused {self._rejected} times in a row: {detail}"

    def _with_delays(self, submission: Submission, attempt: int, delay: float) -> Submission:
        return Submission(
            outcome=self._delayed(submission.outcome, attempt, delay),
            exceptions={
                at: self._delayed(outcome, attempt, delay) for at, outcome in submission.exceptions.items()
            },
        )

    def _delayed(self, outcome: Outcome, attempt: int, delay: float) -> Outcome:
        if outcome.kind is not OutcomeKind.NOT_SENT:
            return outcome
        if outcome.retry_after_s is not None:
            delay = min(max(outcome.retry_after_s, 0.0), self._patience.longest_asked_s)
        elif not delay and outcome.status is not None:  # the reader's server spoke: a busy or full mailbox
            delay = min(self._patience.reader_s * 2.0 ** min(attempt - 1, 10), self._patience.longest_asked_s)
        return replace(outcome, retry_after_s=delay)


def _detail(submission: Submission, kind: OutcomeKind) -> str:
    outcomes = (submission.outcome, *submission.exceptions.values())
    return next((outcome.detail for outcome in outcomes if outcome.kind is kind), "")
