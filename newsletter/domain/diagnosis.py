"""What was found when asking whether everything is set up to arrive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.domain.dns_record import DnsRecord
from newsletter.source import Place

__all__ = ["Diagnosis", "Health"]


class Health(StrEnum):
    """How one thing stands."""

    FINE = "fine"
    WARNING = "warning"  # mail leaves, and something is worse for it, or could not be seen
    PROBLEM = "problem"  # mail does not leave, or does not arrive
    UNASKED = "unasked"  # nobody answered, so nothing is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing that was looked at: `subject` in a word or two, what was found, and what to do about it.

    `code` names its entry in the reference, where it has one; `why` says what comes of it. `evidence` are the
    answers it rests on, as they came; `records` is what to publish in the DNS. `key` is what it is about in
    the configuration, such as `("sender", "from")`, and `place` where that stands.
    """

    subject: str
    health: Health
    what: str
    fix: str | None = None
    code: str | None = None
    why: str | None = None
    evidence: tuple[str, ...] = ()
    records: tuple[DnsRecord, ...] = ()
    key: tuple[str, ...] = ()
    place: Place | None = None
