"""Connections to SendGrid: few, bounded in time, silent in logs, and honest about the last byte."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import make_certificate, server_context

from newsletter.domain.slot import SlottedText
from newsletter.providers.sendgrid import open_provider
from newsletter.providers.wire import NeverLeft, Wires
from newsletter.testing.local_providers import said, send, sendgrid_config
from newsletter.testing.local_server import LocalServer
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients
from newsletter.testing.sendgrid_stub import API_KEY, SendgridStub

READERS = sample_recipients(["A", "B"])
ANSWER = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: m1\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SendgridStub]:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    with SendgridStub(tmp_path / "journal") as stub:
        yield stub


def serve(handle: object) -> LocalServer:
    server = LocalServer(handle)
    server.start()
    return server


def test_twenty_requests_take_one_connection(stub: SendgridStub, tmp_path: Path) -> None:
    shipment = open_provider(sendgrid_config(tmp_path, stub.url)).prepare(sample_mailing())

    for number in range(20):
        shipment.submit(shipment.build(READERS, f"c.{number}.1"))
    shipment.close()

    assert (stub.requests, stub.connections) == (20, 1)


def test_a_connection_closed_between_requests_is_replaced_and_nothing_goes_twice(
    stub: SendgridStub, tmp_path: Path
) -> None:
    shipment = open_provider(sendgrid_config(tmp_path, stub.url)).prepare(sample_mailing())
    stub.arrange("close-unannounced")
    shipment.submit(shipment.build(READERS, "c.1.1"))
    stub.wait_until_idle()
    others = sample_recipients(["C", "D"], first=5)

    submission = shipment.submit(shipment.build(others, "c.2.1"))
    shipment.close()

    assert said(submission, others) == ["accepted", "accepted"]
    assert (len(stub.mails()), stub.connections) == (4, 2)


def test_a_reset_while_a_large_body_is_on_its_way_is_provably_not_sent(
    stub: SendgridStub, tmp_path: Path
) -> None:
    mailing = sample_mailing()
    large = replace(mailing, rendered=replace(mailing.rendered, text=SlottedText.fixed("x" * 12_000_000)))
    stub.arrange("reset-in-body")

    submission = send(open_provider(sendgrid_config(tmp_path, stub.url)), READERS, large)

    assert said(submission, READERS) == ["not_sent", "not_sent"]
    assert stub.mails() == ()


def test_a_refusal_before_the_end_of_the_body_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    mailing = sample_mailing()
    large = replace(mailing, rendered=replace(mailing.rendered, text=SlottedText.fixed("x" * 9_000_000)))

    def refuse_early(wire: socket.socket) -> None:
        wire.recv(1000)
        wire.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        left = 9_000_000
        while left > 0 and (piece := wire.recv(1 << 20)):
            left -= len(piece)
        done.wait(5)

    done = threading.Event()
    server = serve(refuse_early)
    try:
        submission = send(open_provider(sendgrid_config(tmp_path, _url(server))), READERS, large)
    finally:
        done.set()
        server.stop()

    assert said(submission, READERS) == ["halt", "halt"]


def test_an_acceptance_before_the_end_of_the_body_proves_nothing_and_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    mailing = sample_mailing()
    large = replace(mailing, rendered=replace(mailing.rendered, text=SlottedText.fixed("x" * 9_000_000)))

    def accept_early(wire: socket.socket) -> None:
        wire.recv(1000)
        wire.sendall(ANSWER)
        left = 9_000_000
        while left > 0 and (piece := wire.recv(1 << 20)):
            left -= len(piece)
        done.wait(5)

    done = threading.Event()
    server = serve(accept_early)
    try:
        submission = send(open_provider(sendgrid_config(tmp_path, _url(server))), READERS, large)
    finally:
        done.set()
        server.stop()

    assert said(submission, READERS) == ["unknown", "unknown"]
    assert server.connections == 1


def test_a_server_that_answers_in_drops_for_ever_times_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KEY", API_KEY)

    def drip(wire: socket.socket) -> None:
        with wire.makefile("rb") as lines:
            lines.read(int(_read_head(lines)["content-length"]))
        wire.sendall(b"HTTP/1.1 202 Accepted\r\n")
        while not server.stopping.wait(0.02):
            wire.sendall(b"X-Drop: 1\r\n")

    server = serve(drip)
    try:
        config = sendgrid_config(tmp_path, _url(server), timeout_s=0.3)
        submission = send(open_provider(config), READERS)
    finally:
        server.stop()

    assert said(submission, READERS) == ["unknown", "unknown"]
    assert "timed out" in submission.outcome.detail


def test_a_server_that_takes_a_body_in_sips_times_out_however_many_pieces_it_has() -> None:
    pieces = [b"x" * 3_000_000] * 10

    def sip(wire: socket.socket) -> None:
        while not done.wait(0.15):
            left = 3_000_000
            while left > 0 and (taken := wire.recv(min(left, 1 << 20))):
                left -= len(taken)
            if left > 0:
                return  # the other side is gone

    done = threading.Event()
    server = serve(sip)
    try:
        with pytest.raises(NeverLeft, match="timed out"):
            Wires(_url(server), timeout_s=0.5).exchange("POST", "/", {}, pieces)
    finally:
        done.set()
        server.stop()


@pytest.mark.parametrize(
    "host",
    [
        "http://127.0.0.1:1",
        "https://127.0.0.1:1",
        "https://no-such-host.invalid",
        "https://" + "a" * 70 + ".example",
    ],
)
def test_a_host_that_cannot_be_reached_means_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("STUB_KEY", API_KEY)
    provider = open_provider(sendgrid_config(tmp_path, host))

    submission = send(provider, READERS)

    assert said(submission, READERS) == ["not_sent", "not_sent"]
    assert provider.probe().kind.value == "not_sent"


def test_over_tls_with_a_trusted_certificate_mail_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("STUB_KEY", API_KEY)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = serve(_answer_over_tls(server_context(certificate)))
    try:
        shipment = open_provider(sendgrid_config(tmp_path, _url(server, "https"))).prepare(sample_mailing())
        kinds = [
            shipment.submit(shipment.build(READERS, f"c.{number}.1")).outcome.kind.value
            for number in range(3)
        ]
        shipment.close()
    finally:
        server.stop()

    assert (kinds, server.connections) == (["accepted"] * 3, 1)


@pytest.mark.parametrize("trusted", ["nobody", "another name"])
def test_a_certificate_that_proves_nothing_means_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: str
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("STUB_KEY", API_KEY)
    if trusted == "another name":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = serve(_answer_over_tls(server_context(certificate)))
    host = f"https://127.0.0.2:{server.port}" if trusted == "another name" else _url(server, "https")
    try:
        submission = send(open_provider(sendgrid_config(tmp_path, host)), READERS)
    finally:
        server.stop()

    assert said(submission, READERS) == ["not_sent", "not_sent"]


def test_nothing_of_key_or_readers_is_logged(
    stub: SendgridStub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = open_provider(sendgrid_config(tmp_path, stub.url))
    stub.arrange("plain", "500", "401")

    for _ in range(3):
        send(provider, READERS)
    provider.probe()

    assert API_KEY not in caplog.text
    assert "gemeente.example" not in caplog.text
    assert "Dag " not in caplog.text


def test_closing_leaves_no_connection_open(stub: SendgridStub, tmp_path: Path) -> None:
    shipment = open_provider(sendgrid_config(tmp_path, stub.url)).prepare(sample_mailing())
    shipment.submit(shipment.build(READERS, "c.1.1"))

    shipment.close()
    submission = shipment.submit(shipment.build(READERS[:1], "c.2.1"))
    shipment.close()

    assert said(submission, READERS[:1]) == ["accepted"]
    assert stub.connections == 2


def _url(server: LocalServer, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{server.port}"


def _answer_over_tls(context: ssl.SSLContext) -> object:
    def answer(wire: socket.socket) -> None:
        with context.wrap_socket(wire.dup(), server_side=True) as secure, secure.makefile("rb") as lines:
            while head := _read_head(lines):
                lines.read(int(head.get("content-length", "0")))
                secure.sendall(ANSWER)

    return answer


def _read_head(lines: object) -> dict[str, str]:
    fields: dict[str, str] = {}
    while (line := lines.readline().decode().strip()) != "":
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    return fields
