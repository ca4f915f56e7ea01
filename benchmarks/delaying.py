"""A connection with a long way between its ends: passes everything on, each piece after half a round trip."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

__all__ = ["delaying"]


@contextmanager
def delaying(port: int, round_trip_s: float) -> Iterator[int]:
    """Give a port that leads to `port` of this machine, `round_trip_s` away."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    ends: list[asyncio.StreamWriter] = []
    server = asyncio.run_coroutine_threadsafe(_serve(port, round_trip_s / 2, ends), loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server, ends), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _serve(port: int, delay_s: float, ends: list[asyncio.StreamWriter]) -> asyncio.Server:
    async def lead(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, out = await asyncio.open_connection("127.0.0.1", port)
        ends.extend((back, out))
        with suppress(asyncio.CancelledError):
            await asyncio.gather(_pass(near, out, delay_s), _pass(far, back, delay_s))

    return await asyncio.start_server(lead, "127.0.0.1", 0)


async def _stop(server: asyncio.Server, ends: list[asyncio.StreamWriter]) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for end in ends:
        end.transport.abort()


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter, delay_s: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await source.read(1 << 20):
        loop.call_later(delay_s, target.write, data)
    loop.call_later(delay_s, target.close)
