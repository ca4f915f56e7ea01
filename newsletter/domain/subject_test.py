"""Two subjects of one letter, tried on some readers, and by which rule one of them is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Reactions", "SubjectMetric", "SubjectTest"]


class SubjectMetric(StrEnum):
    """What makes one subject better than another."""

    REPLIES = "replies"  # people who answered
    CLICKS = "clicks"  # people who followed a link; known only where clicks are tracked
    NONE = "none"  # nothing: somebody decides, else it is the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Reactions:
    """How many readers got one subject, and how many of them reacted."""

    readers: int
    reacted: int

    @property
    def share(self) -> float:
        """Return the share that reacted, from 0 to 1."""
        return self.reacted / self.readers if self.readers else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectTest:
    """The rule: the subject with more reactions wins, if the shares are at least `difference` (0 to 1) apart.

    Else, and where nobody reacted, it is the first.
    """

    metric: SubjectMetric
    difference: float

    def choose(self, first: Reactions, second: Reactions) -> tuple[str, str]:
        """Return the subject that wins, "a" or "b", and why in words."""
        if self.metric is SubjectMetric.NONE:
            return "a", "nothing is compared, and nobody decided"
        numbers = (
            f"{self.metric}: {first.reacted} of {first.readers} for a, "
            f"{second.reacted} of {second.readers} for b"
        )
        apart = second.share - first.share
        if first.reacted + second.reacted == 0:
            return "a", f"{numbers}; nothing to go by"
        if abs(apart) < self.difference:
            return "a", f"{numbers}; less than {self.difference:.1%} apart"
        return ("b" if apart > 0 else "a"), numbers
