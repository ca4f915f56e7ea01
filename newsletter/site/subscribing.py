"""Coming in: the form, the answer that is the same for everybody, and the confirmation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.audience.opt_in import Confirmation, ConfirmationKind
from newsletter.domain.address import AddressError, normalise_address
from newsletter.project import Project
from newsletter.site.asking import Asking
from newsletter.site.forms import read_form
from newsletter.site.pages import Pages
from newsletter.site.visitor import origin_of

__all__ = ["Subscribing"]

_TOPIC = "topic."
_TRAP = "website"  # nobody sees this field; what fills in every field fills it in
_PAGES = {
    ConfirmationKind.CONFIRMED: "confirmed",
    ConfirmationKind.ALREADY: "already",
    ConfirmationKind.LEFT: "expired",
    ConfirmationKind.EXPIRED: "expired",
}


class Subscribing:
    """`/subscribe` and `/confirm/TOKEN`.

    A form on another site posts `email` alone, without a note of when it was shown: then, and after a form
    that was filled in too fast, a page asks to press the button once more.
    """

    def __init__(self, pages: Pages, asking: Asking, has_asked: Callable[[], None]) -> None:
        """Answer with `pages`, ask the project through `asking`; `has_asked` is told that a mail waits."""
        self._pages = pages
        self._has_asked = has_asked
        self._asking = asking

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [
            Route("/", self.form),
            Route("/subscribe", self.form),
            Route("/subscribe", self.subscribe, methods=["POST"]),
            Route("/confirm/{token}", self.asked),
            Route("/confirm/{token}", self.confirm, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """Show the form."""
        return await self._form(request, {})

    async def subscribe(self, request: Request) -> Response:
        """Take a request; what is shown does not depend on whether the address is known."""
        form = await read_form(request)
        try:
            email = normalise_address(form.get("email", "").strip())
        except AddressError:
            return await self._form(request, form, trouble="address")
        if form.get(_TRAP):
            return self._pages.show(request, "asked", email=email)
        note = form.get("shown", "")
        if not await self._asking.look(lambda project: project.admission.is_filled_in_by_hand(note)):
            return await self._form(request, {**form, "email": email}, is_once_more=True)
        visitor = request.client.host if request.client else None
        if not await self._asking.change(lambda project: project.admission.admit(visitor)):
            raise HTTPException(429, headers={"Retry-After": "3600"})
        lang = self._pages.language(request, form.get("lang"))
        origin = origin_of(request)

        def take(project: Project) -> None:
            chosen = {name.removeprefix(_TOPIC) for name in form if name.startswith(_TOPIC)}
            tags = [topic.tag for topic in project.choosing.topics() if topic.name in chosen]
            project.consent.request(email, lang=lang, tags=tags, origin=origin)

        await self._asking.change(take)
        self._has_asked()  # the mail leaves after the answer, which so takes as long for everybody
        return self._pages.show(request, "asked", lang=lang, email=email)

    async def asked(self, request: Request) -> Response:
        """Show a button; the link in the mail changes nothing by itself."""
        token = request.path_params["token"]
        found = await self._asking.look(lambda project: project.visits.asked(token))
        if found.kind is ConfirmationKind.CONFIRMED:
            return self._pages.show(request, "confirm", lang=found.lang)
        return self._confirmation(request, found)

    async def confirm(self, request: Request) -> Response:
        """Take the confirmation."""
        token, origin = request.path_params["token"], origin_of(request)
        if (await read_form(request)).get("confirm") != "yes":
            raise HTTPException(400)
        return self._confirmation(
            request, await self._asking.change(lambda project: project.consent.confirm(token, origin))
        )

    def _confirmation(self, request: Request, found: Confirmation) -> Response:
        if found.kind is ConfirmationKind.INVALID:
            raise HTTPException(404)
        return self._pages.show(request, _PAGES[found.kind], lang=found.lang)

    async def _form(
        self, request: Request, form: Mapping[str, str], *, trouble: str = "", is_once_more: bool = False
    ) -> Response:
        lang = self._pages.language(request, form.get("lang"))

        def look(project: Project) -> tuple[str, object, str]:
            text = project.consent.wording("subscribe", lang).text
            return project.admission.open_form(), project.choosing.topics(), text

        shown, topics, wording = await self._asking.look(look)
        return self._pages.show(
            request,
            "once_more" if is_once_more else "subscribe",
            status=400 if trouble else 200,
            lang=form.get("lang"),
            shown=shown,
            topics=topics,
            chosen={name.removeprefix(_TOPIC) for name in form if name.startswith(_TOPIC)},
            wording=wording,
            email=form.get("email", "")[:320],
            trouble=trouble,
        )
