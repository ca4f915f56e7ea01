"""The studio's routes: what the page asks for, answered from the desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from secrets import token_urlsafe
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.responses import StreamingResponse as Stream
from starlette.routing import Route
from starlette.types import ASGIApp

from newsletter.errors import NewsletterError
from newsletter.studio.actions import Actions
from newsletter.studio.answers import choices_json, paper_json, refusal_json, report_json
from newsletter.studio.desk import Desk, NoSuchIssue
from newsletter.studio.gate import Gate, page_key
from newsletter.studio.letter import FRAME_POLICY
from newsletter.studio.pages import blank_frame, page_file, start_page
from newsletter.studio.panel import Panel
from newsletter.studio.replies import Replies
from newsletter.studio.reply_mail import ReplyMail
from newsletter.studio.viewing import Viewing
from newsletter.studio.vocabulary import vocabulary
from newsletter.studio.watch import Changes
from newsletter.studio.writing import Writing, read_words

__all__ = ["make_app"]

_KEEP = "private, max-age=31536000, immutable"
_T = TypeVar("_T")


def make_app(desk: Desk, changes: Changes, *, token: str) -> ASGIApp:
    """Return the studio on `desk`, told of changes by `changes`; `token` is the key to it."""
    return Gate(_Studio(desk, changes, page_key(token)).app, token=token)


class _Studio:
    """Answers one route each."""

    def __init__(self, desk: Desk, changes: Changes, key: str) -> None:
        self._desk = desk
        self._changes = changes
        self._key = key
        # Checks may take long on a long list; letters do not wait for them.
        self._building = ThreadPoolExecutor(1, "letter")
        self._checking = ThreadPoolExecutor(1, "check")
        self.app = Starlette(
            routes=[
                Route("/", self.start),
                Route("/hello", self.hello),
                Route("/page/{name:path}", self.file),
                Route("/choices", self.choices),
                Route("/vocabulary", self.vocabulary),
                Route("/letter/{name}", self.letter, methods=["GET", "POST"]),
                Route("/paper/blank", self.blank),
                Route("/paper/{number:int}", self.paper),
                Route("/findings/{name}", self.findings, methods=["GET", "POST"]),
                Route("/image/{name}/{path:path}", self.image),
                Route("/events", self.events),
                *Writing(desk).routes,
                *Viewing(desk).routes,
                *Panel(desk).routes,
                *Actions(desk, changes).routes,
                *Replies(desk).routes,
                *ReplyMail(desk).routes,
            ],
            lifespan=self.open,
            exception_handlers={NewsletterError: _refused, ClientDisconnect: _gone},
        )

    @asynccontextmanager
    async def open(self, _app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._changes.run())
        self._building.submit(self._desk.warm)
        yield
        await self._changes.stop()
        await watching
        for executor in (self._building, self._checking):
            executor.shutdown(wait=False, cancel_futures=True)

    async def start(self, _request: Request) -> Response:
        return start_page(nonce=token_urlsafe(16), key=self._key, project=self._desk.identity)

    async def hello(self, _request: Request) -> Response:
        """Tell a page that outlived its server the key of this start; only a page from here can read it."""
        return JSONResponse({"key": self._key})

    async def file(self, request: Request) -> Response:
        return page_file(request.path_params["name"])

    async def choices(self, _request: Request) -> Response:
        return JSONResponse(choices_json(await _in(self._checking, self._desk.choices)))

    async def vocabulary(self, _request: Request) -> Response:
        return JSONResponse(vocabulary(self._desk.project().config))

    async def letter(self, request: Request) -> Response:
        """Answer with the letter from its file or, for a POST, from `text`."""
        text = (await read_words(request)).text("text") if request.method == "POST" else None
        return JSONResponse(await self._letter(request, request.path_params["name"], text))

    async def blank(self, _request: Request) -> Response:
        return blank_frame(FRAME_POLICY)

    async def paper(self, request: Request) -> Response:
        number = request.path_params["number"]
        html = await _in(self._building, lambda: self._desk.page(number, _scheme(request)))
        if html is None:
            return PlainTextResponse("This letter is from too long ago; load the page again.", 404)
        return HTMLResponse(html, headers={"Content-Security-Policy": FRAME_POLICY})

    async def findings(self, request: Request) -> Response:
        """Answer with what the checks find in the file or, for a POST, in `text`."""
        name = request.path_params["name"]
        text = (await read_words(request)).text("text") if request.method == "POST" else None
        try:
            report = await _in(self._checking, lambda: self._desk.check(name, text))
        except NoSuchIssue as error:  # a file may go at any moment; that is no fault of the page
            return JSONResponse(refusal_json(error.problems))
        return JSONResponse(report_json(report))

    async def image(self, request: Request) -> Response:
        digest, name = request.path_params["name"], request.path_params["path"]
        picture = await _in(self._building, lambda: self._desk.image(digest, name))
        if picture is None:
            return PlainTextResponse("There is no such picture.", 404)
        # The file was written here, yet it came from elsewhere; opened as a page it may do nothing.
        headers = {"Cache-Control": _KEEP, "Content-Security-Policy": "default-src 'none'; sandbox"}
        return Response(picture.data, headers=headers, media_type=picture.media_type)

    async def events(self, request: Request) -> Response:
        """Push the letter that is asked for, now and after each change; without a name, only the change."""
        name = request.query_params.get("letter")

        async def stream() -> AsyncIterator[str]:
            yield "retry: 500\n\n"
            async for number in self._changes.follow():
                letter = await self._pushed(request, name) if name else None
                yield f"data: {json.dumps({'change': number, 'letter': letter})}\n\n"

        return Stream(stream(), media_type="text/event-stream")

    async def _pushed(self, request: Request, name: str) -> dict[str, object]:
        try:
            return await self._letter(request, name, None)
        except NewsletterError as error:
            return {**refusal_json(error.problems), "is_gone": isinstance(error, NoSuchIssue)}

    async def _letter(self, request: Request, name: str, text: str | None) -> dict[str, object]:
        reader = request.query_params.get("as") or None
        scheme = _scheme(request)

        def build() -> dict[str, object]:
            paper = self._desk.letter(name, reader, text)
            return paper_json(paper, self._desk.framed(paper, paper.marked_html, scheme))

        return await _in(self._building, build)


async def _in(executor: ThreadPoolExecutor, work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(executor, work)


def _scheme(request: Request) -> str:
    return "dark" if request.query_params.get("scheme") == "dark" else "light"


async def _gone(_request: Request, _error: Exception) -> Response:
    """Answer nobody: the page was closed or loaded again while it sent something."""
    return Response(status_code=400)


async def _refused(_request: Request, error: Exception) -> Response:
    """Answer with what is to mend; that is an answer as good as a letter, so no error to the browser."""
    problems = error.problems if isinstance(error, NewsletterError) else ()
    return JSONResponse(refusal_json(problems), 404 if isinstance(error, NoSuchIssue) else 200)
