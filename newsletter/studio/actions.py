"""Routes for what the author does with a letter: mail it to themselves, take a picture of all views."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Coroutine
from itertools import count
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from newsletter.content.siblings import split_name
from newsletter.delivery.mailing import reply_address
from newsletter.errors import Problem, UsageError
from newsletter.project import Project
from newsletter.studio.desk import Desk
from newsletter.studio.sheet import make_sheet
from newsletter.studio.viewing import find_paper
from newsletter.studio.watch import Changes
from newsletter.studio.writing import read_words

__all__ = ["Actions"]

_KEPT = 4
_BETWEEN = re.compile(r"[\s,;]+")


class Actions:
    """Carries out what a button asks for."""

    def __init__(self, desk: Desk, changes: Changes) -> None:
        """Work on the project of `desk`; `changes` knows when the studio ends."""
        self._desk = desk
        self._changes = changes
        self._sheets: OrderedDict[int, bytes] = OrderedDict()
        self._numbers = count(1)
        self.routes = [
            Route("/trial/{name}", self.ask, methods=["GET"]),
            Route("/trial/{name}", self.send, methods=["POST"]),
            Route("/sheet/{number:int}", self.sheet, methods=["POST"]),
            Route("/sheet/{number:int}.png", self.picture, methods=["GET"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Answer with where a trial would go, before anything leaves."""

        def look() -> dict[str, object]:
            with self._desk.project() as project:
                issue = project.issues.load(self._path(project, request))
                provider = project.sending.provider()
                return {
                    "to": reply_address(issue, project.config).email,
                    "provider": provider.describe(),
                    "leaves": provider.capabilities.leaves_machine,
                }

        return JSONResponse(await run_in_threadpool(look))

    async def send(self, request: Request) -> Response:
        """Mail the saved issue to `to`, marked as a test; answer with what became of each address."""
        to = [word for word in _BETWEEN.split((await read_words(request)).text("to")) if word]
        if not to:
            raise UsageError(Problem(what="there is no address to mail", fix="type your own address"))

        def send() -> list[dict[str, str]]:
            with self._desk.project() as project:
                path = self._path(project, request)
                outcomes = project.sending.test(path, to, split_name(path.name)[1] or None)
            return [
                {"email": email, "kind": str(outcome.kind), "detail": outcome.detail}
                for email, outcome in outcomes
            ]

        return JSONResponse({"outcomes": await run_in_threadpool(send)})

    async def sheet(self, request: Request) -> Response:
        """Draw every view of a letter in one picture, named in `lang`; answer with its address."""
        paper = find_paper(self._desk, request.path_params["number"])
        lang = (await read_words(request)).maybe("lang") or "en"
        picture = await self._unless_ending(make_sheet(paper.letter, lang=lang))
        if picture is None:
            return PlainTextResponse("The studio is ending.", 503)
        number = next(self._numbers)
        self._sheets[number] = picture
        while len(self._sheets) > _KEPT:
            self._sheets.popitem(last=False)
        return JSONResponse({"address": f"/sheet/{number}.png", "name": f"{paper.letter.slug}.png"})

    async def picture(self, request: Request) -> Response:
        """Answer with a picture drawn before."""
        found = self._sheets.get(request.path_params["number"])
        if found is None:
            return PlainTextResponse("This picture is from too long ago; make it again.", 404)
        return Response(found, media_type="image/png")

    async def _unless_ending(self, work: Coroutine[None, None, bytes]) -> bytes | None:
        """Return what `work` gives, or None, with `work` cancelled, when the studio is asked to end."""
        drawing = asyncio.create_task(work)
        ending = asyncio.create_task(self._changes.ended())
        try:
            await asyncio.wait({drawing, ending}, return_when=asyncio.FIRST_COMPLETED)
            return await drawing if drawing.done() else None
        finally:
            drawing.cancel()
            ending.cancel()
            await asyncio.gather(drawing, ending, return_exceptions=True)

    def _path(self, project: Project, request: Request) -> Path:
        return self._desk.path(request.path_params["name"], project=project)
