"""A threaded server on a free port of 127.0.0.1 that can be stopped at any moment."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Condition, Event, Thread

__all__ = ["LocalServer", "reset"]

_RECEIVE_BYTES = 262_144


class LocalServer:
    """Calls `serve` with every connection, each in a thread; the connection is closed when it returns.

    `connections` counts them; `stopping` is set when the server is about to stop.
    """

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        """Listen; nothing is served before `start`."""
        self.connections = 0
        self.stopping = Event()
        self._serve = serve
        self._open: set[socket.socket] = set()
        self._closed = Condition()
        self._server = _Server(self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def port(self) -> int:
        """Return the port."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and the port; wait for the threads."""
        self.stopping.set()
        self._server.shutdown()
        for wire in list(self._open):
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    def wait_until_idle(self) -> None:
        """Wait until every connection made so far is closed."""
        with self._closed:
            self._closed.wait_for(lambda: not self._open, 10)

    def handle(self, wire: socket.socket) -> None:
        """Serve one connection; a peer that goes away is no error."""
        self.connections += 1
        self._open.add(wire)
        try:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with contextlib.suppress(OSError):
                self._serve(wire)
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
        finally:
            with self._closed:
                self._open.discard(wire)
                self._closed.notify_all()


def reset(wire: socket.socket) -> None:
    """Close with a reset instead of an orderly end."""
    # Lingering zero seconds makes the kernel send a reset (SO_LINGER).
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """Bind with a small buffer for what comes in.

        Else the kernel would take a whole large body before the server has looked at it, and a
        connection that breaks inside the body could not be told from one that breaks after it.
        """
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        super().server_bind()

    def __init__(self, owner: LocalServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.owner.handle(self.request)
