"""The site's routes and everything around them, on one project."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from newsletter.project import Project
from newsletter.site.archive import Archive
from newsletter.site.asking import Asking
from newsletter.site.choosing import Choosing
from newsletter.site.chores import Chores
from newsletter.site.failing import error_pages
from newsletter.site.headers import SafeHeaders
from newsletter.site.inbound import InboundMails
from newsletter.site.leaving import Leaving
from newsletter.site.limits import BodyLimit
from newsletter.site.pages import Pages
from newsletter.site.prefix import PathPrefix
from newsletter.site.proxies import BehindProxies
from newsletter.site.refusing import Refusing
from newsletter.site.rights import Rights
from newsletter.site.subscribing import Subscribing
from newsletter.site.watching import WatchedRoutes
from newsletter.site.webhooks import Webhooks
from newsletter.site.wellness import Wellness

__all__ = ["make_app"]


def make_app(project: Project) -> Starlette:
    """Return the public site of `project`, which stays open as long as the site runs.

    Routes come in groups, one class each, that share two things: `Pages`, which makes a page in the
    visitor's language, and `Asking`, through which all questions to the project go. Raises ConfigError,
    StoreError.
    """
    pages = Pages(project.config)
    project.choosing.topics()  # what is wrong with them must show before anybody comes
    asking = Asking(project)
    webhooks = Webhooks(asking)
    inbound = InboundMails(asking)
    chores = Chores(project, also=webhooks.apply)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await webhooks.apply()  # what came in before the last process ended
        reading = asyncio.create_task(inbound.read())
        working = asyncio.create_task(chores.run())
        yield
        chores.stop()
        await working
        await reading
        webhooks.close()
        asking.close()

    return Starlette(
        routes=[*_routes(pages, asking, chores), *webhooks.routes, *inbound.routes],
        middleware=[
            Middleware(BehindProxies, trusted=project.config.site.trusted_proxies),
            Middleware(PathPrefix, prefix=pages.prefix),
            Middleware(WatchedRoutes, telemetry=project.telemetry),
            Middleware(SafeHeaders),
            Middleware(BodyLimit),
        ],
        exception_handlers=error_pages(pages),
        lifespan=lifespan,
    )


def _routes(pages: Pages, asking: Asking, chores: Chores) -> list[BaseRoute]:
    return [
        *Wellness(asking).routes,
        *Subscribing(pages, asking, chores.wake).routes,
        *Leaving(pages, asking).routes,
        *Refusing(pages, asking).routes,
        *Choosing(pages, asking).routes,
        *Rights(pages, asking, chores.wake).routes,
        *Archive(pages, asking).routes,
        Route("/site.css", pages.stylesheet),
    ]
