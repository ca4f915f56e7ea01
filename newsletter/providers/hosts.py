"""Addresses of an API as written in `newsletter.toml`: whole, and secret on the way."""

from __future__ import annotations

from urllib.parse import urlsplit

from newsletter.errors import Problem
from newsletter.providers.network import is_loopback

__all__ = ["host_problems"]


def host_problems(section: str, host: str | None, example: str) -> list[Problem]:
    """Return what is wrong with `host` in `section`, such as `[provider.sendgrid]`; None is fine.

    It must be `https://name[:port]` like `example`; plain http is for this machine only.
    """
    if host is None:
        return []
    try:
        parts = urlsplit(host)
        is_complete = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_complete = False
    if not is_complete or parts.path.strip("/") or parts.query or parts.username:
        return [Problem(what=f'{section} host is "{host}"', fix=f'write it as "{example}"')]
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return [
            Problem(
                what=f'{section} host is "{host}"',
                why="the key and every address would cross the network unencrypted",
                fix="use https; http is for this machine only",
            )
        ]
    return []
