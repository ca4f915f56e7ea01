"""A link that we signed, of a letter that nobody knows: a test, or from before a restored backup."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from newsletter.site.asking import Asking
from newsletter.site.pages import Pages

__all__ = ["unknown_letter"]


async def unknown_letter(request: Request, pages: Pages, asking: Asking, purpose: str) -> Response:
    """Return a page that says so (404: nothing was done); a token that is not ours is nothing at all."""
    token = request.path_params["token"]
    if await asking.look(lambda project: project.visits.is_ours(purpose, token)):
        return pages.show(request, "unknown_letter", status=404)
    raise HTTPException(404)
