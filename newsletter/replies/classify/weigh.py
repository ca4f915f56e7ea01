"""Weighing evidence: which kind a mail is, when rules speak for several."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from newsletter.domain.inbound import Evidence, InboundKind

__all__ = ["ENOUGH", "weigh"]

ENOUGH: Final = 0.75
"""What the evidence of a kind must come to, before a mail is no longer a person's."""

_DOUBT: Final = 0.3
"""How much more a machine has to come to for all that speaks for a person."""

_ROUNDED: Final = 1e-9  # what is lost in multiplying

_TOGETHER: Final[tuple[tuple[InboundKind, ...], ...]] = (
    (InboundKind.CHALLENGE, InboundKind.MDN, InboundKind.ACKNOWLEDGEMENT, InboundKind.OUT_OF_OFFICE),
    (InboundKind.DELAY, InboundKind.BOUNCE),
    (InboundKind.SPAM,),
)
"""Kinds of which one mail may have the words of several; the first is meant where two are alike."""


def weigh(evidence: Iterable[Evidence]) -> tuple[InboundKind, float]:
    """Return the kind and how sure it is, from 0 to 1.

    Weights of one kind are joined as chances of independent witnesses: all would have to be wrong. A person
    it is unless some kind comes to `ENOUGH` and to more than what speaks for a person. What speaks for
    different automatic answers speaks for one: the likeliest is then as sure as they are together. So it is
    with notices.
    """
    doubt: dict[InboundKind, float] = {}
    for one in evidence:
        doubt[one.kind] = doubt.get(one.kind, 1.0) * (1.0 - one.weight)
    scores = {kind: 1.0 - left for kind, left in doubt.items()}
    for_human = scores.pop(InboundKind.HUMAN, 0.0)
    joined = {kinds: 1.0 - math.prod(doubt.get(kind, 1.0) for kind in kinds) for kinds in _TOGETHER}
    kinds = max(_TOGETHER, key=lambda one: joined[one])
    best = max(kinds, key=lambda kind: scores.get(kind, 0.0))
    score = joined[kinds]
    enough = ENOUGH if best is InboundKind.SPAM else ENOUGH + _DOUBT * for_human
    if score + _ROUNDED >= enough and score > for_human:
        return best, round(score, 2)
    return InboundKind.HUMAN, round(max(for_human, 1.0 - score), 2)
