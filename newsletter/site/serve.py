"""Runs the site until it is told to stop; what has begun is answered first."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from collections.abc import Callable

import uvicorn

from newsletter.errors import Problem, UsageError
from newsletter.project import Project
from newsletter.site.app import make_app
from newsletter.site.patience import ImpatientProtocol
from newsletter.web_server import PageServer

__all__ = ["serve_site"]

_BACKLOG = 1024
_GRACE_S = 10
_AT_ONCE = 500


def serve_site(project: Project, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the site of `project` until SIGINT (Ctrl-C) or SIGTERM.

    `port` 0 takes a free one; `announce` is told the address once it answers. Raises UsageError when the
    port cannot be had, ConfigError, StoreError.
    """
    app = make_app(project)
    listener = _listen(host, port)
    name = listener.getsockname()
    announce(f"http://{f'[{name[0]}]' if ':' in name[0] else name[0]}:{name[1]}")
    config = uvicorn.Config(
        app,
        http=ImpatientProtocol,
        log_config=None,  # what it says goes the way of every log, which shortens addresses
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=False,  # see proxies.py, which believes only those named
        limit_concurrency=_AT_ONCE,
        timeout_graceful_shutdown=_GRACE_S,
    )
    gc.freeze()  # what is loaded stays: looking through it for what is unused stops everybody for 50 ms
    asyncio.run(PageServer(config).serve(sockets=[listener]))


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError as error:
        raise UsageError(
            Problem(what=f'nothing can listen on "{host}": {error.strerror or error}', fix="--host 127.0.0.1")
        ) from error
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        what = (
            f"port {port} of {host} is taken"
            if error.errno == errno.EADDRINUSE
            else f"port {port} of {host} cannot be used: {(error.strerror or str(error)).lower()}"
        )
        raise UsageError(Problem(what=what, fix="choose another: newsletter serve --port 8081")) from error
    return listener
