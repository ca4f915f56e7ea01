"""Figures that Prometheus fetches; the one module that knows Prometheus."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, start_http_server

from newsletter import __version__
from newsletter.domain.outcome import OutcomeKind

__all__ = ["Figures", "serve_figures"]

_SUBMISSION_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""The bounds that OpenTelemetry's conventions advise for `http.server.request.duration`."""


class Figures:
    """Every figure, with its labels; see docs/how-to/watch-over-it.md.

    What OpenTelemetry has a name for is called so, as Prometheus writes it; the rest is `newsletter_…`.
    """

    def __init__(self) -> None:
        """Begin at nought."""
        self.registry = CollectorRegistry()
        Info("target", "Who tells these figures.", registry=self.registry).info(
            {"service_name": "newsletter", "service_version": __version__}
        )
        self._messages = Counter(
            "newsletter_messages",
            "Messages handed to a provider, by what became of that.",
            ("provider", "outcome"),
            registry=self.registry,
        )
        self._submissions = Counter(
            "newsletter_submissions",
            "Batches handed to a provider, by what became of them as a whole.",
            ("provider", "outcome"),
            registry=self.registry,
        )
        self._submission_seconds = Histogram(
            "newsletter_submission_seconds",
            "How long a provider took to answer for a batch.",
            ("provider",),
            registry=self.registry,
            buckets=_SUBMISSION_S,
        )
        self._request_seconds = Histogram(
            "http_server_request_duration_seconds",
            "How long the public site took to answer.",
            ("http_request_method", "http_route", "http_response_status_code", "error_type", "url_scheme"),
            registry=self.registry,
            buckets=_REQUEST_S,
        )
        self._events = Counter(
            "newsletter_events",
            "Events that providers reported and that were new.",
            ("kind",),
            registry=self.registry,
        )

    def submitted(self, provider: str, whole: OutcomeKind, kinds: Tally[OutcomeKind], seconds: float) -> None:
        """Count a batch that became `whole`, and its messages by `kinds`."""
        self._submissions.labels(provider, whole.value).inc()
        self._submission_seconds.labels(provider).observe(seconds)
        for kind, number in kinds.items():
            self._messages.labels(provider, kind.value).inc(number)

    def request(self, *, method: str, route: str, status: int, scheme: str, seconds: float) -> None:
        """Count an answer of the site; a label without a value is one that is not there."""
        error = str(status) if status >= 500 else ""
        self._request_seconds.labels(method, route, str(status), error, scheme).observe(seconds)

    def events(self, kind: str, number: int) -> None:
        """Count events."""
        self._events.labels(kind).inc(number)


def serve_figures(
    address: str, registry: CollectorRegistry, tell: Callable[[str], None]
) -> Callable[[], None] | None:
    """Answer requests for figures at `address` (`host:port`); return what ends that.

    A port that is taken is told, and None is returned.
    """
    host, _, port = address.rpartition(":")
    try:
        server, thread = start_http_server(int(port), host.strip("[]"), registry=registry)
    except OSError as error:
        tell(f"[telemetry] metrics: nothing can listen on {address} ({error.strerror}): no figures.")
        return None

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop
