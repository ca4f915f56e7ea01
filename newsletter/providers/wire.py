"""HTTP/1.1 connections that stay open, and that know whether the last byte of a request left."""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPResponse
from threading import Lock
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from newsletter.providers.network import network_reason

__all__ = ["Answer", "AnswerLost", "NeverLeft", "Wires"]

_MAX_ANSWER = 1_000_000  # bytes; answers of the API are a few hundred
_SUCCESS = range(200, 300)
_USER_ERROR = range(400, 500)


class NeverLeft(Exception):
    """The last byte of the request was never handed to the kernel: the peer cannot have acted on it."""


class AnswerLost(Exception):
    """The whole request left and no whole answer came back, or it came too early: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer: status line, headers (any letter case) and body."""

    status: int
    reason: str
    headers: Message
    body: bytes


class Wires:
    """Connections to one host. A request has one to itself; afterwards it is kept for the next."""

    def __init__(self, url: str, timeout_s: float, *, max_answer: int = _MAX_ANSWER) -> None:
        """Prepare for `url` (`https://host[:port]`); `timeout_s` bounds connecting, sending, answering.

        No more than `max_answer` bytes of an answer are read.
        """
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._is_tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._is_tls else 80)
        self._host_field = parts.netloc
        self._timeout_s = timeout_s
        self._max_answer = max_answer
        self._context = ssl.create_default_context() if self._is_tls else None
        self._lock = Lock()
        self._idle: list[socket.socket] = []

    def exchange(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | Sequence[bytes] = b""
    ) -> Answer:
        """Send one request and return the answer, whatever its status. Raises NeverLeft or AnswerLost.

        The body may be in pieces, none of them empty, which saves joining a large one. A kept connection
        that turns out dead before the last byte is replaced by a fresh one, once.
        """
        body = ((body,) if body else ()) if isinstance(body, bytes) else body
        pieces = (self._head(method, target, headers, sum(map(len, body))), *body)
        kept = self._take()
        if kept is not None:
            try:
                return self._exchange_on(kept, method, pieces)
            except NeverLeft:
                pass  # the peer had closed it meanwhile
        return self._exchange_on(self._connect(), method, pieces)

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            idle, self._idle = self._idle, []
        for wire in idle:
            _close(wire)

    def _head(self, method: str, target: str, headers: Mapping[str, str], size: int) -> bytes:
        fields = {"Host": self._host_field, **headers}
        if method == "POST":
            fields["Content-Length"] = str(size)
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _take(self) -> socket.socket | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                wire = self._idle.pop()
            try:
                if _early_byte(wire) is None:
                    return wire
            except OSError:
                pass  # closed by the peer
            _close(wire)

    def _connect(self) -> socket.socket:
        try:
            wire = socket.create_connection((self._host, self._port), timeout=self._timeout_s)
        except (OSError, UnicodeError) as error:
            raise NeverLeft(f"no connection to {self._host_field}: {network_reason(error)}") from error
        try:
            # The last byte travels alone; without this it would wait for an acknowledgement (RFC 896).
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self._context.wrap_socket(wire, server_hostname=self._host) if self._context else wire
        except (OSError, ValueError) as error:
            _close(wire)
            raise NeverLeft(f"no secure connection to {self._host_field}: {network_reason(error)}") from error

    def _exchange_on(self, wire: socket.socket, method: str, pieces: Sequence[bytes]) -> Answer:
        keep = False
        try:
            early = self._send_all_but_last(wire, pieces)
            if early is not None:
                return self._early_answer(wire, method, early)
            try:
                wire.sendall(pieces[-1][-1:])
                answer, keep = self._read(wire, method)
            except (OSError, HTTPException, ValueError) as error:
                raise AnswerLost(
                    f"no whole answer from {self._host_field}: {network_reason(error)}"
                ) from error
            return answer
        finally:
            if keep:
                with self._lock:
                    self._idle.append(wire)
            else:
                _close(wire)

    def _send_all_but_last(self, wire: socket.socket, pieces: Sequence[bytes]) -> bytes | None:
        """Send everything but the last byte; return what the peer already says, None when it is silent."""
        try:
            deadline = time.monotonic() + self._timeout_s
            for piece in pieces[:-1]:
                _send(wire, piece, deadline)
            _send(wire, memoryview(pieces[-1])[:-1], deadline)
            return _early_byte(wire)
        except OSError as error:
            raise NeverLeft(
                f"the connection to {self._host_field} broke before the end: {network_reason(error)}"
            ) from error
        finally:
            wire.settimeout(self._timeout_s)

    def _early_answer(self, wire: socket.socket, method: str, early: bytes) -> Answer:
        """Return a refusal that came before the last byte left; the peer cannot have taken the request.

        A peer that says it has taken it all the same is no peer to argue with: AnswerLost.
        """
        try:
            answer, _ = self._read(wire, method, early)
        except (OSError, HTTPException, ValueError) as error:
            raise NeverLeft(
                f"{self._host_field} broke off before the end: {network_reason(error)}"
            ) from error
        if answer.status in _SUCCESS:
            raise AnswerLost(f"{self._host_field} answered {answer.status} before the end of the request")
        if answer.status not in _USER_ERROR:
            raise NeverLeft(f"{self._host_field} answered {answer.status} before the end of the request")
        return answer

    def _read(self, wire: socket.socket, method: str, early: bytes = b"") -> tuple[Answer, bool]:
        """Return the answer and whether the connection can carry another request."""
        raw = _TimedRead(wire, time.monotonic() + self._timeout_s, early)
        # HTTPResponse asks nothing of a socket but makefile.
        response = HTTPResponse(cast("socket.socket", raw), method=method)
        response.begin()
        if raw.is_ended:
            raise HTTPException("the head of the answer is cut off")
        try:
            body = response.read(self._max_answer)
            is_whole = not response.will_close and (response.isclosed() or response.read(1) == b"")
        except (OSError, HTTPException, ValueError):
            body, is_whole = b"", False  # the status is known, and says all that matters
        answer = Answer(status=response.status, reason=response.reason, headers=response.msg, body=body)
        return answer, is_whole


class _TimedRead(io.RawIOBase):
    """Reads a socket until a deadline for everything, so that an answer in drops cannot hang us."""

    def __init__(self, wire: socket.socket, deadline: float, early: bytes) -> None:
        self._wire = wire
        self._deadline = deadline
        self._early = early
        self.is_ended = False

    def makefile(self, _mode: str) -> BinaryIO:
        """Return a buffered reader, as a socket does for HTTPResponse."""
        return cast("BinaryIO", io.BufferedReader(self))  # no BinaryIO by name, but by what it does

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase allows any buffer
        if self._early:
            buffer[:1], self._early = self._early[:1], b""
            return 1
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._wire.settimeout(left)
        count = self._wire.recv_into(buffer)
        self.is_ended = count == 0
        return count


def _early_byte(wire: socket.socket) -> bytes | None:
    """Return the first byte the peer has sent unasked, None when it is silent. Raises OSError when gone."""
    wire.settimeout(0)
    try:
        byte = wire.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    if not byte:
        raise ConnectionResetError("closed by the peer")
    return byte


def _send(wire: socket.socket, piece: bytes | memoryview, deadline: float) -> None:
    """Send all of `piece` before `deadline`, which is for all pieces together."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    wire.settimeout(left)
    wire.sendall(piece)


def _close(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.close()
