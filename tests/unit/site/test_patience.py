"""A connection on which nothing is asked is closed, and one that is used is not."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from newsletter.site.patience import ImpatientProtocol


class Quick(ImpatientProtocol):
    """Gives up in a moment."""

    head_s = 0.05


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] == "POST":
        await Request(scope, receive).body()
    await PlainTextResponse("ok")(scope, receive, send)


async def answer_to(*pieces: bytes) -> bytes:
    """Return everything that comes back until the connection is closed by the other side."""
    config = Config(app, http=Quick, log_config=None, ws="none")
    config.load()
    loop, state = asyncio.get_running_loop(), ServerState()
    server = await loop.create_server(lambda: Quick(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.1)
        async with asyncio.timeout(30):
            return await reader.read()
    finally:
        writer.close()
        server.close()


@pytest.mark.parametrize(
    "pieces",
    [(), (b"GET / HTTP/1.1\r\n",), (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"b")],
    ids=["nothing", "half a head", "a head in drops"],
)
def test_who_never_finishes_asking_is_not_waited_for(pieces: tuple[bytes, ...]) -> None:
    assert asyncio.run(answer_to(*pieces)) == b""


def test_who_asked_and_stays_is_closed_after_the_answer() -> None:
    said = asyncio.run(answer_to(b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"))

    assert said.startswith(b"HTTP/1.1 200 OK")
    assert said.count(b"HTTP/1.1") == 1


def test_a_body_that_is_read_has_limits_of_its_own() -> None:
    said = asyncio.run(answer_to(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na", b"b"))

    assert said.startswith(b"HTTP/1.1 200 OK")
