"""Figures and traces of a campaign and of the site, and that they tell of nobody."""

from __future__ import annotations

import gzip
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from newsletter import __version__
from newsletter.cli import cli
from newsletter.config.telemetry import TelemetryConfig
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import ConfigError
from newsletter.project import Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.site import make_app
from newsletter.telemetry import Silence, open_telemetry
from newsletter.telemetry.figures import Figures
from newsletter.telemetry.spans import Handover
from tests.free_ports import free_ports
from tests.patience import LONG_S
from tests.unit.site.site_world import Site, make_site

ANNA = "anna@gemeente.example"


class Collector:
    """Takes traces as an OpenTelemetry collector does, and keeps what it got."""

    def __init__(self, statuses: Iterable[int] = ()) -> None:
        self.bodies: list[bytes] = []
        bodies, answers = self.bodies, iter(statuses)

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                body = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
                self.send_response(next(answers, 200))
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
    (port,) = free_ports(1)
    return port


def facts(span: Span) -> dict[str, str | int]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def figures(port: int) -> list[str]:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
    return [line for line in text.splitlines() if not line.startswith("#") and "_created" not in line]


def samples(text: str) -> list[tuple[str, dict[str, str], float]]:
    """Read figures as Prometheus does."""
    families = text_string_to_metric_families(text + "\n")
    return [(one.name, one.labels, one.value) for family in families for one in family.samples]


def test_nothing_is_watched_unless_asked_for() -> None:
    telemetry = open_telemetry(TelemetryConfig(), print)

    assert isinstance(telemetry, Silence)


def test_a_campaign_is_counted_and_traced_and_names_nobody(
    tmp_path: Path, collector: Collector, port: int
) -> None:
    start_newsletter(tmp_path, name="Letters", lang="en", today=date(2026, 11, 24))
    with (tmp_path / "newsletter.toml").open("a") as file:
        file.write(f'\n[telemetry]\nmetrics = "127.0.0.1:{port}"\n')
        file.write(f'traces = "{collector.url}"\ntraces_wait_s = {LONG_S}\n')
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


def test_figures_are_what_prometheus_and_openmetrics_read_and_say_who_tells_them(port: int) -> None:
    telemetry = open_telemetry(TelemetryConfig(metrics=f"127.0.0.1:{port}"), print)
    telemetry.submitted("c1", "smtp", 3, Submission(outcome=Outcome(kind=OutcomeKind.ACCEPTED)), 0.3)
    telemetry.request(method="GET", route="/issues/{slug}", status=503, scheme="https", seconds=0.2)
    telemetry.events("delivered", 5)
    asked = Request(f"http://127.0.0.1:{port}/metrics", headers={"Accept": "application/openmetrics-text"})

    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        plain = {name: labels for name, labels, _ in samples(answer.read().decode())}
    with urlopen(asked, timeout=10) as answer:
        families = [
            family.name for family in openmetrics.text_string_to_metric_families(answer.read().decode())
        ]
    telemetry.close()

    assert plain["target_info"] == {"service_name": "newsletter", "service_version": __version__}
    assert plain["http_server_request_duration_seconds_count"] == {
        "http_request_method": "GET",
        "http_route": "/issues/{slug}",
        "http_response_status_code": "503",
        "error_type": "503",
        "url_scheme": "https",
    }
    assert sorted(families) == [
        "http_server_request_duration_seconds",
        "newsletter_events",
        "newsletter_messages",
        "newsletter_submission_seconds",
        "newsletter_submissions",
        "target",
    ]


def test_every_figure_is_explained_where_the_page_tells_of_them(port: int) -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/watch-over-it.md").read_text("utf-8")
    kinds = {"counter": "_total", "histogram": "", "info": "_info"}

    known = {f"`{one.name}{kinds[one.type]}`" for one in Figures().registry.collect()}

    assert {name for name in known if name not in page} == set()


def test_a_port_that_is_taken_is_told_and_stops_nothing(port: int) -> None:
    told: list[str] = []
    config = TelemetryConfig(metrics=f"127.0.0.1:{port}")

    first, second = open_telemetry(config, told.append), open_telemetry(config, told.append)
    second.events("delivered", 1)
    second.close()
    first.close()

    assert len(told) == 1
    assert f"nothing can listen on 127.0.0.1:{port}" in told[0]


def test_a_collector_that_is_not_there_stops_nothing_and_is_told_once(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    config = TelemetryConfig(traces=f"http://127.0.0.1:{port}", traces_wait_s=0)
    telemetry = open_telemetry(config, told.append)

    with pytest.raises(KeyError), telemetry.campaign("c1", "smtp"):
        raise KeyError(ANNA)
    telemetry.close()
    telemetry.close()

    assert told == [
        f"[telemetry] traces: http://127.0.0.1:{port} did not take all of them; nothing else is missing."
    ]
    assert caplog.records == []


def test_a_collector_that_never_answers_is_waited_for_as_long_as_was_agreed() -> None:
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        telemetry = open_telemetry(TelemetryConfig(traces=url, traces_wait_s=0.05), told.append)
        with telemetry.campaign("c1", "smtp"):
            pass

        telemetry.close()  # an answer would take for ever

        assert told == [f"[telemetry] traces: {url} did not take all of them; nothing else is missing."]


def test_a_collector_that_refuses_is_told_once_until_it_takes_spans_again() -> None:
    told: list[str] = []
    refusing = Collector(statuses=[400, 400, 200, 400])
    thread = Thread(target=refusing.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    handover = Handover(refusing.url, told.append)
    counted = []

    for _ in range(4):
        handover.export([])
        counted.append(len(told))
    handover.shutdown()
    refusing.server.shutdown()
    refusing.server.server_close()
    thread.join()

    assert counted == [1, 1, 1, 2]


def test_batches_of_two_campaigns_at_once_belong_each_to_its_own(collector: Collector) -> None:
    telemetry = open_telemetry(TelemetryConfig(traces=collector.url, traces_wait_s=LONG_S), print)
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
    telemetry = open_telemetry(TelemetryConfig(traces=collector.url, traces_wait_s=LONG_S), print)

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
    telemetry = TelemetryConfig(metrics=f"127.0.0.1:{port}", traces=collector.url, traces_wait_s=LONG_S)
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
    answered = {
        (labels["http_request_method"], labels["http_route"], labels["http_response_status_code"]): value
        for name, labels, value in samples("\n".join(shown))
        if name == "http_server_request_duration_seconds_count"
    }
    assert answered["GET", "/unsubscribe/{token}", "200"] == 1
    assert answered["GET", "", "404"] == 2
    assert {method for method, _, _ in answered} == {"GET", "_OTHER"}
    assert {span.name for span in collector.spans} >= {"GET /unsubscribe/{token}", "GET"}
    assert not any(token in line.encode() or ANNA in line for line in shown)
    assert collector.bodies
    assert not any(token in body or ANNA.encode() in body for body in collector.bodies)


def test_a_site_that_is_not_watched_is_made_as_ever(tmp_path: Path) -> None:
    site = make_site(tmp_path, {ANNA: "nl"})

    make_app(site.project)
    site.project.close()

    assert isinstance(site.project.telemetry, Silence)
