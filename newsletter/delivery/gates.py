"""Whether what became of a wave says that the rest may go."""

from __future__ import annotations

from math import sqrt

from newsletter.domain.wave import Gate, Showing

__all__ = ["faults", "has_heard_enough", "least_share"]

_SURE = 1.96
"""Standard deviations of a normal distribution that leave 2.5 % above them."""


def least_share(hits: int, of: int) -> float:
    """Return the share (0 to 1) of which one can be certain after `hits` in a sample: Wilson's lower bound.

    With few readers a single bounce proves little, and the bound says so. Source: E. B. Wilson, 1927,
    "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22.
    """
    if of <= 0 or hits <= 0:
        return 0.0
    share = min(hits, of) / of
    square = _SURE * _SURE
    spread = _SURE * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (share + square / (2 * of) - spread) / (1 + square / of))


def faults(gate: Gate, showing: Showing, *, is_over: bool) -> list[str]:
    """Return what speaks against going on, each with its numbers; nothing: it may.

    While the wait is not over, what is unknown may still turn out well, so that it does not count yet.
    """
    of = showing.submitted
    found = [
        _fault(hits, of, limit, what)
        for hits, limit, what in (
            (showing.bounced + showing.refused, gate.bounced, "bounced"),
            (showing.complained, gate.complained, "complained"),
            (showing.dropped, gate.dropped, "were dropped by the provider"),
        )
        if least_share(hits, of) > limit
    ]
    if is_over and showing.unknown:
        found.append(f"{showing.unknown:,} are unknown: they may or may not have it")
    return found


def has_heard_enough(gate: Gate, showing: Showing) -> bool:
    """Say whether the provider has told of so many that waiting longer would tell little more."""
    return showing.submitted > 0 and showing.heard + showing.refused >= gate.heard * showing.submitted


def _fault(hits: int, of: int, limit: float, what: str) -> str:
    return f"{hits:,} of {of:,} {what} ({hits / of:.1%}; certainly more than {limit:.1%})"
