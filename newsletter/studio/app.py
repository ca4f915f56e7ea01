"""The studio's routes; loopback only, a token per start, nothing remote."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib import resources
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from newsletter.errors import NewsletterError, Problem
from newsletter.project import Project
from newsletter.studio.letter import for_frame
from newsletter.studio.watch import Changes

__all__ = ["make_app"]

_PAGES = resources.files("newsletter.studio") / "pages"
_COOKIE = "newsletter_studio"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def make_app(root: Path, *, token: str, first: str | None = None) -> Starlette:
    """Return the studio for the project in `root`.

    `token` must come along once as `?token=…`, and is then kept in a cookie; `first` is the slug of the
    letter to open with.
    """
    desk = _Desk(root, first)

    @asynccontextmanager
    async def watching(app: Starlette) -> AsyncIterator[None]:
        desk.changes = Changes(root)
        app.state.changes = desk.changes
        task = asyncio.create_task(desk.changes.run())
        yield
        await desk.changes.stop()
        await task

    async def guarded(request: Request) -> Response:
        return await _admit(request, token, desk)

    routes = [
        Route(path, guarded)
        for path in (
            "/",
            "/studio.css",
            "/studio.js",
            "/issues",
            "/letter/{slug}",
            "/events",
            "/image/{slug}/{path:path}",
        )
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    return Starlette(routes=routes, middleware=[hosts], lifespan=watching)


async def _admit(request: Request, token: str, desk: _Desk) -> Response:
    given = request.query_params.get("token") or request.cookies.get(_COOKIE) or ""
    if not hmac.compare_digest(given.encode(), token.encode()):
        return PlainTextResponse("Open the address that `newsletter preview` printed; it holds the key.", 403)
    name = request.url.path.strip("/").partition("/")[0]
    handler: Callable[[Request], Awaitable[Response]] = getattr(
        desk, f"get_{name.replace('.', '_') or 'page'}"
    )
    response = await handler(request)
    for header, value in _HEADERS.items():
        response.headers.setdefault(header, value)
    if "token" in request.query_params:
        response.set_cookie(_COOKIE, token, httponly=True, samesite="strict")
    return response


class _Desk:
    """Answers one route each; opens the project anew each time, so that a changed configuration counts."""

    changes: Changes

    def __init__(self, root: Path, first: str | None) -> None:
        self._root = root
        self._first = first

    async def get_page(self, _request: Request) -> Response:
        return HTMLResponse((_PAGES / "index.html").read_text("utf-8"))

    async def get_studio_css(self, _request: Request) -> Response:
        return Response((_PAGES / "studio.css").read_bytes(), media_type="text/css")

    async def get_studio_js(self, _request: Request) -> Response:
        return Response((_PAGES / "studio.js").read_bytes(), media_type="text/javascript")

    async def get_issues(self, _request: Request) -> Response:
        try:
            return JSONResponse(await asyncio.to_thread(self._issues))
        except NewsletterError as error:
            return _refused(error)

    def _issues(self) -> dict[str, object]:
        with Project.open(self._root) as project:
            readers = project.audience.readers_to_try() if project.has_store else []
            return {
                "first": self._first,
                "issues": [{"slug": slug, "path": shown} for slug, shown in project.issues.slugs()],
                "readers": [asdict(one) for one in readers],
            }

    async def get_letter(self, request: Request) -> Response:
        scheme = "dark" if request.query_params.get("scheme") == "dark" else "light"
        slug, reader = request.path_params["slug"], request.query_params.get("as") or None
        try:
            letter = await asyncio.to_thread(self._letter, slug, reader, scheme)
        except NewsletterError as error:
            return _refused(error)
        return JSONResponse(letter)

    def _letter(self, slug: str, reader: str | None, scheme: str) -> dict[str, object]:
        with Project.open(self._root) as project:
            path = project.issues.find(slug)
            shown = project.issues.preview(path, as_email=reader)
            report = project.issues.check(path)
            image_base = f"{project.config.newsletter.base_url.rstrip('/')}/issues/{shown.slug}/"
            return {
                "slug": shown.slug,
                "subject": shown.subject,
                "preheader": shown.preheader,
                "sender": shown.sender,
                "html": for_frame(
                    shown.html, scheme=scheme, image_base=image_base, local_base=f"/image/{shown.slug}/"
                ),
                "text": shown.text,
                "size": len(shown.html.encode()),
                "findings": [
                    {**asdict(finding), "place": str(finding.place or "")} for finding in report.findings
                ],
            }

    async def get_image(self, request: Request) -> Response:
        path = await asyncio.to_thread(self._image, request.path_params["slug"], request.path_params["path"])
        return FileResponse(path) if path else PlainTextResponse("there is no such image", 404)

    def _image(self, slug: str, relative: str) -> Path | None:
        with Project.open(self._root) as project:
            folder = project.issues.find(slug).parent.resolve()
        image = (folder / relative).resolve()
        return image if image.is_relative_to(folder) and image.is_file() else None

    async def get_events(self, _request: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            async for count in self.changes.follow():
                yield f"data: {count}\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")


def _refused(error: NewsletterError) -> JSONResponse:
    def shown(problem: Problem) -> dict[str, str]:
        return {
            "severity": "error",
            "place": str(problem.place or ""),
            "what": problem.what,
            "why": problem.why or "",
            "fix": problem.fix or "",
        }

    return JSONResponse({"findings": [shown(problem) for problem in error.problems]}, 422)
