"""Leaving: the page behind the link in a letter, and the one-click request of mail programs (RFC 8058)."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.site.asking import Asking
from newsletter.site.forms import read_form
from newsletter.site.pages import Pages
from newsletter.site.unknown import unknown_letter
from newsletter.site.visitor import origin_of

__all__ = ["Leaving"]


class Leaving:
    """`/unsubscribe/TOKEN`: GET shows a button, POST leaves.

    A mail program posts `List-Unsubscribe=One-Click`, the page's button `leave=yes`. Neither is answered
    with a redirect, and both with 200 also when the reader had left already. Anything else changes nothing.
    """

    def __init__(self, pages: Pages, asking: Asking) -> None:
        """Answer with `pages`, and ask the project through `asking`."""
        self._pages = pages
        self._asking = asking

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [Route("/unsubscribe/{token}", self.page, methods=["GET", "POST"])]

    async def page(self, request: Request) -> Response:
        """Answer either; 404 for a token that is not for this, 400 for a POST that says nothing."""
        token = request.path_params["token"]
        who = await self._asking.look(lambda project: project.visits.addressee("unsubscribe", token))
        if who is None:
            return await unknown_letter(request, self._pages, self._asking, "unsubscribe")
        if request.method == "POST":
            form = await read_form(request)
            if form.get("List-Unsubscribe") != "One-Click" and form.get("leave") != "yes":
                raise HTTPException(400)
            origin = origin_of(request)
            await self._asking.change(lambda project: project.visits.leave(token, origin))
            return self._pages.show(request, "left", lang=who.lang)
        if who.has_left:
            return self._pages.show(request, "left", lang=who.lang)
        return self._pages.show(request, "unsubscribe", lang=who.lang)
