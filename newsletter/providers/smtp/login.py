"""Logging in to a mail server: by password (PLAIN, LOGIN) or by access token (XOAUTH2)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Collection
from dataclasses import dataclass, replace

from newsletter.providers.smtp.reply import Reply
from newsletter.providers.smtp.tokens import Tokens
from newsletter.providers.smtp.wire import Wire

__all__ = ["Login", "NoMechanism", "log_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """User name and secret, never printed: a password or, for `is_token`, an OAuth 2 access token.

    `tokens` hands out another token when a server refuses this one.
    """

    username: str
    secret: str
    is_token: bool = False
    tokens: Tokens | None = None

    def renewed(self) -> Login | None:
        """Return the login with another token, None where there is none. Raises ConfigError."""
        if self.tokens is None:
            return None
        return replace(self, secret=self.tokens.renew(self.secret))

    def latest(self) -> Login:
        """Return the login with the token that is in use by now. Raises ConfigError."""
        return self if self.tokens is None else replace(self, secret=self.tokens.current())

    def __repr__(self) -> str:
        return f"Login(username={self.username!r})"


class NoMechanism(Exception):
    """The server offers no way to log in that we have; the text names what would do."""


async def log_in(wire: Wire, login: Login, offered: Collection[str]) -> Reply:
    """Log in by the best of the mechanisms `offered` and return the last reply; 235 is welcome.

    Raises NoMechanism and WireBroken.
    """
    if login.is_token:
        return await _xoauth2(wire, login, offered)
    if "PLAIN" in offered:  # RFC 4616
        return await wire.command(f"AUTH PLAIN {_base64(f'{chr(0)}{login.username}{chr(0)}{login.secret}')}")
    if "LOGIN" not in offered:
        raise NoMechanism("the server takes no password (AUTH PLAIN or LOGIN)")
    reply = await wire.command("AUTH LOGIN")
    for answer in (login.username, login.secret):
        if reply.code == 334:
            reply = await wire.command(_base64(answer))
    return reply


async def _xoauth2(wire: Wire, login: Login, offered: Collection[str]) -> Reply:
    """Hand over an access token, as Google and Microsoft describe it.

    A server that refuses it explains itself in a challenge (334), which takes an empty line for an answer.
    """
    if "XOAUTH2" not in offered:
        raise NoMechanism("the server takes no access token (AUTH XOAUTH2)")
    token = f"user={login.username}\x01auth=Bearer {login.secret}\x01\x01"
    reply = await wire.command(f"AUTH XOAUTH2 {_base64(token)}")
    if reply.code != 334:
        return reply
    why = _readable(reply.lines[-1])
    last = await wire.command("")
    return Reply(last.code, (*last.lines, why)) if why else last


def _readable(challenge: str) -> str:
    """Return what a challenge says, in one line; empty when it is nothing to read."""
    try:
        said = b64decode(challenge, validate=True).decode()
    except (Base64Error, ValueError):
        return ""
    return " ".join("".join(char for char in said if char.isprintable() or char.isspace()).split())[:200]


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
