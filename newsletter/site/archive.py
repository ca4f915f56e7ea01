"""Letters that went out, at the addresses and with the pages of `newsletter archive build`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.archive.card import CARD
from newsletter.archive.edition import Edition
from newsletter.archive.feeds import ATOM, JSON_FEED, atom_feed, json_feed
from newsletter.archive.pages import SCRIPT, STYLE, ArchivePages, logo_file
from newsletter.archive.search import SEARCH
from newsletter.archive.sitemap import SITEMAP, sitemap
from newsletter.domain.picture import PictureFile
from newsletter.domain.visibility import Visibility
from newsletter.project.archive.past import PastIssues, Shown
from newsletter.site.asking import Asking
from newsletter.site.languages import choose_language
from newsletter.site.pages import Pages

__all__ = ["Archive"]

_FOR_A_WHILE = "public, max-age=300"
_FOR_EVER = "public, max-age=31536000, immutable"  # names hold digests
_PUBLIC = {"Cache-Control": _FOR_A_WHILE, "X-Robots-Tag": "all"}
_UNLISTED = {"Cache-Control": _FOR_A_WHILE, "X-Robots-Tag": "noindex, nofollow"}
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data: https:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_SEARCHING = f"{_POLICY}; script-src 'self'; connect-src 'self'"
_PICTURE_POLICY = "default-src 'none'; sandbox"
_Feed = Callable[[Edition], bytes]


class Archive:
    """`/archive` and what is below it, and the pictures that mails ask for."""

    def __init__(self, pages: Pages, asking: Asking) -> None:
        """Answer in the languages of `pages`, and ask the project through `asking`. Raises ConfigError."""
        self._pages = pages
        self._asking = asking
        self._shown = ArchivePages(asking.project.config.root, f"{pages.prefix}/archive/")
        self._past = PastIssues(asking.project, pages.address, self._shown)

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [
            Route("/archive", self.index),
            Route(f"/archive/{ATOM}", self.atom),
            Route(f"/archive/{JSON_FEED}", self.json),
            Route(f"/archive/{SITEMAP}", self.sitemap),
            Route(f"/archive/{SEARCH}/{{part}}.js", self.words),
            Route(f"/archive/{SCRIPT}", self.script),
            Route(f"/archive/{STYLE}", self.style),
            Route("/archive/logo.{ending}", self.logo),
            Route("/archive/tags/{tag}", self.tag),
            Route("/archive/{slug}", self.letter),
            Route("/archive/{slug}/{name}", self.below),
            Route("/archive/{slug}/{lang}/{name}", self.file),
            Route("/issues/{slug}/{name}", self.picture),
        ]

    async def index(self, request: Request) -> Response:
        """Show the list, in the visitor's language."""
        lang = self._pages.language(request)
        text = await self._asking.look(lambda _project: self._shown.index(self._past.edition(), lang))
        return self._page(text, lang, {**_PUBLIC, "Content-Security-Policy": _SEARCHING})

    async def tag(self, request: Request) -> Response:
        """Show the letters about one subject, in the visitor's language."""
        lang, tag = self._pages.language(request), request.path_params["tag"]
        try:
            text = await self._asking.look(lambda _project: self._shown.tag(self._past.edition(), tag, lang))
        except KeyError:
            raise HTTPException(404) from None
        return self._page(text, lang, {**_PUBLIC, "Content-Security-Policy": _POLICY})

    async def letter(self, request: Request) -> Response:
        """Show one letter, in the visitor's language where it is in several."""
        return await self._letter(request, None)

    async def _letter(self, request: Request, lang: str | None) -> Response:
        shown = await self._find(request, lang)
        text = await self._asking.look(lambda _project: self._past.page(shown))
        headers = _PUBLIC if shown.issue.visibility is Visibility.PUBLIC else _UNLISTED
        answer = self._page(text, shown.letter.lang, {**headers, "Content-Security-Policy": _POLICY})
        if lang is not None or len(shown.issue.letters) == 1:
            del answer.headers["Vary"]
        return answer

    async def _find(self, request: Request, lang: str | None) -> Shown:
        slug, accepted = request.path_params["slug"], request.headers.get("accept-language", "")

        def preferred(langs: Sequence[str]) -> str:
            known = [one.partition("-")[0].lower() for one in langs]
            return choose_language(known, (request.query_params.get("lang"),), accepted, known[0])

        shown = await self._asking.look(lambda _project: self._past.letter(slug, lang, preferred))
        if shown is None:
            raise HTTPException(404)
        return shown

    async def atom(self, request: Request) -> Response:
        """Answer with the Atom feed."""
        return await self._feed(request, atom_feed, "application/atom+xml")

    async def json(self, request: Request) -> Response:
        """Answer with the JSON feed."""
        return await self._feed(request, json_feed, "application/feed+json")

    async def sitemap(self, request: Request) -> Response:
        """Answer with what search engines are told."""
        home = self._home(request)
        data = await self._asking.look(lambda _project: sitemap(self._past.edition(home)))
        return Response(data, media_type="application/xml", headers=self._headers())

    async def words(self, request: Request) -> Response:
        """Answer with a part of what the page's own search looks through."""
        parts = await self._asking.look(lambda _project: self._past.search_parts())
        data = parts.get(f"{SEARCH}/{request.path_params['part']}.js")
        if data is None:
            raise HTTPException(404)
        return Response(data, media_type="text/javascript", headers=_PUBLIC)

    async def script(self, _request: Request) -> Response:
        """Answer with the script that searches."""
        return Response(self._shown.script(), media_type="text/javascript", headers=_PUBLIC)

    async def style(self, _request: Request) -> Response:
        """Answer with the stylesheet."""
        text = await self._asking.look(lambda _project: self._shown.style(self._past.edition()))
        return Response(text, media_type="text/css", headers=_PUBLIC)

    async def logo(self, request: Request) -> Response:
        """Answer with the logo."""
        logo = await self._asking.look(lambda _project: self._past.edition().logo)
        if logo is None or logo_file(logo) != f"logo.{request.path_params['ending']}":
            raise HTTPException(404)
        return Response(logo.data, media_type=logo.media_type, headers=_PUBLIC)

    async def below(self, request: Request) -> Response:
        """Show a letter in one of its languages, or a file of it: those have a dot in their names."""
        name = request.path_params["name"]
        return await (self.file(request) if "." in name else self._letter(request, name))

    async def file(self, request: Request) -> Response:
        """Answer with a picture on the page of a letter, or the one beside links to it."""
        name, lang = request.path_params["name"], request.path_params.get("lang")
        shown = await self._find(request, lang)
        if name == CARD:
            first = shown if lang else replace(shown, letter=shown.issue.letters[0])
            card = await self._asking.look(lambda _project: self._past.card(first))
            if card is None:
                raise HTTPException(404)
            return Response(card, media_type="image/png", headers=_PUBLIC)
        pictures = (picture for letter in shown.issue.letters for picture in letter.pictures)
        return _shown_picture(next((one for one in pictures if one.name == name and lang is None), None))

    async def picture(self, request: Request) -> Response:
        """Answer with a picture that mails ask for."""
        slug, name = request.path_params["slug"], request.path_params["name"]
        return _shown_picture(await self._asking.look(lambda _project: self._past.picture(slug, name)))

    async def _feed(self, request: Request, feed: _Feed, media_type: str) -> Response:
        home = self._home(request)
        data = await self._asking.look(lambda _project: feed(self._past.fed(home)))
        return Response(data, media_type=media_type, headers=self._headers())

    def _home(self, request: Request) -> str:
        return str(request.base_url).rstrip("/")

    def _headers(self) -> dict[str, str]:
        # Without an address of its own the site has the one the visitor names: nobody else may get that.
        return dict(_PUBLIC) if self._pages.address else {}

    @staticmethod
    def _page(text: str, lang: str, headers: dict[str, str]) -> Response:
        return HTMLResponse(text, headers={**headers, "Content-Language": lang, "Vary": "Accept-Language"})


def _shown_picture(found: PictureFile | None) -> Response:
    if found is None:
        raise HTTPException(404)
    headers = {
        "Cache-Control": _FOR_EVER,
        "Content-Security-Policy": _PICTURE_POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",  # mail programs on the web show it
    }
    return Response(found.data, media_type=found.media_type, headers=headers)
