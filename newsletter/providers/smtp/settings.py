"""What must be right in `[provider.smtp]` before a server is asked anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.config.schema import SmtpConfig
from newsletter.errors import Problem
from newsletter.providers.network import is_loopback

__all__ = ["settings_problems"]

_SECTION = "[provider.smtp]"
_SELECTOR = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_SECURITY = ("starttls", "tls", "none")


def settings_problems(settings: SmtpConfig) -> list[Problem]:
    """Return everything that cannot work or would leak a password."""
    return [*_server(settings), *_login(settings), *_dkim(settings)]


def _server(settings: SmtpConfig) -> Iterator[Problem]:
    if not settings.host:
        yield Problem(what=f"{_SECTION} has no host", fix='write host = "smtp.example.org"')
    if not 0 < settings.port < 65_536:
        yield Problem(what=f"{_SECTION} port is {settings.port}", fix="write 587 or 465")
    if not settings.timeout_s > 0:
        yield Problem(what=f"{_SECTION} timeout_s must be more than 0")
    if settings.connections < 1:
        yield Problem(what=f"{_SECTION} connections must be 1 or more")
    if settings.security not in _SECURITY:
        known = '", "'.join(_SECURITY)
        yield Problem(what=f'{_SECTION} security is "{settings.security}"', fix=f'write one of "{known}"')


def _login(settings: SmtpConfig) -> Iterator[Problem]:
    given = {
        "a password": settings.password is not None,
        "a token": settings.token is not None,
        "a token_command": bool(settings.token_command),
    }
    named = [name for name, is_given in given.items() if is_given]
    if len(named) > 1:
        yield Problem(what=f"{_SECTION} has {' and '.join(named)}", fix="keep the one your server asks for")
    elif settings.username is None and named and settings.password is None:
        yield Problem(
            what=f"{_SECTION} has no username", why="a token belongs to a user", fix="name the user"
        )
    elif (settings.username is None) != (not named):
        missing = "username" if settings.username is None else "password"
        yield Problem(what=f"{_SECTION} has no {missing}", fix="give both or neither")
    if settings.username is not None and settings.security == "none" and not is_loopback(settings.host):
        yield Problem(
            what=f'{_SECTION} has a username with security = "none"',
            why="the password would cross the network unencrypted",
            fix='write security = "starttls" or "tls"',
        )


def _dkim(settings: SmtpConfig) -> Iterator[Problem]:
    if (settings.dkim_selector is None) != (settings.dkim_key is None):
        missing = "dkim_selector" if settings.dkim_selector is None else "dkim_key"
        yield Problem(what=f"{_SECTION} has no {missing}", fix="give both or neither")
    if settings.dkim_selector is not None and not _SELECTOR.fullmatch(settings.dkim_selector):
        yield Problem(
            what=f'{_SECTION} dkim_selector is "{settings.dkim_selector}"',
            why="it is part of a domain name: SELECTOR._domainkey.example.org",
            fix='write letters, digits and hyphens, such as "letter2026"',
        )
