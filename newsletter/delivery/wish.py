"""What somebody asks for when sending, beside what the configuration says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.config.schema import Config
from newsletter.delivery.when import Appointment, parse_appointment
from newsletter.domain.canary import canary_size
from newsletter.domain.duration import parse_duration_s
from newsletter.errors import Problem, UsageError

__all__ = ["NO_WISH", "Wish"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Options of one act of sending, as they were typed; None where there is none.

    `at` is when it leaves, `undo` how long it can be taken back, `canary` how many go first.
    `is_watched` says that somebody is at the terminal.
    """

    at: str | None = None
    undo: str | None = None
    canary: str | None = None
    is_watched: bool = False

    def appointment(self, config: Config, now: datetime) -> Appointment | None:
        """Return when it is to leave; None: at once. Raises UsageError, also for a time that has passed."""
        if self.at is None:
            return None
        found = parse_appointment(self.at, now=now, zone=ZoneInfo(config.newsletter.timezone))
        if found.at <= now:
            raise UsageError(
                Problem(
                    what=f"{found.at:%Y-%m-%d %H:%M} UTC has passed", fix="leave --at out to send at once"
                )
            )
        return found

    def canary_text(self, config: Config) -> str:
        """Return how many go first, as asked for, else as configured. Raises UsageError."""
        if self.canary is None:
            return config.send.canary
        try:
            canary_size(self.canary, 1)
        except ValueError as error:
            raise UsageError(
                Problem(what=f"--canary: {error}", fix="write --canary 5%, --canary 300 or --canary off")
            ) from None
        return self.canary

    def undo_s(self, config: Config, *, is_real: bool) -> float:
        """Return for how many seconds it can be taken back: as asked for, else as configured.

        The configuration counts for mail that leaves this machine (`is_real`) at once, while somebody looks
        on. Raises UsageError when what was asked for is no length of time.
        """
        if self.undo is None:
            counts = is_real and self.is_watched and self.at is None
            return parse_duration_s(config.send.undo) if counts else 0.0
        try:
            return parse_duration_s(self.undo)
        except ValueError as error:
            raise UsageError(Problem(what=f"--undo: {error}", fix="write --undo 30s, or --undo 0")) from None


NO_WISH = Wish()
"""At once, and everything as configured."""
