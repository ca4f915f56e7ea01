"""One request to one web server at an address that was looked up before: HTTP/1.1 (RFC 9112) through h11."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, quote, urlsplit

import h11
import idna

from newsletter import __version__
from newsletter.probes.addresses import Address

__all__ = ["BadAddress", "Reply", "Target", "request"]

_READ_BYTES = 16_384
_SAFE = "/:@!$&'()*+,;=-._~%?"
_AGENT = f"newsletter-as-code/{__version__} (looks whether links work; asks each page once a day)"


class BadAddress(ValueError):
    """The address is none that can be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A web address taken apart; `host` is ASCII, `path` what is asked of it."""

    is_secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Target:
        """Take `url` apart. Raises BadAddress for anything but http and https with a host."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise BadAddress(str(error)) from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadAddress("it is no address of the web")
        is_secure = parts.scheme == "https"
        return cls(
            is_secure=is_secure,
            host=_ascii_host(parts.hostname),
            port=port if port is not None else (443 if is_secure else 80),
            path=_path(parts),
        )

    @property
    def authority(self) -> str:
        """Return the value of the Host field (RFC 9110, section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_secure else 80) else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server said; `body` is its beginning, empty after HEAD.

    `strict_transport` and `date` are fields as they came; `certificate_ends` is seconds since 1970.
    """

    status: int
    location: str | None = None
    content_type: str = ""
    body: bytes = b""
    strict_transport: str | None = None
    date: str | None = None
    certificate_ends: float | None = None


async def request(
    method: str, target: Target, address: Address, tls: ssl.SSLContext, *, most_bytes: int = 0
) -> Reply:
    """Ask `target` at `address` and nobody else, and read at most `most_bytes` of the page.

    Raises OSError (SSLError is one) and h11.RemoteProtocolError. Set a deadline around it: it has none.
    """
    reader, writer = await asyncio.open_connection(
        str(address),
        target.port,
        ssl=tls if target.is_secure else None,
        server_hostname=target.host if target.is_secure else None,
    )
    try:
        talk = h11.Connection(h11.CLIENT)
        fields = [
            ("Host", target.authority),
            ("User-Agent", _AGENT),
            ("Accept", "text/html, */*;q=0.5"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ]
        asked = h11.Request(method=method, target=target.path, headers=fields)
        writer.write((talk.send(asked) or b"") + (talk.send(h11.EndOfMessage()) or b""))
        await writer.drain()
        reply = await _read(talk, reader, most_bytes)
        return replace(reply, certificate_ends=_ends(writer))
    finally:
        writer.transport.abort()  # a goodbye could wait for a server that does not


async def _read(talk: h11.Connection, reader: asyncio.StreamReader, most_bytes: int) -> Reply:
    head: h11.Response | None = None
    body = bytearray()
    while True:
        event = talk.next_event()
        if event is h11.NEED_DATA:
            talk.receive_data(await reader.read(_READ_BYTES))
        elif isinstance(event, h11.Response):
            head = event
            if not most_bytes:
                break
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) >= most_bytes:
                break
        elif not isinstance(event, h11.InformationalResponse):
            break
    if head is None:
        raise ConnectionResetError("the server closed the connection without an answer")
    fields = {bytes(name).lower(): bytes(value) for name, value in head.headers}
    return Reply(
        status=head.status_code,
        location=_text(fields, b"location"),
        strict_transport=_text(fields, b"strict-transport-security"),
        date=_text(fields, b"date"),
        content_type=fields.get(b"content-type", b"").decode("latin-1").lower(),
        body=bytes(body[:most_bytes]),
    )


def _text(fields: Mapping[bytes, bytes], name: bytes) -> str | None:
    value = fields.get(name)
    return value.decode("utf-8", "replace") if value is not None else None


def _ends(writer: asyncio.StreamWriter) -> float | None:
    """Return when the certificate of the server ends, None without one."""
    certificate = writer.get_extra_info("peercert")
    return ssl.cert_time_to_seconds(certificate["notAfter"]) if certificate else None


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise BadAddress(str(error)) from error


def _path(parts: SplitResult) -> str:
    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe=_SAFE, errors="replace")
