"""Spans that an OpenTelemetry collector gets; the one module that knows OpenTelemetry."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, set_span_in_context

from newsletter import __version__
from newsletter.domain.outcome import OutcomeKind

__all__ = ["Handover", "Spans"]

_EXPORT_TIMEOUT_S = 5
_LOGS = (
    "opentelemetry.exporter.otlp",
    "opentelemetry.sdk._shared_internal",
    "opentelemetry.sdk.trace.export",
)


class Spans:
    """Spans of this process, handed over in the background; all of them are ours, none is global."""

    def __init__(self, url: str, *, wait_s: float, tell: Callable[[str], None]) -> None:
        """Hand spans to the collector at `url`; `close` waits `wait_s`, `tell` hears of a loss."""
        for name in _LOGS:  # `tell` hears once what they would say at every try
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._handover = Handover(url, tell)
        self._wait_s = wait_s
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "newsletter", "service.version": __version__}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(self._handover))
        self._tracer: Tracer = self._provider.get_tracer("newsletter", __version__)
        self._runs: dict[str, Context] = {}

    @contextmanager
    def run(self, campaign_id: str, provider: str) -> Iterator[None]:
        """Put a span around a run; an exception marks it by its class, without its text."""
        span = self._tracer.start_span(
            "campaign",
            context=Context(),
            attributes={"newsletter.campaign": campaign_id, "newsletter.provider": provider},
        )
        self._runs[campaign_id] = set_span_in_context(span, Context())
        try:
            yield
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
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
        """Add a span to that of the run for a batch that became `whole`, with its messages by `kinds`."""
        counted = {f"newsletter.messages.{kind.value}": number for kind, number in kinds.items()}
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
            error=None if whole is OutcomeKind.ACCEPTED else whole.value,
            within=self._runs.get(campaign_id),
        )

    def request(self, *, method: str, route: str, status: int, scheme: str, seconds: float) -> None:
        """Make a span of an answer; what fills the gaps of the route, maybe a token, is left out."""
        facts: dict[str, str | int] = {
            "http.request.method": method,
            "http.response.status_code": status,
            "url.scheme": scheme,
        }
        if route:
            facts["http.route"] = route
        shown = "HTTP" if method == "_OTHER" else method
        self._past(
            f"{shown} {route}".rstrip(),
            SpanKind.SERVER,
            seconds,
            facts,
            error=str(status) if status >= 500 else None,
        )

    def _past(
        self,
        name: str,
        kind: SpanKind,
        seconds: float,
        facts: Mapping[str, str | int],
        *,
        error: str | None,
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
        if error is not None:
            span.set_attribute("error.type", error)
            span.set_status(StatusCode.ERROR)
        span.end(end)

    def close(self) -> None:
        """Hand over what is left, for as long as was agreed; what is not taken by then is lost, and told."""
        ending = threading.Thread(target=self._provider.shutdown, name="last-spans", daemon=True)
        ending.start()
        ending.join(self._wait_s)
        if ending.is_alive():
            self._handover.give_up()


class Handover(SpanExporter):
    """Hands spans to a collector and says once, until it takes them again, that it does not."""

    def __init__(self, url: str, tell: Callable[[str], None]) -> None:
        """Begin with the collector at `url`; `tell` hears of a loss."""
        self._exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces", timeout=_EXPORT_TIMEOUT_S)
        self._url = url
        self._tell = tell
        self._lock = threading.Lock()
        self._is_told = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand `spans` over, trying again for a few seconds."""
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            self._is_told = False
        else:
            self._lost()
        return result

    def shutdown(self) -> None:
        """Try no more."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # its signature has no result

    def give_up(self) -> None:
        """Wait for no answer any more."""
        self._lost()
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # its signature has no result

    def _lost(self) -> None:
        with self._lock:
            is_told, self._is_told = self._is_told, True
        if not is_told:
            self._tell(f"[telemetry] traces: {self._url} did not take all of them; nothing else is missing.")
