"""The dialogue with a mail server: security, login, extensions, kept connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import make_certificate, server_context
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config.schema import Config, ProviderConfig, SmtpConfig
from newsletter.config.secrets import Secret
from newsletter.domain.address import Mailbox
from newsletter.errors import ConfigError
from newsletter.providers.smtp import open_provider
from newsletter.providers.smtp.login import Login
from newsletter.providers.smtp.reply import NoReply, ReplyReader
from newsletter.testing.local_providers import said, send, smtp_config
from newsletter.testing.local_server import LocalServer
from newsletter.testing.sample_mailing import HOSTILE_NAMES, sample_mailing, sample_recipients
from newsletter.testing.smtp_faults import FaultySmtp
from newsletter.testing.smtp_stub import PASSWORD, USERNAME, SmtpStub

READERS = sample_recipients(["A", "B", "C"])
ALL = ["accepted"] * 3


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path)


@contextmanager
def talking(handle: object) -> Iterator[LocalServer]:
    server = LocalServer(handle)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("has_login", [True, False])
def test_mail_goes_over_tls_with_a_trusted_certificate(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch, security: str, *, has_login: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("PASSWORD", PASSWORD)
    login = {"username": USERNAME, "password": Secret(reference="env:PASSWORD")} if has_login else {}
    with SmtpStub(
        tmp_path / "journal",
        tls=server_context(certificate),
        is_implicit=security == "tls",
        needs_login=has_login,
    ) as stub:
        provider = open_provider(smtp_config(tmp_path, stub.port, security=security, **login))

        submission = send(provider, READERS)

        assert said(submission, READERS) == ALL
        assert len(stub.mails()) == 3
        assert provider.probe().kind.value == "accepted"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_untrusted_certificate_means_not_sent(tmp_path: Path, certificate: Path, security: str) -> None:
    with SmtpStub(
        tmp_path / "journal", tls=server_context(certificate), is_implicit=security == "tls"
    ) as stub:
        submission = send(open_provider(smtp_config(tmp_path, stub.port, security=security)), READERS)

        assert said(submission, READERS) == ["not_sent"] * 3
        assert stub.mails() == ()


def test_without_starttls_mail_never_goes_on_in_the_clear(tmp_path: Path) -> None:
    with SmtpStub(tmp_path / "journal") as stub:
        submission = send(open_provider(smtp_config(tmp_path, stub.port, security="starttls")), READERS)

        assert said(submission, READERS) == ["halt"] * 3
        assert stub.mails() == ()


def test_what_a_server_says_ahead_of_tls_is_not_believed(tmp_path: Path) -> None:
    def inject(wire: socket.socket) -> None:
        wire.sendall(b"220 hello\r\n")
        wire.recv(1000)
        wire.sendall(b"250-hello\r\n250 STARTTLS\r\n")
        wire.recv(1000)
        wire.sendall(b"220 go\r\n250 injected\r\n")
        wire.recv(1000)

    with talking(inject) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port, security="starttls")), READERS)

    assert said(submission, READERS) == ["not_sent"] * 3
    assert "between" in submission.outcome.detail


def test_a_wrong_password_halts_and_is_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "wrong-word")
    login = {"username": USERNAME, "password": Secret(reference="env:PASSWORD")}
    with SmtpStub(tmp_path / "journal", needs_login=True) as stub:
        provider = open_provider(smtp_config(tmp_path, stub.port, **login))

        outcome = provider.probe()
        submission = send(provider, READERS)

    assert said(submission, READERS) == ["halt"] * 3
    assert outcome.kind.value == "halt"
    assert "wrong-word" not in repr(submission) + repr(Login(username="u", secret="wrong-word"))


def test_login_is_spoken_where_plain_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "sécret")
    heard: list[bytes] = []

    def login_only(wire: socket.socket) -> None:
        for line in (
            b"220 hi",
            b"250-hi\r\n250 AUTH LOGIN XOAUTH2",
            b"334 VXNlcm5hbWU6",
            b"334 UGFzcw==",
            b"235 in",
        ):
            wire.sendall(line + b"\r\n")
            heard.append(wire.recv(1000))

    with talking(login_only) as server:
        login = {"username": "mé", "password": Secret(reference="env:PASSWORD")}
        outcome = open_provider(smtp_config(tmp_path, server.port, **login)).probe()

    assert outcome.kind.value == "accepted"
    assert heard[1:4] == [b"AUTH LOGIN\r\n", b"bcOp\r\n", b"c8OpY3JldA==\r\n"]


def test_a_server_without_a_login_we_know_halts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "secret")
    login = {"username": "me", "password": Secret(reference="env:PASSWORD")}
    with FaultySmtp(tmp_path / "journal", extensions=("AUTH XOAUTH2",)) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port, **login)), READERS)

    assert said(submission, READERS) == ["halt"] * 3


def test_a_server_that_knows_no_ehlo_is_greeted_with_helo(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal", extensions=()) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), READERS)

        assert said(submission, READERS) == ALL
        assert len(server.mails()) == 3


def test_a_server_that_takes_one_mail_a_connection_gets_all_of_them_once(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal", per_connection=1) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), READERS)

        assert said(submission, READERS) == ALL
        assert (len(server.mails()), server.server.connections) == (3, 3)


def test_batches_share_a_connection_and_a_dead_one_is_replaced(tmp_path: Path) -> None:
    with FaultySmtp(tmp_path / "journal") as server:
        shipment = open_provider(smtp_config(tmp_path, server.port)).prepare(sample_mailing())
        kinds = []
        for number in range(4):
            readers = sample_recipients(["A", "B"], first=10 * number)
            if number == 2:
                server.arrange("odd-bytewise", "odd-close-after")
            kinds += said(shipment.submit(shipment.build(readers, f"c.{number}.1")), readers)
            if number == 2:
                server.server.wait_until_idle()
        shipment.close()

        assert kinds == ["accepted"] * 8
        assert (len(server.mails()), server.server.connections) == (8, 2)


def test_an_address_no_envelope_can_hold_is_refused_and_the_others_go(tmp_path: Path) -> None:
    first, second, third = READERS
    readers = (
        first,
        replace(second, email="zoë@example.org"),
        replace(third, email="a>\r\nRCPT TO:<b@c.example"),
    )
    with FaultySmtp(tmp_path / "journal") as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), readers)

        assert said(submission, readers) == ["accepted", "rejected", "rejected"]
        assert "SMTPUTF8" in submission.of(1).detail
        assert len(server.mails()) == 1


def test_an_acceptance_before_the_last_byte_is_unknown(tmp_path: Path) -> None:
    def accept_early(wire: socket.socket) -> None:
        wire.sendall(b"220 hello\r\n")
        for reply in (b"250 hello", b"250 ok", b"250 ok", b"354 go on\r\n250 taken"):
            wire.recv(1000)
            wire.sendall(reply + b"\r\n")
        while wire.recv(1 << 16):
            pass

    with talking(accept_early) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), READERS[:1])

    assert said(submission, READERS[:1]) == ["unknown"]


def test_a_value_with_half_a_character_refuses_that_reader_only(tmp_path: Path) -> None:
    readers = sample_recipients(["A", "half \ud83d", "C"])
    with FaultySmtp(tmp_path / "journal") as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), readers)

    assert said(submission, readers) == ["accepted", "rejected", "accepted"]


def test_a_sender_outside_ascii_is_an_error_before_anything_leaves(tmp_path: Path) -> None:
    mailing = replace(sample_mailing(), sender=Mailbox(name="", email="zoë@brief.example"))

    with pytest.raises(ConfigError, match="SMTPUTF8"):
        open_provider(smtp_config(tmp_path, 25)).prepare(mailing)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"host": ""}, "has no host"),
        ({"port": 0}, "port is 0"),
        ({"security": "ssl"}, 'security is "ssl"'),
        ({"timeout_s": -1.0}, "timeout_s"),
        ({"username": "me"}, "has no password"),
        ({"password": Secret(reference="env:X")}, "has no username"),
        (
            {"username": "me", "password": Secret(reference="env:X"), "security": "none"},
            "the password would cross the network unencrypted",
        ),
    ],
)
def test_wrong_settings_are_errors(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    config = Config(
        root=tmp_path,
        provider=ProviderConfig(smtp=SmtpConfig(**{"host": "smtp.example.org", **changes})),
    )

    with pytest.raises(ConfigError, match=message):
        open_provider(config)


@given(st.lists(st.text(max_size=90) | st.sampled_from(HOSTILE_NAMES), min_size=1, max_size=4))
def test_no_value_can_end_a_mail_or_make_a_line_end_of_its_own(names: list[str]) -> None:
    shipment = open_provider(smtp_config(Path(), 25)).prepare(sample_mailing())
    payload = shipment.build(sample_recipients(names), "c.1.1")
    shipment.close()

    for mail in payload.mails:
        *lines, last, rest = mail.data.split(b"\r\n")
        assert (last, rest) == (b".", b"")
        assert not [line for line in lines if line.startswith(b".") or b"\r" in line or b"\n" in line]


@given(
    st.lists(
        st.sampled_from([b"250-one\r\n", b"250 two\n", b"25", b"0 x\r\n", b"451", b" ", b"\xff\r\n", b"-"]),
        max_size=8,
    ),
    st.integers(1, 9),
)
def test_no_reply_is_too_strange_to_read_and_pieces_make_no_difference(lines: list[bytes], size: int) -> None:
    noise = b"".join(lines)

    whole = _replies([noise])
    in_pieces = _replies([noise[at : at + size] for at in range(0, len(noise), size)])

    assert in_pieces == whole
    assert all(200 <= code <= 599 for code, _ in whole)
    assert len(whole) <= noise.count(b"\n")


def _replies(pieces: list[bytes]) -> list[tuple[int, tuple[str, ...]]]:
    reader = ReplyReader()
    found = []
    try:
        for piece in pieces:
            reader.feed(piece)
            while reply := reader.take():
                found.append((reply.code, reply.lines))
    except NoReply:
        pass
    return found


@pytest.mark.parametrize(
    "noise",
    [b"2" * 20_000, b"250 " + b"\r" * 500_000, b"250-x\r\n" * 1_000],
    ids=["one line", "one line of line ends that are none", "many lines"],
)
def test_a_reply_without_end_is_no_reply(noise: bytes) -> None:
    reader = ReplyReader()
    reader.feed(noise)

    with pytest.raises(NoReply):
        reader.take()


def test_a_server_that_offers_pipelining_gets_the_envelope_in_one_go(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def listen(wire: socket.socket) -> None:
        wire.sendall(b"220 hello\r\n")
        wire.recv(1000)
        wire.sendall(b"250-hello\r\n250 PIPELINING\r\n")
        while piece := wire.recv(100_000):
            heard.append(piece)
            if piece.endswith(b"DATA\r\n"):
                wire.sendall(b"250 OK\r\n250 OK\r\n354 go on\r\n")
            elif b"".join(heard).endswith(b"\r\n.\r\n"):
                wire.sendall(b"250 taken\r\n")

    with talking(listen) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), READERS[:1])

    assert said(submission, READERS[:1]) == ["accepted"]
    assert heard[0].count(b"\r\n") == 3


def test_a_server_that_goes_away_after_refusing_a_reader_still_refused(tmp_path: Path) -> None:
    def refuse(wire: socket.socket) -> None:
        wire.sendall(b"220 hello\r\n")
        wire.recv(1000)
        wire.sendall(b"250-hello\r\n250 PIPELINING\r\n")
        wire.recv(1000)
        wire.sendall(b"250 OK\r\n550 no such reader\r\n354 go on\r\n")
        wire.recv(1000)

    with talking(refuse) as server:
        submission = send(open_provider(smtp_config(tmp_path, server.port)), READERS[:1])

    assert said(submission, READERS[:1]) == ["rejected"]
