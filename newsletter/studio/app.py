"""The studio's routes: what the page asks for, answered from the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib import resources
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp

from newsletter.domain.finding import CheckReport, CheckStatus, Finding
from newsletter.errors import NewsletterError, Problem
from newsletter.studio.desk import Desk, NoSuchIssue
from newsletter.studio.gate import Gate
from newsletter.studio.letter import FRAME_POLICY
from newsletter.studio.watch import Changes

__all__ = ["make_app"]

_PAGES = resources.files("newsletter.studio") / "pages"
_KEEP = "private, max-age=31536000, immutable"
_T = TypeVar("_T")


def make_app(desk: Desk, changes: Changes, *, token: str) -> ASGIApp:
    """Return the studio on `desk`, told of changes by `changes`; `token` is the key to it."""
    return Gate(_Studio(desk, changes).app, token=token)


class _Studio:
    """Answers one route each."""

    def __init__(self, desk: Desk, changes: Changes) -> None:
        self._desk = desk
        self._changes = changes
        # Checks may take long on a long list; letters do not wait for them.
        self._building = ThreadPoolExecutor(1, "letter")
        self._checking = ThreadPoolExecutor(1, "check")
        self.app = Starlette(
            routes=[
                Route("/", self.start),
                Route("/studio.css", self.style),
                Route("/studio.js", self.script),
                Route("/choices", self.choices),
                Route("/letter/{name}", self.letter),
                Route("/paper/{number:int}", self.paper),
                Route("/findings/{name}", self.findings),
                Route("/image/{name}/{path:path}", self.image),
                Route("/events", self.events),
            ],
            lifespan=self.open,
            exception_handlers={NewsletterError: _refused},
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
        return HTMLResponse((_PAGES / "index.html").read_text("utf-8"))

    async def style(self, _request: Request) -> Response:
        return Response((_PAGES / "studio.css").read_bytes(), media_type="text/css")

    async def script(self, _request: Request) -> Response:
        return Response((_PAGES / "studio.js").read_bytes(), media_type="text/javascript")

    async def choices(self, _request: Request) -> Response:
        found = await _in(self._checking, self._desk.choices)
        return JSONResponse(
            {
                "first": found.first,
                "issues": found.issues,
                "readers": [{"email": one.email, "label": one.label} for one in found.readers],
                "problems": [_problem(problem) for problem in found.problems],
            }
        )

    async def letter(self, request: Request) -> Response:
        name, reader = request.path_params["name"], request.query_params.get("as") or None
        paper = await _in(self._building, lambda: self._desk.letter(name, reader))
        letter = paper.letter
        return JSONResponse(
            {
                "number": paper.number,
                "subject": letter.subject,
                "preheader": letter.preheader,
                "sender": letter.sender,
                "text": letter.text,
                "size": len(letter.html.encode()),
            }
        )

    async def paper(self, request: Request) -> Response:
        scheme = "dark" if request.query_params.get("scheme") == "dark" else "light"
        number = request.path_params["number"]
        html = await _in(self._building, lambda: self._desk.page(number, scheme))
        if html is None:
            return PlainTextResponse("This letter is from too long ago; load the page again.", 404)
        return HTMLResponse(html, headers={"Content-Security-Policy": FRAME_POLICY})

    async def findings(self, request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(_report(await _in(self._checking, lambda: self._desk.check(name))))

    async def image(self, request: Request) -> Response:
        digest, name = request.path_params["name"], request.path_params["path"]
        picture = await _in(self._building, lambda: self._desk.image(digest, name))
        if picture is None:
            return PlainTextResponse("There is no such picture.", 404)
        # The file was written here, yet it came from elsewhere; opened as a page it may do nothing.
        headers = {"Cache-Control": _KEEP, "Content-Security-Policy": "default-src 'none'; sandbox"}
        return Response(picture.data, headers=headers, media_type=picture.media_type)

    async def events(self, _request: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            yield "retry: 500\n\n"
            async for number in self._changes.follow():
                yield f"data: {number}\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")


async def _in(executor: ThreadPoolExecutor, work: Callable[[], _T]) -> _T:
    return await asyncio.get_running_loop().run_in_executor(executor, work)


async def _refused(_request: Request, error: Exception) -> Response:
    """Answer with what is to mend; that is an answer as good as a letter, so no error to the browser."""
    problems = error.problems if isinstance(error, NewsletterError) else ()
    status = 404 if isinstance(error, NoSuchIssue) else 200
    return JSONResponse({"refused": [_problem(problem) for problem in problems]}, status)


def _problem(problem: Problem | Finding) -> dict[str, str]:
    return {
        "severity": problem.severity if isinstance(problem, Finding) else "error",
        "code": problem.code if isinstance(problem, Finding) else "",
        "place": str(problem.place or ""),
        "what": problem.what,
        "why": problem.why or "",
        "fix": problem.fix or "",
    }


def _report(report: CheckReport) -> dict[str, object]:
    reasons: dict[str, int] = {}
    for result in report.results:
        if result.status is CheckStatus.SKIPPED and not result.is_waived:
            reasons[result.reason or ""] = reasons.get(result.reason or "", 0) + 1
    return {
        "findings": [
            *(_crash(result.code, result.reason or "") for result in report.crashed),
            *(_problem(finding) for finding in report.findings),
        ],
        "not_run": [{"reason": reason, "count": number} for reason, number in reasons.items()],
        "is_blocking": report.is_blocking,
    }


def _crash(code: str, reason: str) -> dict[str, str]:
    return {"severity": "error", "code": code, "place": "", "what": f"the check broke down: {reason}"}
