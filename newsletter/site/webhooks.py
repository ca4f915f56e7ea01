"""Reports of providers: `POST /hooks/PROVIDER`, kept first, then answered, then applied."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

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
_VERIFIERS = 2


class Webhooks:
    """Takes reports of every provider that has a reader.

    200: it is on disk. 401: it is not the provider's own, and nothing of it is kept; 429: so, and many before
    it from that network. 404: nobody reads such reports. 503: our failure; the provider tries again.

    Whoever sends many that are forged waits in line with others who do, and is not written down each time;
    but what is the provider's own is always taken, for it may come from the same network, or through a proxy.
    """

    def __init__(self, asking: Asking) -> None:
        """Give reports to the project through `asking`."""
        self._asking = asking
        self._strikes = Strikes(asking.project.clock.monotonic)
        self._prune_at = 0.0
        # Not the threads that read for pages: it may have to fetch a certificate, and that may take long.
        self._verifying = ThreadPoolExecutor(_VERIFIERS, "verifying")
        self._in_line = asyncio.Semaphore(1)

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
        body = await request.body()
        try:
            async with self._in_line if wait_s else nullcontext():
                await self._verify(provider, dict(request.headers), body)
        except EventNotVerifiable as error:
            _log.error("a report of %s cannot be verified: %s", provider, error)
            return PlainTextResponse("not now\n", 503, {"Retry-After": _RETRY_S})
        except EventRefused as error:
            self._strikes.add(visitor)
            if wait_s:
                return PlainTextResponse("refused\n", 429, {"Retry-After": str(wait_s)})
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

    def close(self) -> None:
        """Let what has begun end."""
        self._verifying.shutdown(wait=True, cancel_futures=True)

    async def _verify(self, provider: str, headers: Mapping[str, str], body: bytes) -> None:
        verify = self._asking.project.webhooks.verify
        await asyncio.get_running_loop().run_in_executor(self._verifying, verify, provider, headers, body)

    async def _prune(self) -> None:
        now = self._asking.project.clock.monotonic()
        if now >= self._prune_at:
            self._prune_at = now + _PRUNE_S
            await self._asking.change(lambda project: project.webhooks.prune())
