"""Preferences: what a reader gets, in which language, how often, and a pause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.domain.addressee import Addressee
from newsletter.domain.preferences import Frequency, Preferences
from newsletter.project.people.choosing import Choices
from newsletter.site.asking import Asking
from newsletter.site.forms import read_form
from newsletter.site.pages import Pages
from newsletter.site.unknown import unknown_letter

__all__ = ["Choosing"]

_TOPIC = "topic."


class Choosing:
    """`/preferences/TOKEN`: GET shows what is chosen, POST writes it down."""

    def __init__(self, pages: Pages, asking: Asking) -> None:
        """Answer with `pages`, and ask the project through `asking`."""
        self._pages = pages
        self._asking = asking

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [Route("/preferences/{token}", self.page, methods=["GET", "POST"])]

    async def page(self, request: Request) -> Response:
        """Answer either; 404 for a token that is not for this, 400 for what cannot be chosen."""
        token = request.path_params["token"]
        who = await self._asking.look(lambda project: project.visits.addressee("preferences", token))
        if who is None:
            return await unknown_letter(request, self._pages, self._asking, "preferences")
        reader = who.subscriber_id
        found = await self._asking.look(lambda project: project.choosing.find(reader) if reader else None)
        if found is None:
            return self._pages.show(request, "left", lang=who.lang)
        if request.method == "GET" or request.method == "HEAD":
            return self._show(request, who, found)
        form = await read_form(request)
        if form.get("save") != "yes":
            raise HTTPException(400)
        wanted = _read(form, self._pages.languages)
        if not _is_possible(form.get("pause", ""), wanted.paused_until, found):
            return self._show(request, who, found, trouble="pause", status=400)
        saved = await self._asking.change(
            lambda project: project.choosing.save(who.subscriber_id or 0, wanted)
        )
        if saved is None:
            return self._pages.show(request, "left", lang=who.lang)
        return self._show(request, who, saved, is_saved=True)

    def _show(
        self,
        request: Request,
        who: Addressee,
        choices: Choices,
        *,
        trouble: str = "",
        status: int = 200,
        is_saved: bool = False,
    ) -> Response:
        return self._pages.show(
            request,
            "preferences",
            status=status,
            lang=choices.chosen.lang or who.lang,
            choices=choices,
            frequencies=tuple(Frequency),
            trouble=trouble,
            is_saved=is_saved,
        )


def _read(form: Mapping[str, str], languages: tuple[str, ...]) -> Preferences:
    lang, frequency = form.get("lang"), form.get("frequency")
    return Preferences(
        lang=lang if lang in languages else None,
        topics=frozenset(name.removeprefix(_TOPIC) for name in form if name.startswith(_TOPIC)),
        frequency=Frequency(frequency) if frequency in tuple(Frequency) else None,
        paused_until=_day(form.get("pause", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _is_possible(text: str, day: date | None, choices: Choices) -> bool:
    """Say whether the pause is one there can be; none is one, too."""
    if day is None:
        return not text.strip()
    return choices.first_day <= day <= choices.last_day
