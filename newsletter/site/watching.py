"""Tells which route answered what and how soon; never what was in the address, which may be a token."""

from __future__ import annotations

from time import monotonic

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.protocols import Telemetry

__all__ = ["WatchedRoutes"]

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


class WatchedRoutes:
    """Takes note of every request by the route as it is written in the code: `/unsubscribe/{token}`."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        """Wrap `app`."""
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as `app` does; what breaks down counts as 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = monotonic(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._telemetry.request(
                method=scope["method"] if scope["method"] in _METHODS else "_OTHER",
                route=_route(scope),
                status=status,
                scheme="https" if scope.get("scheme") == "https" else "http",
                seconds=monotonic() - begun,
            )


def _route(scope: Scope) -> str:
    """Return the pattern of the route that took the request, nothing when none did."""
    endpoint, app = scope.get("endpoint"), scope.get("app")
    if endpoint is None or app is None:
        return ""
    given = set(scope.get("path_params", {}))
    for route in app.routes:
        if isinstance(route, Route) and route.endpoint == endpoint and set(route.param_convertors) == given:
            return route.path
    return ""
