"""Starts the studio on 127.0.0.1, prints its address, and ends it at once when asked."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe

import uvicorn

from newsletter.errors import Problem, UsageError
from newsletter.studio.app import make_app
from newsletter.studio.desk import Desk
from newsletter.studio.watch import Changes
from newsletter.web_server import PageServer

__all__ = ["serve_studio"]

_LOOPBACK = "127.0.0.1"
_USUAL_PORTS = range(20_000, 32_000)  # below those that systems hand out by themselves


def serve_studio(root: Path, *, port: int, named: Path | None, announce: Callable[[str], None]) -> None:
    """Serve the project in `root` until SIGINT (Ctrl-C) or SIGTERM.

    `port` 0 takes the project's usual one, or a free one when that is taken. `named` is the issue to begin
    with. `announce` is told the address, key included, once it answers. Raises UsageError when the port
    cannot be had.
    """
    listener = _listen(port) if port else _listen_as_usual(root)
    number = listener.getsockname()[1]
    token = token_urlsafe(16)
    announce(f"http://{_LOOPBACK}:{number}/?token={token}")
    changes = Changes(root, named.parent if named else None)
    config = uvicorn.Config(
        make_app(Desk(root, named), changes, token=token),
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    asyncio.run(PageServer(config, changes.stop).serve(sockets=[listener]))


def _listen_as_usual(root: Path) -> socket.socket:
    """Listen where this project did before, so that a page from then finds its server again."""
    number = int.from_bytes(sha256(str(root.resolve()).encode()).digest()[:4])
    try:
        return _listen(_USUAL_PORTS[number % len(_USUAL_PORTS)])
    except UsageError:
        return _listen(0)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
        listener.listen()
    except OSError as error:
        listener.close()
        what = (
            f"port {port} is taken; perhaps another preview is open"
            if error.errno == errno.EADDRINUSE
            else f"port {port} cannot be used: {(error.strerror or str(error)).lower()}"
        )
        raise UsageError(Problem(what=what, fix="leave out --port to take a free one")) from error
    return listener
