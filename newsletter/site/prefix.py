"""A site that does not begin at the root of its host: `https://example.org/brief` has the prefix `/brief`."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PathPrefix"]


class PathPrefix:
    """Answers below the prefix and without it, so that a proxy may take the prefix off or leave it."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        """Wrap `app`; `prefix` begins with a slash and ends with none, or is empty."""
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell the routes which part of the path is theirs."""
        if self._prefix and scope["type"] == "http" and scope["path"].startswith(f"{self._prefix}/"):
            scope = {**scope, "root_path": self._prefix}
        await self._app(scope, receive, send)
