"""Figures and traces of a campaign and of the site, and that they tell of nobody."""

from __future__ import annotations

import gzip
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from newsletter.cli import cli
from newsletter.config.telemetry import TelemetryConfig
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import ConfigError
from newsletter.project import Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.site import make_app
from newsletter.telemetry import Silence, open_telemetry
from tests.unit.site.site_world import Site, make_site

ANNA = "anna@gemeente.example"


class Collector:
    """Takes traces as an OpenTelemetry collector does, and keeps what it got."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                body = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @property
    def spans(self) -> list[Span]:
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def facts(span: Span) -> dict[str, str | int]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def figures(port: int) -> list[str]:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
    return [line for line in text.splitlines() if not line.startswith("#") and "_created" not in line]


def test_nothing_is_watched_unless_asked_for() -> None:
    telemetry = open_telemetry(TelemetryConfig(), print)

    assert isinstance(telemetry, Silence)


def test_a_campaign_is_counted_and_traced_and_names_nobody(
    tmp_path: Path, collector: Collector, port: int
) -> None:
    start_newsletter(tmp_path, name="Letters", lang="en", today=date(2026, 11, 24))
    with (tmp_path / "newsletter.toml").open("a") as file:
        file.write(f'\n[telemetry]\nmetrics = "127.0.0.1:{port}"\ntraces = "{collector.url}"\n')
    runner = CliRunner()
    for words in ("subscribers import examples/subscribers.csv --apply", "check", "send first --yes"):
        done = runner.invoke(cli, ["-C", str(tmp_path), *_there(words, tmp_path)], standalone_mode=False)
        assert done.return_value in (None, 0), (words, done.output, done.exception)

    spans = {span.name: span for span in collector.spans}
    with Project.open(tmp_path, environment={}) as project:
        campaign = project.store.ledger.campaigns()[0]
        emails = [row.email for row in project.store.ledger.deliveries(campaign.id)]

    assert sorted(spans) == ["campaign", "submit"]
    assert facts(spans["campaign"]) == {
        "newsletter.campaign": campaign.id,
        "newsletter.provider": "outbox",
    }
    assert facts(spans["submit"])["newsletter.messages.accepted"] == 2
    assert spans["submit"].parent_span_id == spans["campaign"].span_id
    assert len(emails) == 2
    assert not any(email.encode() in body for email in emails for body in collector.bodies)


def _there(words: str, root: Path) -> list[str]:
    return [str(root / word) if word.startswith("examples/") else word for word in words.split()]


def test_figures_tell_outcomes_apart_and_how_long_it_took(port: int) -> None:
    telemetry = open_telemetry(TelemetryConfig(metrics=f"127.0.0.1:{port}"), print)
    mixed = Submission(
        outcome=Outcome(kind=OutcomeKind.ACCEPTED), exceptions={1: Outcome(kind=OutcomeKind.REJECTED)}
    )

    telemetry.submitted("c1", "smtp", 3, mixed, 0.3)
    telemetry.submitted("c2", "smtp", 100, Submission(outcome=Outcome(kind=OutcomeKind.UNKNOWN)), 61.0)
    telemetry.events("delivered", 5)
    shown = figures(port)
    telemetry.close()

    for line in (
        'newsletter_messages_total{outcome="accepted",provider="smtp"} 2.0',
        'newsletter_messages_total{outcome="rejected",provider="smtp"} 1.0',
        'newsletter_messages_total{outcome="unknown",provider="smtp"} 100.0',
        'newsletter_submissions_total{outcome="unknown",provider="smtp"} 1.0',
        'newsletter_submission_seconds_bucket{le="0.5",provider="smtp"} 1.0',
        'newsletter_submission_seconds_count{provider="smtp"} 2.0',
        'newsletter_events_total{kind="delivered"} 5.0',
    ):
        assert line in shown


def test_a_port_that_is_taken_is_told_and_stops_nothing(port: int) -> None:
    told: list[str] = []
    config = TelemetryConfig(metrics=f"127.0.0.1:{port}")

    first, second = open_telemetry(config, told.append), open_telemetry(config, told.append)
    second.events("delivered", 1)
    second.close()
    first.close()

    assert len(told) == 1
    assert f"nothing can listen on 127.0.0.1:{port}" in told[0]


def test_a_collector_that_is_not_there_stops_nothing(port: int) -> None:
    telemetry = open_telemetry(TelemetryConfig(traces=f"http://127.0.0.1:{port}"), print)

    with pytest.raises(KeyError), telemetry.campaign("c1", "smtp"):
        raise KeyError("anna@gemeente.example")
    telemetry.close()
    telemetry.close()


def test_batches_of_two_campaigns_at_once_belong_each_to_its_own(collector: Collector) -> None:
    telemetry = open_telemetry(TelemetryConfig(traces=collector.url), print)
    done = Submission(outcome=Outcome(kind=OutcomeKind.ACCEPTED))

    with telemetry.campaign("c1", "smtp"), telemetry.campaign("c2", "smtp"):
        telemetry.submitted("c1", "smtp", 1, done, 0.1)
        telemetry.submitted("c2", "smtp", 1, done, 0.1)
    telemetry.close()

    runs = {span.span_id: facts(span) for span in collector.spans if span.name == "campaign"}
    batches = [span for span in collector.spans if span.name == "submit"]
    assert len(batches) == 2
    assert all(
        runs[span.parent_span_id]["newsletter.campaign"] == facts(span)["newsletter.campaign"]
        for span in batches
    )


def test_a_run_that_broke_down_is_marked_by_the_kind_of_error_alone(collector: Collector) -> None:
    telemetry = open_telemetry(TelemetryConfig(traces=collector.url), print)

    with pytest.raises(KeyError), telemetry.campaign("c1", "smtp"):
        raise KeyError(ANNA)
    telemetry.close()

    (span,) = collector.spans
    assert (span.status.code, span.status.message) == (Status.STATUS_CODE_ERROR, "KeyError")
    assert not any(ANNA.encode() in body for body in collector.bodies)


def test_a_figure_without_the_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "newsletter.telemetry.watching", None)

    with pytest.raises(ConfigError) as caught:
        open_telemetry(TelemetryConfig(metrics="127.0.0.1:1"), print)

    assert "pip install 'newsletter-as-code[telemetry]'" in str(caught.value)


def test_the_site_tells_routes_and_never_what_fills_them(
    tmp_path: Path, collector: Collector, port: int
) -> None:
    site = make_site(tmp_path, {ANNA: "nl"})
    telemetry = TelemetryConfig(metrics=f"127.0.0.1:{port}", traces=collector.url)
    site.project.close()
    watched = Site(Project(replace(site.project.config, telemetry=telemetry), site.project.clock))
    link = watched.links(ANNA)["unsubscribe_url"]

    watched.get(link)
    watched.get(f"{link}/more")
    watched.get("/wp-login.php?email=anna@gemeente.example")
    watched.ask("BREW", "/")
    shown = figures(port)
    watched.project.close()

    token = link.rpartition("/")[2].encode()
    routes = {line for line in shown if line.startswith("newsletter_site_requests_total")}
    assert (
        'newsletter_site_requests_total{method="GET",route="/unsubscribe/{token}",status="200"} 1.0' in routes
    )
    assert 'newsletter_site_requests_total{method="GET",route="none",status="404"} 2.0' in routes
    assert any('method="other"' in line for line in routes)
    assert not any(token in line.encode() or ANNA in line for line in shown)
    assert collector.bodies
    assert not any(token in body or ANNA.encode() in body for body in collector.bodies)


def test_a_site_that_is_not_watched_is_made_as_ever(tmp_path: Path) -> None:
    site = make_site(tmp_path, {ANNA: "nl"})

    make_app(site.project)
    site.project.close()

    assert isinstance(site.project.telemetry, Silence)
