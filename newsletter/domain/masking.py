"""Addresses in text that others may read, such as a log: shortened, so that nobody is named."""

from __future__ import annotations

import re

from newsletter.domain.address import shorten_address

__all__ = ["mask_addresses"]

# Wider than what is an address: rather too much is hidden than too little. Each part is bounded, so that a
# long text without an @ takes no time.
_ADDRESS = re.compile(
    r"(?P<quoted>\"[^\"\n]{1,64}\")?(?P<local>[^\s<>\"'(),;:\[\]{}|=&/\\@]{0,64})(?P<at>@|%40)(?P<domain>[\w.-]{1,255})"
)


def mask_addresses(text: str) -> str:
    """Return `text` with every address in it as `r…@example.org`."""
    if "@" not in text and "%40" not in text:
        return text
    return _ADDRESS.sub(_shortened, text)


def _shortened(found: re.Match[str]) -> str:
    local = found["local"] or (found["quoted"] or "").strip('"')
    return shorten_address(f"{local}@{found['domain']}") if local else found[0]
