"""When a campaign may leave, frozen when it is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.domain.quiet import QuietHours
from newsletter.domain.subject_test import SubjectTest

__all__ = ["AT_ONCE", "Timing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What decides when batches leave, beside the time of the campaign and of its waves.

    Nothing leaves before `undo_until`, so that it can still be taken back. What was to leave at a certain
    time and is more than `late_s` seconds late is held until somebody decides; `late_allowed_at` is when
    somebody did. Nothing leaves in `quiet` hours, by the clock of each wave's zone.
    Where two subjects are tried, `test` is the rule; `subject` is the one the rest gets ("a" or "b") once it
    is decided, `subject_why` why.
    """

    undo_until: datetime | None = None
    quiet: QuietHours | None = None
    test: SubjectTest | None = None
    subject: str | None = None
    subject_why: str | None = None
    late_s: float = 3600.0
    late_allowed_at: datetime | None = None


AT_ONCE = Timing()
"""Nothing to wait for."""
