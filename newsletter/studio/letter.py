"""The letter made fit for a frame in the browser: local pictures, chosen colour scheme, nothing remote."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping

__all__ = ["FRAME_POLICY", "for_frame"]

FRAME_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
"""The letter's own Content-Security-Policy: no script, nothing from elsewhere; a link opens a new tab."""

_STYLES = re.compile(r"<style\b[^>]*>.*?</style>|<source\b[^>]*>", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_ALWAYS, _NEVER = "(min-width: 0px)", "(min-width: 99999px)"
_SOURCE = re.compile(r'(\bsrc=")([^"]*)')
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def for_frame(html: str, *, scheme: str, local: Mapping[str, str]) -> str:
    """Return `html` for the preview frame.

    `scheme` is "light" or "dark": what the letter asks of the system is answered here, in its style sheets
    only. `local` has the studio's own address for the address of each picture. Links open a tab of their own.
    """

    def switched(style: re.Match[str]) -> str:
        return _SCHEME.sub(lambda asked: _ALWAYS if asked[1].lower() == scheme else _NEVER, style[0])

    def here(source: re.Match[str]) -> str:
        address = local.get(entities.unescape(source[2]))
        return source[0] if address is None else source[1] + entities.escape(address)

    shown = _STYLES.sub(switched, html)
    shown = _SOURCE.sub(here, shown)
    # `!important`, because the letter's own `color-scheme: light dark` would follow the system.
    mark = f'<base target="_blank"><style>:root {{ color-scheme: {scheme} !important }}</style>'
    return _HEAD.sub(lambda head: head[0] + mark, shown, count=1)
