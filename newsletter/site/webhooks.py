"""Reports of providers: `POST /hooks/PROVIDER`, kept first, then answered, then applied."""

from __future__ import annotations

import logging

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.errors import NewsletterError
from newsletter.protocols import EventNotVerifiable, EventRefused
from newsletter.site.asking import Asking
from newsletter.site.strikes import Strikes

__all__ = ["Webhooks"]

_log = logging.getLogger(__name__)
_RETRY_S = "60"
_PRUNE_S = 3600.0


class Webhooks:
    """Takes reports of every provider that has a reader.

    200: it is on disk. 401: it is not the provider's own, and nothing of it is kept. 404: nobody reads such
    reports. 429: too many that are not came from that network. 503: our failure; the provider tries again.
    """

    def __init__(self, asking: Asking) -> None:
        """Give reports to the project through `asking`."""
        self._asking = asking
        self._strikes = Strikes(asking.project.clock.monotonic)
        self._prune_at = 0.0

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [Route("/hooks/{provider}", self.report, methods=["POST"])]

    async def report(self, request: Request) -> Response:
        """Keep the report in `request` and say so; what it asks is done after the answer."""
        provider = request.path_params["provider"]
        if not self._asking.project.webhooks.knows(provider):
            raise HTTPException(404)
        visitor = request.client.host if request.client else ""
        wait_s = self._strikes.wait_s(visitor)
        if wait_s:
            return PlainTextResponse("too many that are not yours\n", 429, {"Retry-After": str(wait_s)})
        body = await request.body()
        headers = dict(request.headers)
        try:
            # Apart from the changes, for it may have to fetch a certificate.
            await self._asking.look(lambda project: project.webhooks.verify(provider, headers, body))
        except EventNotVerifiable as error:
            _log.error("a report of %s cannot be verified: %s", provider, error)
            return PlainTextResponse("not now\n", 503, {"Retry-After": _RETRY_S})
        except EventRefused as error:
            self._strikes.add(visitor)
            _log.warning("a report to /hooks/%s was refused: %s", provider, error)
            return PlainTextResponse("refused\n", 401)
        is_new = await self._asking.change(lambda project: project.webhooks.keep(provider, body))
        return PlainTextResponse("kept\n", background=BackgroundTask(self.apply) if is_new else None)

    async def apply(self) -> None:
        """Do what the kept reports ask; what fails now is done after the next one, or the next start."""
        try:
            while taken := await self._asking.change(lambda project: project.webhooks.apply_some()):
                for campaign in taken.restored:
                    _log.error("campaign %s is held: it sent mail this ledger knows nothing of", campaign)
            await self._prune()
        except NewsletterError as error:
            _log.error("reports wait to be applied: %s", error)

    async def _prune(self) -> None:
        now = self._asking.project.clock.monotonic()
        if now >= self._prune_at:
            self._prune_at = now + _PRUNE_S
            await self._asking.change(lambda project: project.webhooks.prune())
