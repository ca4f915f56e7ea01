"""Letters that went out: a list, a feed (Atom, RFC 4287), and each letter for whoever comes by."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.project.issues.past_issues import PastIssues
from newsletter.site.asking import Asking
from newsletter.site.pages import Pages

__all__ = ["Archive"]

_PUBLIC = {"Cache-Control": "public, max-age=300", "X-Robots-Tag": "all"}
_LETTER_POLICY = (  # a letter has its style in it, and pictures that may stand elsewhere
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_PICTURE_POLICY = "default-src 'none'; sandbox"


class Archive:
    """`/archive`, `/archive/feed.xml`, `/archive/SLUG` and the pictures of letters."""

    def __init__(self, pages: Pages, asking: Asking) -> None:
        """Answer with `pages`, and ask the project through `asking`."""
        self._pages = pages
        self._asking = asking
        self._past = PastIssues(asking.project, pages.address)

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [
            Route("/archive", self.index),
            Route("/archive/feed.xml", self.feed),
            Route("/archive/{slug}", self.letter),
            Route("/issues/{slug}/{name}", self.picture),
        ]

    async def index(self, request: Request) -> Response:
        """Show the list."""
        issues = await self._asking.look(lambda _project: self._past.all())
        return self._pages.show(request, "archive", headers=_PUBLIC, issues=issues)

    async def feed(self, request: Request) -> Response:
        """Answer with the feed."""
        issues = await self._asking.look(lambda _project: self._past.all())
        # Without an address of its own the feed has the one the visitor names: nobody else may get that.
        return self._pages.feed(request, issues, headers=_PUBLIC if self._pages.address else {})

    async def letter(self, request: Request) -> Response:
        """Show one letter."""
        slug = request.path_params["slug"]
        found = await self._asking.look(lambda _project: self._past.letter(slug))
        if found is None:
            raise HTTPException(404)
        return HTMLResponse(found.html, headers={**_PUBLIC, "Content-Security-Policy": _LETTER_POLICY})

    async def picture(self, request: Request) -> Response:
        """Answer with a picture of a letter."""
        slug, name = request.path_params["slug"], request.path_params["name"]
        found = await self._asking.look(lambda _project: self._past.letter(slug))
        for picture in found.pictures if found else ():
            if picture.name == name:
                headers = {
                    "Cache-Control": "public, max-age=31536000, immutable",  # names hold digests
                    "Content-Security-Policy": _PICTURE_POLICY,
                    "Cross-Origin-Resource-Policy": "cross-origin",  # mail programs on the web show it
                }
                return Response(picture.data, media_type=picture.media_type, headers=headers)
        raise HTTPException(404)
