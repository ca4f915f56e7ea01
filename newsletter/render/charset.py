"""The rule that keeps providers from re-encoding a part: all ASCII, or something beyond Latin-1 in it.

A provider that chooses the charset itself sends a part with only Latin-1 characters ("coöperatie") as
iso-8859-1, and Gmail then shows "[Message clipped]" whatever the size (sendgrid-python issue 1011,
email-bugs issue 41).
"""

from __future__ import annotations

__all__ = ["is_safe_charset", "with_safe_charset"]

_SIGN = "<!--—-->"  # an em dash, U+2014; a comment shows nowhere


def is_safe_charset(text: str, *, has_holes: bool) -> bool:
    """Say whether `text` reaches readers in UTF-8 whatever its holes are filled with."""
    return any(character > "\u00ff" for character in text) or (text.isascii() and not has_holes)


def with_safe_charset(html: str, *, has_holes: bool) -> str:
    """Return `html` so that it is safe, by a comment at the end of the body where that is needed."""
    if is_safe_charset(html, has_holes=has_holes):
        return html
    end = html.lower().rfind("</body>")
    return f"{html}{_SIGN}" if end < 0 else f"{html[:end]}{_SIGN}{html[end:]}"
