"""Never again: behind the link in mails to one person, for whoever did not ask for them."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.project.people.refusing import Refuser
from newsletter.site.asking import Asking
from newsletter.site.forms import read_form
from newsletter.site.pages import Pages
from newsletter.site.visitor import origin_of

__all__ = ["Refusing"]


class Refusing:
    """`/never/TOKEN`: GET shows a button, POST sees to it that no mail at all goes to the address."""

    def __init__(self, pages: Pages, asking: Asking) -> None:
        """Answer with `pages`, and ask the project through `asking`."""
        self._pages = pages
        self._asking = asking

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [
            Route("/never/{token}", self.page),
            Route("/never/{token}", self.refuse, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """Show the button, or that it was pressed before; 404 for a token that is not for this."""
        token = request.path_params["token"]
        who = await self._asking.look(lambda project: project.refusing.who(token))
        return self._answer(request, who, "never_done" if who and who.is_done else "never")

    async def refuse(self, request: Request) -> Response:
        """Do it; 400 for a POST that does not say so."""
        token, origin = request.path_params["token"], origin_of(request)
        if (await read_form(request)).get("never") != "yes":
            raise HTTPException(400)
        who = await self._asking.change(lambda project: project.refusing.refuse(token, origin))
        return self._answer(request, who, "never_done")

    def _answer(self, request: Request, who: Refuser | None, page: str) -> Response:
        if who is None:
            raise HTTPException(404)
        if who.key is None:
            return self._pages.show(request, "never_over", status=404)
        return self._pages.show(request, page, lang=who.lang)
