"""Lines above a quoted or forwarded mail: "-----Oorspronkelijk bericht-----", and rules of dashes."""

from __future__ import annotations

from newsletter.replies.words import MailWords

__all__ = ["is_rule", "is_separator"]

_EDGES = " \t-–—_*=>•~#:"
_LONGEST = 200


def is_separator(text: str, words: MailWords) -> bool:
    """Tell whether a line says that an original or a forwarded mail follows."""
    if not text or len(text) > _LONGEST:
        return False
    inner = text.strip(_EDGES).lower()
    is_edged = text[0] in "-–—_*=>" or text.endswith("--")
    if inner in words.separators:
        return is_edged or text.endswith(":")
    if text.startswith("---") and text.endswith("---"):
        return inner.endswith(words.verbs)
    return False


def is_rule(text: str) -> bool:
    """Tell whether a line is nothing but a drawn rule."""
    return len(text) >= 3 and not text.strip("-–—_*=~ ") and len(set(text) - {" "}) == 1
