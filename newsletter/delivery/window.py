"""How many submissions may be under way at once, found out by trying, as TCP does (RFC 5681)."""

from __future__ import annotations

from newsletter.delivery.breaker import tally
from newsletter.domain.outcome import OutcomeKind, Submission

__all__ = ["Window"]

_FIRST = 4  # the most segments TCP begins with (RFC 5681 3.1)


class Window:
    """Grows with every batch that is taken, shrinks when the provider says: not now.

    It begins with four, adds one for each batch taken until the provider first pushes back, and from then on
    one for each full window. Being pushed back halves it; an answer that proves nothing leaves one, so that
    not more become unknown.
    """

    def __init__(self, limit: int) -> None:
        """Never let more than `limit` be under way."""
        self._limit = limit
        self._size = float(min(_FIRST, limit))
        self._threshold = float(limit)

    @property
    def size(self) -> int:
        """Return how many may be under way."""
        return int(self._size)

    def note(self, submission: Submission, size: int) -> None:
        """Take in the answer to a batch of `size`; what is said about single readers says nothing here."""
        kinds = tally(submission, size)
        if OutcomeKind.UNKNOWN in kinds:
            self._shrink(1.0)
        elif submission.outcome.kind is OutcomeKind.NOT_SENT and len(submission.exceptions) < size:
            self._shrink(self._size / 2)
        elif OutcomeKind.ACCEPTED in kinds:
            step = 1.0 if self._size < self._threshold else 1.0 / self._size
            self._size = min(self._size + step, float(self._limit))

    def _shrink(self, size: float) -> None:
        self._threshold = max(self._size / 2, 1.0)
        self._size = max(size, 1.0)
