"""What a visitor sees when it does not work: a page that says whose fault it is, never a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from newsletter.errors import NewsletterError
from newsletter.site.pages import Pages

__all__ = ["error_pages"]

_log = logging.getLogger(__name__)
_WORDED = (400, 403, 404, 405, 408, 413, 429)
_RETRY_S = "30"


def error_pages(pages: Pages) -> Mapping[Any, Any]:
    """Return the handlers of everything that can go wrong, for Starlette."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = str(error.status_code) if error.status_code in _WORDED else "400"
        return pages.error(request, kind, error.status_code, headers=error.headers)

    async def unable(request: Request, error: Exception) -> Response:
        """Our own failure is never the visitor's: a provider or mail program has to try again."""
        _log.error("the site could not answer: %s", error)
        return pages.error(request, "503", 503, headers={"Retry-After": _RETRY_S})

    async def gone(request: Request, _error: Exception) -> Response:
        """Who went away in the middle of a request is no failure of ours; nobody reads the answer."""
        return pages.error(request, "400", 400)

    async def broken(request: Request, _error: Exception) -> Response:
        return pages.error(request, "500", 500)

    return {
        HTTPException: refused,
        ClientDisconnect: gone,
        NewsletterError: unable,
        Exception: broken,
    }
