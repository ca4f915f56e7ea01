"""Small facts that the events of several providers need: a moment, and an id for what has none."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

__all__ = ["iso_moment", "made_id"]


def iso_moment(value: object) -> datetime | None:
    """Return a moment written as ISO 8601, in UTC; without an offset it is UTC. None for whatever is none."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def made_id(kind: str, *facts: object) -> str:
    """Return an id made from `facts`, which together make an event one of a kind."""
    told = "\0".join(str(fact) for fact in facts)
    return f"{kind}-{sha256(told.encode(errors='surrogatepass')).hexdigest()[:32]}"
