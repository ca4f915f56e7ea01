"""Mail that a service posts, such as SendGrid's Inbound Parse: on disk, then answered, then read."""

from __future__ import annotations

import asyncio
import logging
from hashlib import sha256

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from newsletter.errors import NewsletterError
from newsletter.site.asking import Asking
from newsletter.site.form_parts import BrokenForm, FormField

__all__ = ["InboundMails"]

_log = logging.getLogger(__name__)
_SOURCE = "parse"
_FIELD = "email"  # of SendGrid's "POST the raw, full MIME message"
_AT_ONCE = 2  # each may hold forty megabytes
_RETRY_S = "60"
_TOO_LARGE = 413


class InboundMails:
    """Takes raw mails at `/inbound/SECRET`, a form with a mail in its field `email`.

    200: it is on disk. 404: the secret is not ours. 413: larger than forty megabytes. 503: everything else,
    for whoever posts tries again only after that, and drops the mail after any other answer.
    """

    def __init__(self, asking: Asking) -> None:
        """Give mails to the project through `asking`."""
        self._asking = asking
        self._places = asyncio.Semaphore(_AT_ONCE)

    @property
    def routes(self) -> list[BaseRoute]:
        """Return its routes."""
        return [Route("/inbound/{secret}", self.take, methods=["POST"])]

    async def take(self, request: Request) -> Response:
        """Keep the mail in `request` and say so; it is read after the answer."""
        if not self._asking.project.replies.is_address_secret(request.path_params["secret"]):
            raise HTTPException(404)
        async with self._places:
            try:
                raw = await _mail(request)
                await self._asking.change(
                    lambda project: project.replies.ingest(raw, _SOURCE, sha256(raw).hexdigest())
                )
            except HTTPException as error:
                if error.status_code == _TOO_LARGE:
                    _log.error("a mail larger than forty megabytes was refused")
                    raise
                return _not_now("it came too slowly")
            except (BrokenForm, ClientDisconnect) as error:
                return _not_now(str(error) or "it broke off")
            except NewsletterError as error:
                return _not_now(str(error))
        return PlainTextResponse("kept\n", background=BackgroundTask(self.read))

    async def read(self) -> None:
        """Read the mails that wait; what fails now is done after the next one, or the next start."""
        try:
            await self._asking.toil(lambda project: project.replies.read_waiting())
        except NewsletterError as error:
            _log.error("mails wait to be read: %s", error)


async def _mail(request: Request) -> bytes:
    form = FormField(request.headers.get("content-type", ""), _FIELD)
    async for piece in request.stream():
        if piece:
            form.feed(piece)
    raw = form.result()
    if not raw:
        raise BrokenForm(f'there is no field "{_FIELD}": let the service post the raw, full message')
    return raw


def _not_now(why: str) -> Response:
    _log.error("a mail that was posted is not taken: %s", why)
    return PlainTextResponse("not now\n", 503, {"Retry-After": _RETRY_S})
