"""Figures for Prometheus and traces for OpenTelemetry; the one module that knows either."""

from __future__ import annotations

import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, set_span_in_context
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server

from newsletter import __version__
from newsletter.config.telemetry import TelemetryConfig
from newsletter.domain.outcome import OutcomeKind, Submission

__all__ = ["Watching"]

_EXPORT_TIMEOUT_S = 5
_FLUSH_MS = 5000
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Watching:
    """Keeps figures, serves them on request, and hands spans over in the background."""

    def __init__(self, config: TelemetryConfig, tell: Callable[[str], None]) -> None:
        """Begin; a port that is taken is told, and the program goes on without being asked for figures."""
        self._figures = _Figures()
        self._stop_serving = _serve(config.metrics, self._figures.registry, tell) if config.metrics else None
        self._spans = _Spans(config.traces) if config.traces else None
        self._lock = threading.Lock()

    @contextmanager
    def campaign(self, campaign_id: str, provider: str) -> Iterator[None]:
        """Put a span around a run; an exception marks it by its class, without its text."""
        if self._spans is None:
            yield
            return
        with self._spans.run(campaign_id, provider):
            yield

    def submitted(
        self, campaign_id: str, provider: str, recipients: int, submission: Submission, seconds: float
    ) -> None:
        """Count a batch and its recipients by outcome, and add a span to that of the run."""
        kinds = Tally(submission.of(position).kind for position in range(recipients))
        self._figures.submitted(provider, submission.outcome.kind, kinds, seconds)
        if self._spans is not None:
            self._spans.submitted(campaign_id, provider, submission.outcome.kind, kinds, seconds)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request of the site."""
        self._figures.requests.labels(method, route, str(status)).inc()
        self._figures.request_seconds.labels(route).observe(seconds)
        if self._spans is not None:
            self._spans.request(method, route, status, seconds)

    def events(self, kind: str, number: int) -> None:
        """Count events."""
        self._figures.events.labels(kind).inc(number)

    def close(self) -> None:
        """Hand over the last spans and stop answering; a second call does nothing."""
        with self._lock:
            stop, self._stop_serving = self._stop_serving, None
            spans, self._spans = self._spans, None
        if spans is not None:
            spans.close()
        if stop is not None:
            stop()


class _Figures:
    """Every figure, with its labels; see docs/how-to/watch-over-it.md."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = Counter(
            "newsletter_messages",
            "Messages handed to a provider, by what became of that.",
            ("provider", "outcome"),
            registry=self.registry,
        )
        self.submissions = Counter(
            "newsletter_submissions",
            "Batches handed to a provider, by what became of them as a whole.",
            ("provider", "outcome"),
            registry=self.registry,
        )
        self.submission_seconds = Histogram(
            "newsletter_submission_seconds",
            "How long a provider took to answer for a batch.",
            ("provider",),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.requests = Counter(
            "newsletter_site_requests",
            "Requests the public site answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "newsletter_site_request_seconds",
            "How long the public site took to answer.",
            ("route",),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.events = Counter(
            "newsletter_events",
            "Events that providers reported and that were new.",
            ("kind",),
            registry=self.registry,
        )

    def submitted(self, provider: str, whole: OutcomeKind, kinds: Tally[OutcomeKind], seconds: float) -> None:
        self.submissions.labels(provider, whole.value).inc()
        self.submission_seconds.labels(provider).observe(seconds)
        for kind, number in kinds.items():
            self.messages.labels(provider, kind.value).inc(number)


class _Spans:
    """Spans of this process, handed over in the background; all of them are ours, none is global."""

    def __init__(self, url: str) -> None:
        self._provider = TracerProvider(
            resource=Resource({"service.name": "newsletter", "service.version": __version__}),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces", timeout=_EXPORT_TIMEOUT_S)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer: Tracer = self._provider.get_tracer("newsletter")
        self._runs: dict[str, Context] = {}

    @contextmanager
    def run(self, campaign_id: str, provider: str) -> Iterator[None]:
        span = self._tracer.start_span(
            "campaign",
            context=Context(),
            attributes={"newsletter.campaign": campaign_id, "newsletter.provider": provider},
        )
        self._runs[campaign_id] = set_span_in_context(span, Context())
        try:
            yield
        except BaseException as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            self._runs.pop(campaign_id, None)
            span.end()

    def submitted(
        self,
        campaign_id: str,
        provider: str,
        whole: OutcomeKind,
        kinds: Tally[OutcomeKind],
        seconds: float,
    ) -> None:
        counted: dict[str, str | int] = {
            f"newsletter.messages.{kind.value}": number for kind, number in kinds.items()
        }
        self._past(
            "submit",
            SpanKind.CLIENT,
            seconds,
            {
                "newsletter.campaign": campaign_id,
                "newsletter.provider": provider,
                "newsletter.outcome": whole.value,
                **counted,
            },
            is_error=whole is not OutcomeKind.ACCEPTED,
            within=self._runs.get(campaign_id),
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._past(
            f"{method} {route}",
            SpanKind.SERVER,
            seconds,
            {"http.request.method": method, "http.route": route, "http.response.status_code": status},
            is_error=status >= 500,
        )

    def _past(
        self,
        name: str,
        kind: SpanKind,
        seconds: float,
        facts: dict[str, str | int],
        *,
        is_error: bool,
        within: Context | None = None,
    ) -> None:
        """Make a span of what took `seconds` and ended now, inside another or by itself."""
        end = time.time_ns()
        span = self._tracer.start_span(
            name,
            context=within or Context(),
            kind=kind,
            attributes=facts,
            start_time=end - int(seconds * 1e9),
        )
        if is_error:
            span.set_status(StatusCode.ERROR)
        span.end(end)

    def close(self) -> None:
        self._provider.force_flush(_FLUSH_MS)
        self._provider.shutdown()


def _serve(
    address: str, registry: CollectorRegistry, tell: Callable[[str], None]
) -> Callable[[], None] | None:
    """Answer requests for figures at `address` (`host:port`); return what ends that."""
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
