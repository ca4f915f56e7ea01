"""Starts the studio on 127.0.0.1 and prints its address."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe

import uvicorn

from newsletter.errors import Problem, UsageError
from newsletter.studio.app import make_app

__all__ = ["serve_studio"]

_LOOPBACK = "127.0.0.1"


def serve_studio(root: Path, *, port: int, first: str | None, announce: Callable[[str], None]) -> None:
    """Serve the project in `root` until interrupted.

    `port` 0 takes a free one. `announce` is told the address, key included, once it answers.
    Raises UsageError when the port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise UsageError(
            Problem(
                what=f"port {port} is taken: {error.strerror}",
                fix="newsletter preview --port 0 takes a free one",
            )
        ) from error
    listener.listen()
    token = token_urlsafe(16)
    config = uvicorn.Config(
        make_app(root, token=token, first=first),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    announce(f"http://{_LOOPBACK}:{listener.getsockname()[1]}/?token={token}")
    uvicorn.Server(config).run(sockets=[listener])
