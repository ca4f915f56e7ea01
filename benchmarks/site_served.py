"""Serves one of two sites on one core until it is killed: ours on a newsletter, or one bare route.

Usage: `python -m benchmarks.site_served ours ROOT` or `… bare`; prints its port. `… sending ROOT CAMPAIGN`
sends a campaign instead.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from benchmarks.sample import open_newsletter
from newsletter.site import make_app

__all__ = ["first_of_all"]

_PAGE = "<!doctype html><title>floor</title>" + "<p>Text of a page.</p>" * 60


def first_of_all() -> None:
    """Let whatever else the machine does wait for this process; only root can see to that."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -15)


async def _bare(request: Request) -> Response:
    await request.body()
    return HTMLResponse(_PAGE)


def _serve(app: ASGIApp, core: int) -> None:
    os.sched_setaffinity(0, {core})
    first_of_all()
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run([listener])


def main() -> None:
    what, *rest = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    cores = sorted(os.sched_getaffinity(0))
    if what == "bare":
        everything = Route("/{path:path}", _bare, methods=["GET", "POST"])
        _serve(Starlette(routes=[everything]), cores[0])
        return
    with open_newsletter(
        Path(rest[0]), {"provider.rate": rest[-1]} if what == "sending" else None
    ) as project:
        if what == "ours":
            _serve(make_app(project), cores[0])
        else:
            os.sched_setaffinity(0, {cores[-1]})
            print("sending", flush=True)
            project.sending.run(rest[1], stop=lambda: False, progress=lambda _progress: None)
            print("done", flush=True)


if __name__ == "__main__":
    main()
