"""Where a visitor's word came from, as the consent log keeps it."""

from __future__ import annotations

from starlette.requests import Request

from newsletter.domain.consent import Origin

__all__ = ["origin_of"]


def origin_of(request: Request) -> Origin:
    """Return page, network address and browser; the page without the token that may stand in its address."""
    page = request.scope["path"].removeprefix(request.scope.get("root_path", "")).split("/")[1]
    return Origin(
        source=f"site /{page}",
        ip=request.client.host if request.client else None,
        user_agent=request.headers.get("user-agent"),
    )
