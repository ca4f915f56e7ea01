"""An HTTP server in a process of its own that answers 202 to every request, and counts.

It looks for the end of the head and of the body, nothing more, so that it is never what is waited for.
Run as `python -m benchmarks.answering [SECONDS]`, which are waited before each answer: it prints its port; at
the end of its input it prints its counts.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.timing import ROOT

__all__ = ["Stub", "answering"]

_ANSWER = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: benchmark\r\nContent-Length: 0\r\n\r\n"
_BUFFER = 1 << 20


@dataclass(slots=True)
class Stub:
    """The server; `connections` and `requests` are known when it has stopped."""

    port: int
    connections: int = 0
    requests: int = 0


@contextmanager
def answering(delay_s: float = 0.0) -> Iterator[Stub]:
    """Run the server beside this process; it takes `delay_s` for each answer."""
    command = [sys.executable, "-m", "benchmarks.answering", str(delay_s)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stub = Stub(port=int(process.stdout.readline()))
        try:
            yield stub
        finally:
            process.stdin.close()
            counts = json.loads(process.stdout.readline())
            stub.connections, stub.requests = counts["connections"], counts["requests"]


class _Answering(asyncio.BufferedProtocol):
    """One connection: reads into one buffer that is used again and again."""

    counts = {"connections": 0, "requests": 0}  # noqa: RUF012  # of the whole process
    delay_s = 0.0

    def __init__(self) -> None:
        self._buffer = bytearray(_BUFFER)
        self._head = b""
        self._missing = 0  # bytes of a body still to come
        self._carried_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        return memoryview(self._buffer)

    def buffer_updated(self, nbytes: int) -> None:
        if self._missing > nbytes:
            self._missing -= nbytes
            return
        start, self._missing = self._missing, 0
        if start == nbytes and start:
            self._answer()
            return
        if start:
            self._answer()
        self._head += self._buffer[start:nbytes]
        head, end, body = self._head.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
        if length:  # mail, and no question what the key may do
            self.counts["requests"] += 1
            self.counts["connections"] += not self._carried_mail
            self._carried_mail = True
        self._head = b""
        self._missing = length - len(body)
        if self._missing <= 0:
            self._missing = 0
            self._answer()

    def _answer(self) -> None:
        if self.delay_s:
            asyncio.get_running_loop().call_later(self.delay_s, self._transport.write, _ANSWER)
        else:
            self._transport.write(_ANSWER)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    print(json.dumps(_Answering.counts), flush=True)
    server.close()


if __name__ == "__main__":
    _Answering.delay_s = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    asyncio.run(_serve())
