"""One SMTP connection on a socket of our own: bytes out, whole replies in, a deadline on everything.

A transport of asyncio keeps what the kernel would not take yet in a buffer of its own, and then nobody can
say which byte has left. Here `send` returns when the kernel has every byte, which is what "not sent" and
"unknown" rest on.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import Any, Self

from newsletter.providers.network import network_reason
from newsletter.providers.smtp.reply import NoReply, Reply, ReplyReader

__all__ = ["Wire", "WireBroken"]

_PIECE = 65_536
_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_TIMED_OUT = "timed out waiting for the server"
_Address = tuple[Any, Any, int, str, Any]  # what getaddrinfo gives


class WireBroken(Exception):
    """The connection ended, timed out, or what came is no SMTP."""


class Wire:
    """A connected socket that speaks SMTP; belongs to the running loop."""

    def __init__(self, connected: socket.socket, timeout_s: float) -> None:
        """Take over a socket that does not block; `timeout_s` bounds each sending and each reply."""
        self._loop = asyncio.get_running_loop()
        self._socket = connected
        self._timeout_s = timeout_s
        self._replies = ReplyReader()
        self._waiter: asyncio.Future[None] | None = None
        self._ended: str | None = None
        # The last byte of a mail travels alone; without this it would wait for an acknowledgement (RFC 896).
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._listen()

    @classmethod
    async def connect(cls, host: str, port: int, timeout_s: float) -> Self:
        """Connect to the first address of `host` that answers. Raises WireBroken."""
        try:
            return cls(await _connect(host, port, timeout_s), timeout_s)
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
            raise WireBroken(f"no connection to {host}:{port}: {network_reason(error)}") from error

    @property
    def own_name(self) -> str:
        """Return the name to greet with: this machine's, or its address as a literal (RFC 5321 4.1.4)."""
        name = socket.gethostname()
        if "." in name and name.isascii():
            return name
        address = str(self._socket.getsockname()[0])
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    async def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Switch to TLS. Raises WireBroken, also when the server spoke ahead (CVE-2011-0411)."""
        if self._replies.has_more:
            raise WireBroken("the server sent something between its answer and TLS")
        self._loop.remove_reader(self._socket)
        try:
            secured = context.wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
            self._socket = secured
            async with asyncio.timeout(self._timeout_s):
                await self._shake_hands(secured)
        except (OSError, ValueError) as error:
            raise WireBroken(f"no secure connection to {host}: {network_reason(error)}") from error
        self._listen()

    async def command(self, line: str) -> Reply:
        """Send `line` and return the reply. Raises WireBroken."""
        assert "\r" not in line, "a command is one line"
        assert "\n" not in line, "a command is one line"
        await self.send(line.encode() + b"\r\n")
        return await self.reply()

    async def send(self, data: bytes | memoryview) -> None:
        """Hand all of `data` to the kernel. Raises WireBroken."""
        sent = self._send_now(data)
        if sent < len(data):
            await self._send_later(memoryview(data)[sent:], until_spoken_to=False)

    async def send_listening(self, data: memoryview) -> bool:
        """Do the same, but stop when the server says something meanwhile; return whether all has left."""
        sent = self._send_now(data)
        if sent < len(data) and not await self._send_later(data[sent:], until_spoken_to=True):
            return False
        return not self._has_spoken()

    def send_if_possible(self, data: bytes) -> None:
        """Hand over what the kernel takes at once; for a word of farewell."""
        with contextlib.suppress(WireBroken):
            self._send_now(data)

    async def reply(self) -> Reply:
        """Return the next whole reply. Raises WireBroken."""
        reply = self._take()
        if reply is not None:  # it often came with the one before
            return reply
        deadline = self._loop.time() + self._timeout_s
        while reply is None:
            if self._ended is not None:
                raise WireBroken(self._ended)
            await self._wait(deadline)
            reply = self._take()
        return reply

    @property
    def is_quiet(self) -> bool:
        """Say whether the server is there and has said nothing unasked."""
        return self._ended is None and not self._replies.has_more

    def close(self) -> None:
        """Close the connection."""
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        with contextlib.suppress(OSError):
            self._socket.close()

    # --- in -------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        self._loop.add_reader(self._socket, self._receive)

    def _receive(self) -> None:
        """Take in what has come, and wake whoever waits for it."""
        try:
            data = self._socket.recv(_PIECE)
            while isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
                data += self._socket.recv(_PIECE)
        except _LATER:
            return
        except OSError as error:
            self._end(f"the connection broke: {network_reason(error)}")
            return
        self._replies.feed(data)
        if not data:
            self._end("the server closed the connection")
        elif self._replies.is_flooded:
            self._end("the server says more than anybody asked")
        else:
            self._wake()

    def _take(self) -> Reply | None:
        try:
            return self._replies.take()
        except NoReply as error:
            raise WireBroken(str(error)) from error

    def _has_spoken(self) -> bool:
        """Look right now, without waiting for the loop to look."""
        if self.is_quiet:
            self._receive()
        return not self.is_quiet

    def _end(self, why: str) -> None:
        self._ended = why
        self._loop.remove_reader(self._socket)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # --- out ------------------------------------------------------------------------------------------

    def _send_now(self, data: bytes | memoryview) -> int:
        """Return how many bytes the kernel took."""
        try:
            return self._socket.send(data)
        except _LATER:
            return 0
        except OSError as error:
            raise WireBroken(f"the connection broke: {network_reason(error)}") from error

    async def _send_later(self, rest: memoryview, *, until_spoken_to: bool) -> bool:
        """Send `rest` as fast as the server takes it; return whether all of it has left."""
        self._loop.add_writer(self._socket, self._wake)
        try:
            while rest:
                if self._ended is not None and not self._replies.has_more:
                    raise WireBroken(self._ended)
                if until_spoken_to and not self.is_quiet:
                    return False
                await self._wait(self._loop.time() + self._timeout_s)
                rest = rest[self._send_now(rest) :]
        finally:
            self._loop.remove_writer(self._socket)
        return True

    # --- waiting --------------------------------------------------------------------------------------

    async def _wait(self, deadline: float) -> None:
        """Wait until something happens on the socket. Raises WireBroken at the `deadline` of the loop."""
        self._waiter = waiter = self._loop.create_future()
        alarm = self._loop.call_at(deadline, _expire, waiter)
        try:
            await waiter
        finally:
            self._waiter = None
            alarm.cancel()

    async def _shake_hands(self, secured: ssl.SSLSocket) -> None:
        while True:
            try:
                secured.do_handshake()
            except ssl.SSLWantReadError:
                await _once(self._loop.add_reader, self._loop.remove_reader, secured)
            except ssl.SSLWantWriteError:
                await _once(self._loop.add_writer, self._loop.remove_writer, secured)
            else:
                return


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(WireBroken(_TIMED_OUT))


async def _once(
    watch: Callable[[socket.socket, Callable[[], None]], None],
    unwatch: Callable[[socket.socket], object],
    watched: socket.socket,
) -> None:
    """Wait until `watched` is ready."""
    ready = asyncio.Event()
    watch(watched, ready.set)
    try:
        await ready.wait()
    finally:
        unwatch(watched)


async def _connect(host: str, port: int, timeout_s: float) -> socket.socket:
    """Return a connection to the first address of `host` that answers. Raises OSError and UnicodeError."""
    failure = OSError("the name has no address")
    for family, kind, protocol, _, address in await _look_up(host, port, timeout_s):
        tried = socket.socket(family, kind, protocol)
        tried.settimeout(0)
        try:
            async with asyncio.timeout(timeout_s):
                await asyncio.get_running_loop().sock_connect(tried, address)
        except OSError as error:  # TimeoutError is one
            tried.close()
            failure = OSError("timed out") if isinstance(error, TimeoutError) else error
        except BaseException:
            tried.close()
            raise
        else:
            return tried
    raise failure


async def _look_up(host: str, port: int, timeout_s: float) -> list[_Address]:
    try:  # an address needs no thread
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    except socket.gaierror:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout_s):
                return list(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except TimeoutError as error:
            raise OSError("the name could not be looked up in time") from error
