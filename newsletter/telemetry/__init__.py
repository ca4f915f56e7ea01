"""Watching over the program: nothing unless `[telemetry]` asks for it, and with the extra `telemetry`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from newsletter.config.telemetry import TelemetryConfig
from newsletter.domain.outcome import Submission
from newsletter.errors import ConfigError, Problem
from newsletter.protocols import Telemetry

__all__ = ["Silence", "open_telemetry"]


class Silence:
    """Takes note of nothing."""

    def campaign(self, campaign_id: str, provider: str) -> AbstractContextManager[None]:
        """Do nothing around a run."""
        del campaign_id, provider
        return nullcontext()

    def submitted(
        self, campaign_id: str, provider: str, recipients: int, submission: Submission, seconds: float
    ) -> None:
        """Do nothing."""

    def request(self, *, method: str, route: str, status: int, scheme: str, seconds: float) -> None:
        """Do nothing."""

    def events(self, kind: str, number: int) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def open_telemetry(config: TelemetryConfig, tell: Callable[[str], None]) -> Telemetry:
    """Return what `config` asks for; `tell` hears of what cannot be had and is no reason to stop.

    Raises ConfigError when the extra `telemetry` is not installed.
    """
    if config.metrics is None and config.traces is None:
        return Silence()
    try:
        from newsletter.telemetry.watching import Watching  # takes its time to import
    except ModuleNotFoundError as error:
        raise ConfigError(
            Problem(
                what=f"[telemetry] asks for figures or traces, and {error.name} is not installed",
                fix="pip install 'newsletter-as-code[telemetry]'",
            )
        ) from error
    return Watching(config, tell)
