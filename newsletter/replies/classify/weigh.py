"""Weighing evidence: which kind a mail is, when rules speak for several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from newsletter.domain.inbound import Evidence, InboundKind

__all__ = ["ENOUGH", "weigh"]

ENOUGH: Final = 0.6
"""What the evidence of a kind must come to, before a mail is no longer a person's."""

_ORDER: Final = (  # where two come to the same
    InboundKind.CHALLENGE,
    InboundKind.MDN,
    InboundKind.ACKNOWLEDGEMENT,
    InboundKind.OUT_OF_OFFICE,
    InboundKind.SPAM,
)


def weigh(evidence: Iterable[Evidence]) -> tuple[InboundKind, float]:
    """Return the kind and how sure it is, from 0 to 1.

    Weights of one kind are joined as chances of independent witnesses: all would have to be wrong. A person
    it is unless some kind comes to `ENOUGH` and to more than what speaks for a person.
    """
    doubt: dict[InboundKind, float] = {}
    for one in evidence:
        doubt[one.kind] = doubt.get(one.kind, 1.0) * (1.0 - one.weight)
    scores = {kind: 1.0 - left for kind, left in doubt.items()}
    for_human = scores.pop(InboundKind.HUMAN, 0.0)
    best = max(_ORDER, key=lambda kind: scores.get(kind, 0.0))
    score = scores.get(best, 0.0)
    if score >= ENOUGH and score > for_human:
        return best, round(score, 2)
    return InboundKind.HUMAN, round(max(for_human, 1.0 - score), 2)
