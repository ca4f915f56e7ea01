"""What a mail server may offer or not: SMTPUTF8, SIZE, access tokens, slow TLS; and who gets bounces."""

from __future__ import annotations

import json
import socket
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from certificates import make_certificate, server_context

from newsletter.config.secrets import Secret
from newsletter.domain.mailing import Mailing
from newsletter.errors import ConfigError
from newsletter.providers.smtp import open_provider
from newsletter.testing.local_providers import said, send, smtp_config
from newsletter.testing.local_server import LocalServer, reset
from newsletter.testing.sample_mailing import illustrated_mailing, sample_recipients
from newsletter.testing.smtp_faults import FaultySmtp, Then
from newsletter.testing.smtp_stub import SmtpStub
from tests.patience import patience_s

READERS = sample_recipients(["A", "B", "C"])
ZOE = (READERS[0], replace(READERS[1], email="zoë@example.org"), READERS[2])
TOKEN = {"username": "renata@brief.example", "token": Secret(reference="env:TOKEN")}


# --- addresses outside ASCII ----------------------------------------------------------------------------


@pytest.mark.parametrize("pipelining", [(), ("PIPELINING",)])
def test_smtputf8_is_asked_for_the_address_that_needs_it_and_for_no_other(
    tmp_path: Path, pipelining: tuple[str, ...]
) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=(*pipelining, "8BITMIME", "SMTPUTF8")) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), ZOE)

        assert said(submission, ZOE) == ["accepted"] * 3
        assert [mail.email for mail in server.mails()] == [one.email for one in ZOE]
        assert ["SMTPUTF8" in one for one in server.envelopes] == [False, True, False]
        assert ["BODY=8BITMIME" in one for one in server.envelopes] == [False, True, False]


@pytest.mark.parametrize("pipelining", [(), ("PIPELINING",)])
def test_without_smtputf8_that_reader_is_refused_with_the_reason_and_the_others_go(
    tmp_path: Path, pipelining: tuple[str, ...]
) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=(*pipelining, "8BITMIME")) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), ZOE)

        assert said(submission, ZOE) == ["accepted", "rejected", "accepted"]
        assert "the server does not offer it" in submission.of(1).detail
        assert len(server.envelopes) == 2


def test_eight_bits_without_8bitmime_are_refused_before_anything_is_said(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=("SMTPUTF8",)) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), ZOE)

    assert said(submission, ZOE) == ["accepted", "rejected", "accepted"]
    assert "8-bit" in submission.of(1).detail


# --- size -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "kind"), [("SIZE 500", "rejected"), ("SIZE 0", "accepted"), ("SIZE", "accepted")]
)
def test_a_mail_larger_than_the_server_takes_is_refused_here(tmp_path: Path, size: str, kind: str) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=(size,)) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), READERS)

        assert said(submission, READERS) == [kind] * 3
        assert len(server.envelopes) == (0 if kind == "rejected" else 3)


def heavy_mailing(size: int) -> Mailing:
    """Return the sample with a picture of `size` bytes in it, more than any buffer on the way holds."""
    mailing = illustrated_mailing()
    first, *others = mailing.rendered.pictures
    pictures = (replace(first, data=bytes(range(256)) * (size // 256)), *others)
    return replace(mailing, rendered=replace(mailing.rendered, pictures=pictures))


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_mail_larger_than_any_buffer_arrives_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailing = heavy_mailing(3_000_000)
    tls = server_context(certificate) if security == "tls" else None
    with SmtpStub(tmp_path / "journal", tls=tls, is_implicit=tls is not None) as stub:
        provider = open_provider(smtp_config(tmp_path, stub.port, security=security, timeout_s=30.0))

        submission = send(provider, READERS[:2], mailing)

        assert said(submission, READERS[:2]) == ["accepted"] * 2
        for mail in stub.mails():
            assert sorted(map(len, mail.pictures.values()))[-1] == len(mailing.rendered.pictures[0].data)


def test_a_server_that_refuses_halfway_is_heard_before_the_mail_is_out(tmp_path: Path) -> None:
    def refuse(wire: socket.socket) -> None:
        for reply in (b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go on\r\n552 5.3.4 enough"):
            wire.sendall(reply + b"\r\n")
            wire.recv(1000)
        stopping.wait(30)

    server = LocalServer(refuse)
    stopping = server.stopping
    server.start()
    try:
        provider = open_provider(smtp_config(tmp_path, server.port, timeout_s=30.0))
        submission = send(provider, READERS[:1], heavy_mailing(20_000_000))
    finally:
        server.stop()

    assert said(submission, READERS[:1]) == ["rejected"]
    assert "552 5.3.4 enough" in submission.of(0).detail


# --- access tokens --------------------------------------------------------------------------------------


def scripted(*replies: bytes, heard: list[bytes]) -> Callable[[socket.socket], None]:
    def serve(wire: socket.socket) -> None:
        for reply in replies:
            wire.sendall(reply + b"\r\n")
            heard.append(wire.recv(5000))

    return serve


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TOKEN", "ya29.secret-token")
    return "ya29.secret-token"


def test_an_access_token_logs_in(tmp_path: Path, token: str) -> None:
    heard: list[bytes] = []
    serve = scripted(b"220 hi", b"250-hi\r\n250 AUTH PLAIN XOAUTH2", b"235 in", heard=heard)
    server = LocalServer(serve)
    server.start()
    try:
        outcome = open_provider(smtp_config(tmp_path, server.port, **TOKEN)).probe()
    finally:
        server.stop()

    assert outcome.kind.value == "accepted"
    verb, mechanism, secret = heard[1].split()
    assert (verb, mechanism) == (b"AUTH", b"XOAUTH2")
    assert b64decode(secret).decode() == f"user=renata@brief.example\x01auth=Bearer {token}\x01\x01"


@pytest.mark.parametrize(
    ("challenge", "shown"),
    [
        (b64encode(json.dumps({"status": "401", "schemes": "bearer"}).encode()), '"status": "401"'),
        (b"", ""),
        (b"not base64!", ""),
    ],
)
def test_a_refused_token_gets_an_empty_line_and_halts_with_the_reason(
    tmp_path: Path, token: str, challenge: bytes, shown: str
) -> None:
    heard: list[bytes] = []
    serve = scripted(
        b"220 hi", b"250-hi\r\n250 AUTH XOAUTH2", b"334 " + challenge, b"535 5.7.8 no", heard=heard
    )
    server = LocalServer(serve)
    server.start()
    try:
        submission = send(open_provider(smtp_config(tmp_path, server.port, **TOKEN)), READERS)
    finally:
        server.stop()

    assert said(submission, READERS) == ["halt"] * 3
    assert heard[2] == b"\r\n"
    assert submission.outcome.detail.startswith("AUTH: 535 5.7.8 no")
    assert shown in submission.outcome.detail
    assert token not in repr(submission)


def test_a_server_that_takes_no_token_halts(tmp_path: Path, token: str) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=("AUTH PLAIN LOGIN",)) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port, **TOKEN)), READERS)

    assert said(submission, READERS) == ["halt"] * 3
    assert "XOAUTH2" in submission.outcome.detail


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"token": Secret(reference="env:T")}, "has no username"),
        ({**TOKEN, "password": Secret(reference="env:P")}, "a password and a token"),
        ({**TOKEN, "token_command": ("x",)}, "a token and a token_command"),
        ({"token_command": ("x",)}, "has no username"),
        ({**TOKEN, "security": "none", "host": "smtp.example.org"}, "unencrypted"),
    ],
)
def test_half_a_login_is_an_error(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        open_provider(smtp_config(tmp_path, 25, **changes))


# --- TLS that takes its time ----------------------------------------------------------------------------


def test_a_tls_handshake_in_pieces_of_one_byte_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with SmtpStub(tmp_path / "journal", tls=server_context(certificate), is_implicit=True) as stub:
        proxy = LocalServer(lambda wire: _pass_slowly(wire, stub.port))
        proxy.start()
        try:
            submission = send(open_provider(smtp_config(tmp_path, proxy.port, security="tls")), READERS)
        finally:
            proxy.stop()

        assert said(submission, READERS) == ["accepted"] * 3
        assert len(stub.mails()) == 3


def _pass_slowly(wire: socket.socket, port: int) -> None:
    """Pass on what the server at `port` says byte by byte, and what it is told as it comes."""
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with socket.create_connection(("127.0.0.1", port)) as server:

        def pass_back() -> None:
            with suppress(OSError):
                while data := server.recv(65_536):
                    for at in range(len(data)):
                        wire.sendall(data[at : at + 1])
                wire.shutdown(socket.SHUT_RDWR)

        back = Thread(target=pass_back)
        back.start()
        with suppress(OSError):
            while data := wire.recv(65_536):
                server.sendall(data)
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        back.join()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_tls_handshake_that_never_ends_means_not_sent(tmp_path: Path, security: str) -> None:
    def hang(wire: socket.socket) -> None:
        if security == "starttls":
            for reply in (b"220 hi", b"250-hi\r\n250 STARTTLS", b"220 go"):
                wire.sendall(reply + b"\r\n")
                wire.recv(1000)
        while wire.recv(1000):
            pass

    server = LocalServer(hang)
    server.start()
    try:
        config = smtp_config(tmp_path, server.port, security=security, timeout_s=0.3)
        submission = send(open_provider(config), READERS)
    finally:
        server.stop()

    assert said(submission, READERS) == ["not_sent"] * 3
    assert "no secure connection" in submission.outcome.detail


@pytest.mark.parametrize(
    ("reply", "then", "kind"),
    [
        (b"421 4.3.2 closing", Then.CLOSE, "not_sent"),
        (b"454 4.7.0 not now", Then.GO_ON, "not_sent"),
        (b"501 5.5.4 what", Then.GO_ON, "halt"),
        (b"554 5.7.0 never", Then.GO_ON, "halt"),
        (b"250 fine", Then.GO_ON, "not_sent"),
        (None, Then.CLOSE, "not_sent"),
        (None, Then.RESET, "not_sent"),
        (None, Then.HANG, "not_sent"),
    ],
)
def test_a_server_that_will_not_start_tls_gets_no_mail(
    request: pytest.FixtureRequest, tmp_path: Path, reply: bytes | None, then: Then, kind: str
) -> None:
    def refuse(wire: socket.socket) -> None:
        for said_first in (b"220 hi", b"250-hi\r\n250 STARTTLS"):
            wire.sendall(said_first + b"\r\n")
            wire.recv(1000)
        if reply is not None:
            wire.sendall(reply + b"\r\n")
        if then is Then.RESET:
            reset(wire)
        elif then is not Then.CLOSE:
            wire.recv(1000)

    server = LocalServer(refuse)
    server.start()
    try:
        config = smtp_config(
            tmp_path, server.port, security="starttls", timeout_s=patience_s(request, silence_s=0.3)
        )
        submission = send(open_provider(config), READERS)
    finally:
        server.stop()

    assert said(submission, READERS) == [kind] * 3


# --- bounces --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pipelining", [(), ("PIPELINING",)])
def test_each_mail_goes_out_from_an_address_that_names_its_delivery(
    tmp_path: Path, pipelining: tuple[str, ...]
) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=pipelining) as server:
        config = smtp_config(tmp_path, server.port, bounce_address="bounces+{delivery}@b.example")
        send(open_provider(config), READERS)

        expected = [f"FROM:<bounces+{one.delivery_id}@b.example>" for one in READERS]
        assert server.envelopes == expected


def test_without_a_bounce_address_bounces_go_to_the_sender(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=("PIPELINING",)) as server:
        send(open_provider(smtp_config(tmp_path, server.port)), READERS[:1])

        assert server.envelopes == ["FROM:<renata@brief.example>"]
