"""`[telemetry]`: where figures and traces of this program go."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.config.keys import key as _key

__all__ = ["TelemetryConfig"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryConfig:
    """`[telemetry]`: what is told to whoever watches over the program; needs the extra `telemetry`."""

    metrics: str | None = _key(
        "Address at which Prometheus may fetch figures while a command runs, such as `127.0.0.1:9464`."
    )
    traces: str | None = _key(
        "Address of an OpenTelemetry collector (OTLP over HTTP) that gets traces, such as"
        " `http://127.0.0.1:4318`."
    )
    traces_wait_s: float = _key(
        "How long the end of a command waits for a collector that does not answer, in seconds.", 0.5
    )
