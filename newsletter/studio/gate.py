"""The studio's door: this machine only, a key per start, and headers that keep everything inside."""

from __future__ import annotations

import hmac
import re
from urllib.parse import urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Gate", "page_key", "page_policy"]

_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
_KEY_HEADER = "x-newsletter-key"
_SAFE = ("GET", "HEAD")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",  # links in the letter are not even looked up
}


def page_policy(nonce: str) -> str:
    """Return the Content-Security-Policy of the page; its editor may add style elements with `nonce`."""
    return _POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")


def page_key(token: str) -> str:
    """Return what the page sends along with everything but questions, for the start with `token`.

    Another site can make a browser send the cookie, but cannot read this from the page (CSRF).
    """
    return hmac.digest(token.encode(), b"page", "sha256").hex()


class Gate:
    """Lets through who asks for this machine by name and holds the key; the rest gets 400 or 403.

    The Host check stops pages elsewhere that point their own name at 127.0.0.1 (DNS rebinding). The key
    comes once as `?token=…`, moves into a cookie and out of the address. What is more than a question must
    come from the studio's own page: by its Origin, and by a key that only the page can know. Headers that the
    application sets itself are left alone.
    """

    def __init__(self, app: ASGIApp, *, token: str) -> None:
        """Stand before `app`; `token` is the key of this start."""
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._stopped(Request(scope)) or self._app
        await answer(scope, receive, with_headers)

    def _stopped(self, request: Request) -> Response | None:
        """Return what the request gets instead of the application, None when it may pass."""
        if not _HOST.fullmatch(request.headers.get("host", "")):
            return PlainTextResponse("The studio answers to 127.0.0.1 and localhost only.", 400)
        cookie = _cookie(request)
        given = request.query_params.get("token")
        if not self._is_key(request.cookies.get(cookie, "") if given is None else given):
            return PlainTextResponse(
                "Open the address that `newsletter preview` printed; it holds the key.", 403
            )
        if given is None:
            return self._foreign(request)
        rest = [(name, value) for name, value in request.query_params.multi_items() if name != "token"]
        answer = RedirectResponse(request.url.path + (f"?{urlencode(rest)}" if rest else ""), 303)
        answer.set_cookie(cookie, given, httponly=True, samesite="strict")
        return answer

    def _foreign(self, request: Request) -> Response | None:
        """Refuse what changes something and does not come from the studio's own page."""
        if request.method in _SAFE:
            return None
        is_own = request.headers.get("origin", "") == f"http://{request.headers['host']}"
        key = request.headers.get(_KEY_HEADER, "").encode("utf-8", "replace")
        if is_own and hmac.compare_digest(key, page_key(self._token.decode()).encode()):
            return None
        return PlainTextResponse("This comes from another page than the studio's own.", 403)

    def _is_key(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token)


def _cookie(request: Request) -> str:
    """Return the cookie's name; browsers share cookies between ports, and two studios may be open."""
    server = request.scope.get("server")
    return f"newsletter_studio_{server[1] if server else 0}"
