"""Whether the site works: for whoever watches over it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.errors import NewsletterError
from newsletter.site.asking import Asking

__all__ = ["Wellness"]


class Wellness:
    """`/health`: 200 when the database answers, 503 when it does not."""

    def __init__(self, asking: Asking) -> None:
        """Look at what is behind `asking`."""
        self._asking = asking

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [Route("/health", self.health)]

    async def health(self, _request: Request) -> Response:
        """Say "ok"."""
        try:
            await self._asking.look(lambda project: project.store.subscribers.suppressed(["health"]))
        except NewsletterError:
            return PlainTextResponse("the database does not answer\n", 503)
        return PlainTextResponse("ok\n")
