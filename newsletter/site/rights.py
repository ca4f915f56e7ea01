"""My data: a mail with a link, behind it what is kept, and a way to be forgotten."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.domain.address import AddressError, normalise_address
from newsletter.site.asking import Asking
from newsletter.site.forms import read_form
from newsletter.site.pages import Pages

__all__ = ["Rights"]


class Rights:
    """`/my-data` asks for a link, `/my-data/TOKEN` is where it leads; only POST does anything."""

    def __init__(self, pages: Pages, asking: Asking, wake: Callable[[], None]) -> None:
        """Answer with `pages`, ask the project through `asking`; `wake` is told that a mail waits."""
        self._pages = pages
        self._asking = asking
        self._wake = wake

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [
            Route("/my-data", self.form),
            Route("/my-data", self.ask, methods=["POST"]),
            Route("/my-data/{token}", self.page),
            Route("/my-data/{token}", self.act, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """Show the form."""
        return await self._form(request)

    async def ask(self, request: Request) -> Response:
        """Send a link; what is shown does not depend on whether the address is known."""
        form = await read_form(request)
        try:
            email = normalise_address(form.get("email", "").strip())
        except AddressError:
            return await self._form(request, email=form.get("email", ""), trouble="address")
        note, visitor = form.get("shown", ""), request.client.host if request.client else None
        if not await self._asking.look(lambda project: project.admission.is_filled_in_by_hand(note)):
            return await self._form(request, email=email, trouble="fast")
        if not await self._asking.change(lambda project: project.admission.admit(visitor)):
            raise HTTPException(429, headers={"Retry-After": "3600"})
        lang = self._pages.language(request)
        await self._asking.change(lambda project: project.rights.ask(email, lang))
        self._wake()
        return self._pages.show(request, "my_data_asked", email=email)

    async def page(self, request: Request) -> Response:
        """Show what can be done."""
        return await self._page(request)

    async def act(self, request: Request) -> Response:
        """Give what is kept, or forget; the latter only with the address written out."""
        token, form = request.path_params["token"], await read_form(request)
        if form.get("get") == "yes":
            return await self._data(request, token)
        if form.get("forget") == "yes":
            address = form.get("address", "")
            who = await self._asking.look(lambda project: project.rights.who(token))
            if await self._asking.toil(lambda project: project.rights.forget(token, address)):
                return self._pages.show(request, "forgotten", lang=who.lang if who else None)
            return await self._page(request, trouble="address")
        raise HTTPException(400)

    async def _data(self, request: Request, token: str) -> Response:
        data = await self._asking.look(lambda project: project.rights.data(token))
        if data is None:
            return await self._page(request)
        headers = {"Content-Disposition": 'attachment; filename="my-data.zip"'}
        return Response(data, media_type="application/zip", headers=headers)

    async def _form(self, request: Request, *, email: str = "", trouble: str = "") -> Response:
        shown = await self._asking.look(lambda project: project.admission.open_form())
        return self._pages.show(
            request,
            "my_data",
            status=400 if trouble == "address" else 200,
            shown=shown,
            email=email[:320],
            trouble=trouble,
        )

    async def _page(self, request: Request, *, trouble: str = "") -> Response:
        token = request.path_params["token"]
        who = await self._asking.look(lambda project: project.rights.who(token))
        if who is None:
            return self._pages.show(request, "my_data_over", status=404)
        return self._pages.show(
            request,
            "rights",
            status=400 if trouble else 200,
            lang=who.lang,
            email=who.email,
            trouble=trouble,
        )
