"""The letter made fit for a frame in the browser: local images, chosen colour scheme, nothing remote."""

from __future__ import annotations

import re

__all__ = ["for_frame"]

_SCHEME = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' data:; "
    "style-src 'unsafe-inline'\">"
)


def for_frame(html: str, *, scheme: str, image_base: str, local_base: str) -> str:
    """Return `html` for the preview frame.

    `scheme` is "light" or "dark": the letter's own colour-scheme rules are switched on or off instead
    of asking the system. Image addresses that begin with `image_base` are turned to `local_base`.
    """
    switched = _SCHEME.sub(
        lambda match: "@media all" if match[1].lower() == scheme else "@media not all", html
    )
    local = switched.replace(f'src="{image_base}', f'src="{local_base}')
    return local.replace("<head>", f"<head>{_POLICY}", 1)
