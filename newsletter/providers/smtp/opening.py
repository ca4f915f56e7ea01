"""The beginning of a dialogue with a mail server: connection, greeting, TLS and login."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace

from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.errors import ConfigError
from newsletter.providers.smtp.login import Login, NoMechanism, log_in
from newsletter.providers.smtp.replies import Stage, read_refusal
from newsletter.providers.smtp.reply import Reply
from newsletter.providers.smtp.wire import Wire

__all__ = ["Refused", "Server", "open_dialogue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where to go and how: `security` is `starttls`, `tls` or `none`."""

    host: str
    port: int
    security: str
    timeout_s: float
    login: Login | None = None


class Refused(Exception):
    """The server refused us before any mail; `outcome` says what that means."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


class _LoginRefused(Refused):
    """The server does not take this password or token."""

    def __init__(self, login: Login, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.login = login


async def open_dialogue(server: Server) -> tuple[Wire, Mapping[str, str]]:
    """Connect, greet, secure and log in; return the connection and the extensions the server offers.

    An access token that is refused is renewed once, where that is possible. Raises WireBroken or Refused.
    """
    try:
        login = server.login.latest() if server.login is not None else None
        return await _open(replace(server, login=login))
    except _LoginRefused as refusal:
        try:
            login = await asyncio.to_thread(refusal.login.renewed)
        except ConfigError as error:
            raise Refused(_halt(f"{refusal}; {error.problems[0].what}")) from error
        if login is None:
            raise
        return await _open(replace(server, login=login))


async def _open(server: Server) -> tuple[Wire, Mapping[str, str]]:
    wire = await Wire.connect(server.host, server.port, server.timeout_s)
    try:
        return wire, await _begin(wire, server)
    except BaseException:
        wire.close()
        raise


async def _begin(wire: Wire, server: Server) -> Mapping[str, str]:
    context = ssl.create_default_context() if server.security != "none" else None
    if server.security == "tls" and context is not None:
        await wire.secure(context, server.host)
    _demand(Stage.GREETING, await wire.reply(), 220)
    offered = await _greet(wire, may_fall_back=server.security != "starttls" and server.login is None)
    if server.security == "starttls" and context is not None:
        offered = await _start_tls(wire, offered, context, server.host)
    if server.login is not None:
        await _log_in(wire, offered, server.login)
    return offered


async def _greet(wire: Wire, *, may_fall_back: bool) -> Mapping[str, str]:
    """Return the extensions by keyword."""
    reply = await wire.command(f"EHLO {wire.own_name}")
    if may_fall_back and reply.code in (500, 502, 504):  # RFC 5321 3.2: a server from before 1995
        _demand(Stage.EHLO, await wire.command(f"HELO {wire.own_name}"), 250)
        return {}
    _demand(Stage.EHLO, reply, 250)
    words = (line.partition(" ") for line in reply.lines[1:])
    return {keyword.upper(): rest for keyword, _, rest in words}


async def _start_tls(
    wire: Wire, offered: Mapping[str, str], context: ssl.SSLContext, host: str
) -> Mapping[str, str]:
    if "STARTTLS" not in offered:
        raise Refused(_halt("the server offers no STARTTLS; mail never goes on in the clear"))
    _demand(Stage.STARTTLS, await wire.command("STARTTLS"), 220)
    await wire.secure(context, host)
    return await _greet(
        wire, may_fall_back=False
    )  # what was offered in the clear counts no more (RFC 3207 4.2)


async def _log_in(wire: Wire, offered: Mapping[str, str], login: Login) -> None:
    try:
        reply = await log_in(wire, login, offered.get("AUTH", "").upper().split())
    except NoMechanism as error:
        raise Refused(_halt(str(error))) from error
    if reply.code == 535:  # RFC 4954 6: wrong, or no longer right
        raise _LoginRefused(login, read_refusal(Stage.AUTH, reply))
    _demand(Stage.AUTH, reply, 235)


def _demand(stage: Stage, reply: Reply, code: int) -> None:
    if reply.code != code:
        raise Refused(read_refusal(stage, reply))


def _halt(detail: str) -> Outcome:
    return Outcome(kind=OutcomeKind.HALT, detail=detail)
