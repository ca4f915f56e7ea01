"""One SMTP connection: lines out, whole replies in, a deadline on everything (RFC 5321)."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import time
from dataclasses import dataclass

from newsletter.providers.network import network_reason

__all__ = ["Reply", "Wire", "WireBroken"]

# RFC 5321 4.5.3.1.5 allows 512 octets a reply line; servers exceed it, nobody exceeds this.
_MAX_LINE = 8_192
_MAX_LINES = 200
_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


class WireBroken(Exception):
    """The connection ended, timed out, or what came is no SMTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole reply (RFC 5321 4.2): its code and the text of each line."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the reply as one line, for people."""
        return f"{self.code} {' '.join(line for line in self.lines if line)}"[:300].rstrip()

    @property
    def enhanced(self) -> str:
        """Return the enhanced status code (RFC 3463), such as `5.1.1`; empty when there is none."""
        match = re.match(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)", self.lines[-1])
        return match[0] if match else ""


class Wire:
    """A connected socket that speaks SMTP."""

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        """Connect; `timeout_s` bounds connecting, each sending and each reply. Raises WireBroken."""
        self._timeout_s = timeout_s
        self._buffer = bytearray()
        try:
            self._socket = socket.create_connection((host, port), timeout=timeout_s)
        except (OSError, UnicodeError) as error:
            raise WireBroken(f"no connection to {host}:{port}: {network_reason(error)}") from error
        # The last byte of a mail travels alone; without this it would wait for an acknowledgement (RFC 896).
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def own_name(self) -> str:
        """Return the name to greet with: this machine's, or its address as a literal (RFC 5321 4.1.4)."""
        name = socket.gethostname()
        if "." in name and name.isascii():
            return name
        address = str(self._socket.getsockname()[0])
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Switch to TLS. Raises WireBroken, also when the server spoke ahead (CVE-2011-0411)."""
        if self._buffer:
            raise WireBroken("the server sent something between its answer and TLS")
        try:
            self._socket.settimeout(self._timeout_s)
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except (OSError, ValueError) as error:
            raise WireBroken(f"no secure connection to {host}: {network_reason(error)}") from error

    def command(self, line: str) -> Reply:
        """Send `line` and return the reply. Raises WireBroken."""
        assert "\r" not in line, "a command is one line"
        assert "\n" not in line, "a command is one line"
        self.send(line.encode("ascii") + b"\r\n")
        return self.reply()

    def send(self, data: bytes | memoryview) -> None:
        """Hand `data` to the kernel. Raises WireBroken."""
        try:
            self._socket.settimeout(self._timeout_s)
            self._socket.sendall(data)
        except OSError as error:
            raise WireBroken(f"the connection broke: {network_reason(error)}") from error

    def reply(self) -> Reply:
        """Return the next whole reply. Raises WireBroken."""
        deadline = time.monotonic() + self._timeout_s
        code = 0
        lines: list[str] = []
        while True:
            line = self._line(deadline)
            match = _LINE.fullmatch(line)
            if match is None or (lines and int(match[1]) != code) or len(lines) >= _MAX_LINES:
                raise WireBroken("the server's answer is no SMTP reply")
            code = int(match[1])
            text = (match[3] or b"").decode("utf-8", "replace")
            lines.append("".join(char for char in text if char.isprintable()).strip())
            if match[2] != b"-":
                return Reply(code=code, lines=tuple(lines))

    def has_spoken(self) -> bool:
        """Say whether the server said something unasked, or is gone."""
        if self._buffer:
            return True
        try:
            self._socket.settimeout(0)
            self._buffer += self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError):
            self._socket.close()

    def _line(self, deadline: float) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _MAX_LINE:
                raise WireBroken("the server's answer never ends")
            self._fill(deadline)
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return line

    def _fill(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise WireBroken("timed out waiting for the server")
        try:
            self._socket.settimeout(left)
            data = self._socket.recv(65_536)
        except OSError as error:
            raise WireBroken(f"the connection broke: {network_reason(error)}") from error
        if not data:
            raise WireBroken("the server closed the connection")
        self._buffer += data
