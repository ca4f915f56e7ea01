"""Texts that HTML, JSON and headers take as they are, known once instead of looked at again and again.

As a part of a URL they may still need escaping: `:` and `/` mean something there.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["PlainTexts"]

# Unreserved characters (RFC 3986 2.3), and the two that make a URL of them: letters that HTML, JSON and a
# header field leave as they are.
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/"


class PlainTexts(list[str]):
    """Texts of letters, digits and `-._~:/` alone; whoever makes one vouches for it."""

    @staticmethod
    def are(texts: Sequence[str]) -> bool:
        """Say whether all of `texts` are plain."""
        if isinstance(texts, PlainTexts):
            return True
        joined = "".join(texts)
        return joined.isascii() and not joined.encode("ascii").translate(None, _PLAIN)
