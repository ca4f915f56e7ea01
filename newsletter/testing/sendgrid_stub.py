"""A server that behaves as SendGrid documents, records what it accepts, and fails on request.

As a process: `python -m newsletter.testing.sendgrid_stub --journal FILE [--fault N=NAME]…` prints its address
on the first line and stops at the end of its input.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import parse_headers
from itertools import count
from pathlib import Path
from threading import Event, Lock
from types import TracebackType
from typing import Self

from newsletter.testing.local_server import LocalServer, reset
from newsletter.testing.received import Journal, ReceivedMail
from newsletter.testing.sendgrid_faults import FAULTS, PLAIN, Cut, StubFault
from newsletter.testing.sendgrid_rules import Fault, expand, faults_in, parse_request

__all__ = ["API_KEY", "SendgridStub"]

API_KEY = "SG.stub.key"
_MAX_BODY = 30_000_000


class SendgridStub:
    """The stub on a free port of 127.0.0.1; a context manager.

    `arrange` sets how the next requests to mail/send are treated; without it the stub just works.
    """

    def __init__(self, journal: Path, faults: Mapping[int, str] | None = None) -> None:
        """Record acceptances in `journal`; treat request N (from 1) to mail/send as `faults[N]` names."""
        self._journal = Journal(journal)
        self._faults = dict(faults or {})
        self._arranged: deque[StubFault] = deque()
        self._lock = Lock()
        self._numbers = count(1)
        self._ids = count(1)
        self.api_key = API_KEY
        self.scopes: tuple[str, ...] = ("mail.send",)
        self.requests = 0
        self._server = LocalServer(lambda wire: _Dialogue(self, wire).run())

    @property
    def url(self) -> str:
        """Return the address to put in `[provider.sendgrid] host`."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def connections(self) -> int:
        """Return how many connections were made."""
        return self._server.connections

    @property
    def stopping(self) -> Event:
        """Return what is set when the stub stops."""
        return self._server.stopping

    def __enter__(self) -> Self:
        """Start serving."""
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving and close every connection."""
        self._server.stop()

    def wait_until_idle(self) -> None:
        """Wait until the stub has closed every connection."""
        self._server.wait_until_idle()

    def arrange(self, *names: str) -> None:
        """Treat the next requests to mail/send as the faults `names`, in order."""
        with self._lock:
            self._arranged.extend(FAULTS[name] for name in names)

    def mails(self) -> tuple[ReceivedMail, ...]:
        """Return every mail accepted so far, from the journal."""
        return tuple(mail for entry in self._journal.entries() for mail in expand(_mapping(entry["request"])))

    def next_fault(self) -> StubFault:
        """Return how to treat the request that just came in."""
        with self._lock:
            self.requests += 1
            number = next(self._numbers)
            if self._arranged:
                return self._arranged.popleft()
        return FAULTS[self._faults[number]] if number in self._faults else PLAIN

    def judge(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes, Mapping[str, object]]:
        """Return status, body and (for 202) the request as the API would treat it."""
        if headers.get("authorization") != f"Bearer {self.api_key}":
            return 401, error_body((None, "The provided authorization grant is invalid.")), {}
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            return 415, error_body((None, "Unsupported media type")), {}
        if len(body) > _MAX_BODY:
            return 413, error_body((None, "Request entity too large")), {}
        request = parse_request(body)
        if request is None:
            return 400, error_body((None, "Bad Request")), {}
        faults = faults_in(request)
        return (400, error_body(*faults), {}) if faults else (202, b"", request)

    def accept(self, request: Mapping[str, object]) -> str:
        """Record an acceptance and return its message id."""
        with self._lock:
            message_id = f"stub{next(self._ids):08d}"
        self._journal.record({"id": message_id, "request": request})
        return message_id


def error_body(*faults: Fault) -> bytes:
    """Return faults in the API's documented shape."""
    errors = [{"message": message, "field": field, "help": None} for field, message in faults]
    return json.dumps({"errors": errors}).encode()


class _Dialogue:
    """Serves one connection, request after request."""

    def __init__(self, stub: SendgridStub, wire: socket.socket) -> None:
        self._stub = stub
        self._wire = wire
        self._input = wire.makefile("rb")

    def run(self) -> None:
        with self._input:
            while self._serve_one():
                pass

    def _serve_one(self) -> bool:
        first = self._input.readline().split()
        if len(first) != 3:
            return False
        method, path, _ = first
        fields = parse_headers(self._input)
        headers = {name.lower(): value for name, value in fields.items()}
        size = int(headers.get("content-length", "0"))
        if (method, path) == (b"POST", b"/v3/mail/send"):
            return self._serve_mail(headers, size)
        self._input.read(size)
        return self._write(self._other(method, path, headers), PLAIN)

    def _other(self, method: bytes, path: bytes, headers: Mapping[str, str]) -> bytes:
        if headers.get("authorization") != f"Bearer {self._stub.api_key}":
            return _answer(401, {}, error_body((None, "authorization required")))
        if (method, path) == (b"GET", b"/v3/scopes"):
            return _answer(200, {}, json.dumps({"scopes": self._stub.scopes}).encode())
        return _answer(404, {}, error_body((None, "not found")))

    def _serve_mail(self, headers: Mapping[str, str], size: int) -> bool:
        fault = self._stub.next_fault()
        if fault.cut is Cut.HEADERS:
            return self._reset()
        if fault.cut is Cut.BODY:
            self._input.read(size // 2)
            return self._reset()
        body = self._input.read(size)
        if len(body) < size:
            return False  # the client went away: nothing to act on
        status, answer_body, request = self._stub.judge(headers, body)
        message_id = ""
        if status == 202 and fault.accepts:
            message_id = self._stub.accept(request)
        if status != 202 or not fault.is_override:
            named = {"X-Message-Id": message_id} if message_id and fault.names_id else {}
            return self._write(_answer(status, {**named, **fault.headers}, answer_body), fault)
        return self._write(_answer(fault.status, fault.headers, fault.body.encode()), fault)

    def _write(self, answer: bytes, fault: StubFault) -> bool:
        if fault.is_lower_case:
            head, _, body = answer.partition(b"\r\n\r\n")
            first, _, fields = head.partition(b"\r\n")
            answer = first + b"\r\n" + fields.lower() + b"\r\n\r\n" + body
        if fault.cut is Cut.ANSWER:
            return self._reset()
        if fault.hangs_s:
            self._stub.stopping.wait(fault.hangs_s)
        if fault.raw is not None:
            answer = fault.raw.encode("latin-1")
        pieces: Sequence[bytes] = [answer]
        if fault.cut is Cut.HALF:
            pieces = [answer[: answer.index(b"\r\n") + 8]]
        elif fault.is_bytewise:
            pieces = [answer[at : at + 1] for at in range(len(answer))]
        for piece in pieces:
            self._wire.sendall(piece)
        return fault.cut is None

    def _reset(self) -> bool:
        reset(self._wire)
        return False


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = "Unknown"
    fields = {"Server": "stub", "Content-Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, dict)
    return value


def _main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--fault", action="append", default=[], metavar="N=NAME")
    options = parser.parse_args(arguments)
    faults = {int(number): name for number, _, name in (fault.partition("=") for fault in options.fault)}
    with SendgridStub(options.journal, faults) as stub:
        sys.stdout.write(f"{stub.url}\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()


if __name__ == "__main__":
    _main()
