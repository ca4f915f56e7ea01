"""Between a client and a PostgreSQL server: cuts the connection just before or after a COMMIT is done."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

__all__ = ["Cut", "CuttingProxy"]


class Cut(StrEnum):
    """When the connection is cut."""

    BEFORE = "before the server hears of the COMMIT"
    AFTER = "after the server has done it, before the client hears of that"


class CuttingProxy:
    """A port that leads to the socket of a server; `cut` breaks one connection, `is_shut` lets none in."""

    def __init__(self, url: str) -> None:
        """Lead to the server of `url`, which names the folder of its socket."""
        parts = urlsplit(url)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._name = parts.path
        self._user = parts.username
        self.cut: Cut | None = None
        self.is_shut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Return the URL of the database through this port."""
        port = self._listener.getsockname()[1]
        return f"postgresql://{self._user}@127.0.0.1:{port}{self._name}?sslmode=disable&gssencmode=disable"

    def close(self) -> None:
        """Stop, when every client is gone."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_shut:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._socket)
            for source, target in ((client, server), (server, client)):
                thread = threading.Thread(target=self._pass_on, args=(source, target, source is client))
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if is_client and b"COMMIT" in data and self.cut is not None:
                    when, self.cut = self.cut, None
                    if when is Cut.AFTER:
                        self._hold_answer(source, target, data)
                    break
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        if is_client:
            source.close()
            target.close()

    def _hold_answer(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        """Let the server do what `data` asks; nobody hears the answer."""
        client.shutdown(socket.SHUT_RDWR)
        server.sendall(data)
        server.shutdown(socket.SHUT_WR)
