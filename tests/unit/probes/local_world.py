"""The world outside on 127.0.0.1: name servers and web servers that answer as a test wants."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from newsletter.probes.addresses import Address, is_public
from newsletter.probes.link_memory import LinkMemory
from newsletter.probes.links import LinkAsker, LinkPace
from newsletter.probes.names import NameServers
from newsletter.testing.dns_server import DnsServer, DnsTrouble
from newsletter.testing.local_server import LocalServer
from tests.process.certificates import SIGNS_CERTIFICATES

HERE = ip_address("127.0.0.1")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HASTE = LinkPace(pause_s=0, link_s=30, stage_s=60)


def here_too(address: Address) -> bool:
    """Allow the one address that local servers have, beside public ones."""
    return address == HERE or is_public(address)


# --- names --------------------------------------------------------------------------------------------


LocalNames = DnsServer

_TROUBLES = {"SERVFAIL": DnsTrouble.SERVFAIL, "SILENCE": DnsTrouble.SILENCE}


@contextmanager
def serve_names(zone: Mapping[tuple[str, str], Sequence[str] | str]) -> Iterator[DnsServer]:
    """Answer questions about `zone`: records as a zone file has them, or "SERVFAIL", "SILENCE".

    With "NXDOMAIN" for the servers of the root it is a network that knows nothing of the internet.
    """
    known = {key: _values(key[1], found) for key, found in zone.items() if found != "NXDOMAIN"}
    with DnsServer(known, knows_internet=(".", "NS") not in zone) as server:
        yield server


def _values(kind: str, found: Sequence[str] | str) -> Sequence[str] | DnsTrouble:
    if isinstance(found, str):
        return _TROUBLES[found]
    return ["".join(re.findall(r'"([^"]*)"', one)) for one in found] if kind == "TXT" else found


# --- the web ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """What a web server answers; `head` when it answers HEAD otherwise."""

    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    head: int | None = None


Answer = Page | Callable[[socket.socket], None]


class LocalWeb:
    """A web server for `pages` by path, for whatever host; `asked` are method, host and path of requests."""

    def __init__(self, pages: Mapping[str, Answer], tls: ssl.SSLContext | None = None) -> None:
        self.pages = pages
        self.asked: list[tuple[str, str, str]] = []
        self.most_at_once = 0
        self._waiting: set[socket.socket] = set()  # those that have not begun to get an answer
        self._lock = threading.Lock()
        self._tls = tls
        self._server = LocalServer(self._serve)

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def stopping(self) -> threading.Event:
        return self._server.stopping

    def __enter__(self) -> LocalWeb:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def url(self, path: str, host: str = "brief.example") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def _serve(self, wire: socket.socket) -> None:
        if self._tls:
            try:
                wire = self._tls.wrap_socket(wire, server_side=True)
            except ssl.SSLError:
                return
        with self._lock:
            self._waiting.add(wire)
            self.most_at_once = max(self.most_at_once, len(self._waiting))
        try:
            self._answer(wire)
        finally:
            self._is_served(wire)

    def _is_served(self, wire: socket.socket) -> None:
        with self._lock:
            self._waiting.discard(wire)

    def _answer(self, wire: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            more = wire.recv(4096)
            if not more:
                return
            head += more
        lines = head.decode().split("\r\n")
        method, path, _ = lines[0].split(" ")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        self.asked.append((method, fields["host"].rpartition(":")[0] or fields["host"], path))
        page = self.pages.get(path, Page(404))
        if not isinstance(page, Page):
            page(wire)
            return
        status = page.head if method == "HEAD" and page.head is not None else page.status
        body = page.body.encode() if method == "GET" else b""
        more_fields = {"content-type": "text/html; charset=utf-8", **page.fields}
        told = "".join(f"{name}: {value}\r\n" for name, value in more_fields.items())
        self._is_served(wire)  # whoever has its answer may ask again before this thread goes on
        wire.sendall(f"HTTP/1.1 {status} X\r\n{told}connection: close\r\n\r\n".encode() + body)
        wire.shutdown(socket.SHUT_WR) if not self._tls else wire.close()


# --- certificates -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Authority:
    """An issuer of certificates for tests; `trusting` is a context that believes it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    directory: Path

    @classmethod
    def make(cls, directory: Path) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder(
                name, name, key.public_key(), 1, now - timedelta(days=9), now + timedelta(days=9)
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(SIGNS_CERTIFICATES, critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(key, certificate, directory)

    @property
    def trusting(self) -> ssl.SSLContext:
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def server(self, host: str, *, days: int = 5) -> ssl.SSLContext:
        """Return what a server at `host` needs; its certificate ends `days` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        certificate = (
            x509.CertificateBuilder(
                self.certificate.subject,
                x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)]),
                key.public_key(),
                x509.random_serial_number(),
                now - timedelta(days=8),
                now + timedelta(days=days),
            )
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(issuer, critical=False)
            .sign(self.key, hashes.SHA256())
        )
        path = self.directory / f"{host}{days}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


# --- asking -------------------------------------------------------------------------------------------


def link_asker(
    names: LocalNames,
    directory: Path,
    *,
    pace: LinkPace = HASTE,
    tls: ssl.SSLContext | None = None,
    now: datetime = NOW,
    told: list[str] | None = None,
    patience_s: float = 20.0,
) -> LinkAsker:
    """Return an asker that may also connect to 127.0.0.1, and knows the names of `names`."""
    return LinkAsker(
        names=NameServers(("127.0.0.1", names.port), patience_s=patience_s),
        memory=LinkMemory(directory / "links.json", now),
        tell=(told if told is not None else []).append,
        pace=pace,
        may_connect=here_too,
        tls=tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )
