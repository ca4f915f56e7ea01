"""Paths as the routes know them: below a prefix or not, and with or without a slash at the end."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["PathPrefix"]


class PathPrefix:
    """Answers below the prefix and without it, so that a proxy may take the prefix off or leave it.

    `https://example.org/brief` has the prefix `/brief`. A slash at the end means nothing, and is answered
    without a redirect: that would lead to the host the visitor names, and a mail program does not follow it.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        """Wrap `app`; `prefix` begins with a slash and ends with none, or is empty."""
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell the routes which part of the path is theirs."""
        if scope["type"] == "http":
            path = scope["path"].rstrip("/")
            if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):
                at_root = path == self._prefix
                scope = {**scope, "path": f"{path}/" if at_root else path, "root_path": self._prefix}
            else:
                scope = {**scope, "path": path or "/"}
        await self._app(scope, receive, send)
