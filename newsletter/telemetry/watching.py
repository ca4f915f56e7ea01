"""Tells figures and spans at once what happens, as far as each is asked for."""

from __future__ import annotations

import threading
from collections import Counter as Tally
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from newsletter.config.telemetry import TelemetryConfig
from newsletter.domain.outcome import Submission
from newsletter.telemetry.figures import Figures, serve_figures
from newsletter.telemetry.spans import Spans

__all__ = ["Watching"]


class Watching:
    """Keeps figures, serves them on request, and hands spans over in the background."""

    def __init__(self, config: TelemetryConfig, tell: Callable[[str], None]) -> None:
        """Begin; a port that is taken is told, and the program goes on without being asked for figures."""
        self._figures = Figures()
        self._stop_serving = (
            serve_figures(config.metrics, self._figures.registry, tell) if config.metrics else None
        )
        self._spans = Spans(config.traces, wait_s=config.traces_wait_s, tell=tell) if config.traces else None
        self._lock = threading.Lock()

    def campaign(self, campaign_id: str, provider: str) -> AbstractContextManager[None]:
        """Put a span around a run; an exception marks it by its class, without its text."""
        return nullcontext() if self._spans is None else self._spans.run(campaign_id, provider)

    def submitted(
        self, campaign_id: str, provider: str, recipients: int, submission: Submission, seconds: float
    ) -> None:
        """Count a batch and its recipients by outcome, and add a span to that of the run."""
        kinds = Tally(submission.of(position).kind for position in range(recipients))
        self._figures.submitted(provider, submission.outcome.kind, kinds, seconds)
        if self._spans is not None:
            self._spans.submitted(campaign_id, provider, submission.outcome.kind, kinds, seconds)

    def request(self, *, method: str, route: str, status: int, scheme: str, seconds: float) -> None:
        """Count a request of the site, and make a span of it."""
        for told in (self._figures, self._spans):
            if told is not None:
                told.request(method=method, route=route, status=status, scheme=scheme, seconds=seconds)

    def events(self, kind: str, number: int) -> None:
        """Count events."""
        self._figures.events(kind, number)

    def close(self) -> None:
        """Hand over the last spans and stop answering; a second call does nothing."""
        with self._lock:
            stop, self._stop_serving = self._stop_serving, None
            spans, self._spans = self._spans, None
        if spans is not None:
            spans.close()
        if stop is not None:
            stop()
