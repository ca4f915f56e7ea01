"""Who is asking, when a proxy stands before the site: its word counts only when it is a trusted one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

__all__ = ["BehindProxies"]


class BehindProxies:
    """Takes the visitor's address and scheme from X-Forwarded-For and X-Forwarded-Proto.

    Only a peer in `trusted` (addresses, networks or names of sockets) is believed, and of the addresses it
    forwards the last one that is not itself a trusted proxy: what stands before that anybody can write.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        """Wrap `app`."""
        self._app = cast(ASGIApp, ProxyHeadersMiddleware(app, list(trusted))) if trusted else app  # type: ignore[arg-type]  # uvicorn has types of its own for the same protocol

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the wrapped application does."""
        await self._app(scope, receive, send)
