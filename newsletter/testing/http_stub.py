"""A server that stands in for an HTTP mail API: records what it accepts, and fails on request."""

from __future__ import annotations

import argparse
import socket
import sys
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import parse_headers
from itertools import count
from pathlib import Path
from threading import Event, Lock
from types import TracebackType
from typing import ClassVar, Self

from newsletter.testing.http_faults import PLAIN, Cut, StubFault
from newsletter.testing.local_server import LocalServer, reset
from newsletter.testing.received import Journal, ReceivedMail

__all__ = ["HttpStub", "StubAnswer", "StubRequest", "run_stub"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StubRequest:
    """One request; `headers` has lower-case names."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class StubAnswer:
    """One answer; `accepted` is what to record, in JSON's types, when it says that mail was taken."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    accepted: tuple[Mapping[str, object], ...] = ()


class HttpStub(ABC):
    """The stub on a free port of 127.0.0.1; a context manager.

    A subclass judges requests as its API documents. `arrange` sets how the next mail requests are treated;
    without it the stub just works. What is accepted is on disk before it is answered.
    """

    mail_paths: ClassVar[frozenset[str]]
    """Paths to which mail is posted."""
    faults: ClassVar[Mapping[str, StubFault]]
    """The ways to fail, by name."""

    def __init__(self, journal: Path, faults: Mapping[int, str] | None = None) -> None:
        """Record acceptances in `journal`; treat mail request N (from 1) as `faults[N]` names."""
        self._journal = Journal(journal)
        self._planned = dict(faults or {})
        self._arranged: deque[StubFault] = deque()
        self._beside: dict[str, deque[StubFault]] = {}
        self._lock = Lock()
        self._ids = count(1)
        self.requests = 0
        self._server = LocalServer(lambda wire: _Dialogue(self, wire).run())

    @abstractmethod
    def judge(self, request: StubRequest, number: int, fault: StubFault) -> StubAnswer:
        """Return how the API answers a mail request, the `number`-th that is judged.

        Of `fault` only what shapes a single result is its business.
        """

    @abstractmethod
    def other(self, request: StubRequest) -> StubAnswer:
        """Return how the API answers any other request."""

    @abstractmethod
    def read(self, entry: Mapping[str, object]) -> Iterable[ReceivedMail]:
        """Return the mails in one entry of the journal."""

    @property
    def url(self) -> str:
        """Return the address of the API."""
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
        """Treat the next mail requests as the faults `names`, in order."""
        with self._lock:
            self._arranged.extend(self.faults[name] for name in names)

    def arrange_at(self, place: str, *names: str) -> None:
        """Treat the next requests to `place`, such as `GET /v3/scopes`, as the faults `names`, in order."""
        with self._lock:
            self._beside.setdefault(place, deque()).extend(self.faults[name] for name in names)

    def mails(self) -> tuple[ReceivedMail, ...]:
        """Return every mail accepted so far, from the journal."""
        return tuple(mail for entry in self._journal.entries() for mail in self.read(entry))

    def next_fault(self) -> StubFault:
        """Return how to treat the mail request that just came in."""
        with self._lock:
            self.requests += 1
            if self._arranged:
                return self._arranged.popleft()
            name = self._planned.get(self.requests)
        return self.faults[name] if name else PLAIN

    def answer_beside(self, request: StubRequest) -> tuple[StubAnswer, StubFault]:
        """Return the answer to any other request, and the fault it is under."""
        with self._lock:
            waiting = self._beside.get(f"{request.method} {request.path.partition('?')[0]}")
            fault = waiting.popleft() if waiting else PLAIN
        answer = self.other(request) if fault.accepts else StubAnswer(status=500)
        if fault.is_override:
            answer = StubAnswer(status=fault.status, body=fault.body.encode(), headers=fault.headers)
        return answer, fault

    def answer(self, request: StubRequest, fault: StubFault) -> StubAnswer:
        """Return the answer to a mail request under `fault`, recording what is accepted."""
        with self._lock:
            number = next(self._ids)
        answer = self.judge(request, number, fault)
        if fault.accepts:
            for entry in answer.accepted:
                self._journal.record(entry)
        if answer.status >= 300 or not fault.is_override:
            return StubAnswer(
                status=answer.status, body=answer.body, headers={**answer.headers, **fault.headers}
            )
        return StubAnswer(status=fault.status, body=fault.body.encode(), headers=fault.headers)


class _Dialogue:
    """Serves one connection, request after request."""

    def __init__(self, stub: HttpStub, wire: socket.socket) -> None:
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
        fields = parse_headers(self._input)
        headers = {name.lower(): value for name, value in fields.items()}
        head = StubRequest(method=first[0].decode(), path=first[1].decode(), headers=headers)
        size = int(headers.get("content-length", "0"))
        if head.method == "POST" and head.path in self._stub.mail_paths:
            return self._serve_mail(head, size)
        return self._write(*self._stub.answer_beside(self._with_body(head, self._input.read(size))))

    def _serve_mail(self, head: StubRequest, size: int) -> bool:
        fault = self._stub.next_fault()
        if fault.cut is Cut.HEADERS:
            return self._reset()
        if fault.cut is Cut.BODY:
            self._input.read(size // 2)
            return self._reset()
        body = self._input.read(size)
        if len(body) < size:
            return False  # the client went away: nothing to act on
        return self._write(self._stub.answer(self._with_body(head, body), fault), fault)

    def _with_body(self, head: StubRequest, body: bytes) -> StubRequest:
        return StubRequest(method=head.method, path=head.path, headers=head.headers, body=body)

    def _write(self, answer: StubAnswer, fault: StubFault) -> bool:
        if fault.cut is Cut.ANSWER:
            return self._reset()
        if fault.hangs_s:
            self._stub.stopping.wait(fault.hangs_s)
        for piece in _pieces(answer, fault):
            self._wire.sendall(piece)
        return fault.cut is None

    def _reset(self) -> bool:
        reset(self._wire)
        return False


def _pieces(answer: StubAnswer, fault: StubFault) -> Sequence[bytes]:
    """Return what to write, piece by piece."""
    if fault.raw is not None:
        return [fault.raw.encode("latin-1")]
    head, body = _head(answer, fault), answer.body
    if fault.is_chunked:
        middle = len(body) // 2
        body = b"".join(
            b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:middle], body[middle:]) if part
        )
        body += b"0\r\n\r\n"
    whole = head + (body[: len(body) // 2] if fault.is_half_body else body)
    if fault.cut is Cut.HALF:
        return [whole[: whole.index(b"\r\n") + 8]]
    return [whole[at : at + 1] for at in range(len(whole))] if fault.is_bytewise else [whole]


def _head(answer: StubAnswer, fault: StubFault) -> bytes:
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unknown"
    length = (
        {"Transfer-Encoding": "chunked"} if fault.is_chunked else {"Content-Length": str(len(answer.body))}
    )
    fields = {"Server": "stub", **length, **answer.headers}
    lines = [f"{name.lower() if fault.is_lower_case else name}: {value}" for name, value in fields.items()]
    first = f"HTTP/1.1 {answer.status} {reason}"
    head = ("\r\n".join([first, *lines]) + "\r\n\r\n").encode("latin-1")
    return (b"HTTP/1.1 100 Continue\r\n\r\n" if fault.is_continued else b"") + head


def run_stub(kind: type[HttpStub], arguments: Sequence[str] | None = None) -> None:
    """Run a stub as a process: print its address on the first line, stop at the end of the input."""
    parser = argparse.ArgumentParser(description=kind.__doc__)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--fault", action="append", default=[], metavar="N=NAME")
    options = parser.parse_args(arguments)
    faults = {int(number): name for number, _, name in (fault.partition("=") for fault in options.fault)}
    with kind(options.journal, faults) as stub:
        sys.stdout.write(f"{stub.url}\n")
        sys.stdout.flush()
        sys.stdin.buffer.read()
