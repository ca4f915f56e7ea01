"""How much a request may send and how long it may take over it, whatever its headers say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = [
    "BODY_BYTES",
    "BODY_S",
    "HOOK_BYTES",
    "HOOK_S",
    "MAIL_BYTES",
    "MAIL_S",
    "BodyLimit",
    "largest_body",
    "longest_wait",
]

BODY_BYTES = 64 * 1024
"""The largest form anybody has reason to send."""

HOOK_BYTES = 10 * 1024 * 1024
"""The largest report of a provider, in bytes."""

MAIL_BYTES = 40 * 1024 * 1024
"""The largest mail that is posted, with the form around it, in bytes."""

BODY_S = 10.0
"""How long a form may take to arrive, all of it, in seconds."""

HOOK_S = 60.0
"""How long a report of a provider may take to arrive, all of it, in seconds."""

MAIL_S = 300.0
"""How long a mail that is posted may take to arrive, all of it, in seconds."""


def largest_body(path: str) -> int:
    """Return how many bytes a request to `path` may send."""
    if "/inbound/" in path:
        return MAIL_BYTES
    return HOOK_BYTES if "/hooks/" in path else BODY_BYTES


def longest_wait(path: str) -> float:
    """Return within how many seconds the body of a request to `path` must be there."""
    if "/inbound/" in path:
        return MAIL_S
    return HOOK_S if "/hooks/" in path else BODY_S


class BodyLimit:
    """Ends a request whose body is too large (413) or too slow (408)."""

    def __init__(
        self,
        app: ASGIApp,
        largest: Callable[[str], int] = largest_body,
        longest: Callable[[str], float] = longest_wait,
    ) -> None:
        """Wrap `app`; `largest` says how many bytes a path takes, `longest` how many seconds."""
        self._app = app
        self._largest = largest
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as `app` does, which meets an HTTPException where it reads too much."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._largest(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        ends = asyncio.get_running_loop().time() + self._longest(scope["path"])
        taken = 0
        is_whole = False

        async def receive_limited() -> Message:
            nonlocal taken, is_whole
            if is_whole:  # what comes now is only that the visitor went away
                return await receive()
            if declared.isdecimal() and int(declared[:20]) > limit:
                raise HTTPException(413)
            try:
                async with asyncio.timeout_at(ends):  # for the whole of it: a drop a second is slow, too
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers={"Connection": "close"}) from None
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, headers={"Connection": "close"})
            is_whole = not message.get("more_body", False)
            return message

        await self._app(scope, receive_limited, send)
