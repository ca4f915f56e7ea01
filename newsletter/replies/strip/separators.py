"""Lines above a quoted or forwarded mail: "-----Oorspronkelijk bericht-----", and rules of dashes."""

from __future__ import annotations

from newsletter.replies.words import MailWords

__all__ = ["is_forwarded", "is_groupwise", "is_rule", "is_separator", "is_title"]

_EDGES = " \t-–—_*=>•~#:"
_LONGEST = 200
_MOST_TITLE_WORDS = 6


def is_separator(text: str, words: MailWords) -> bool:
    """Tell whether a line says that an original or a forwarded mail follows."""
    if not text or len(text) > _LONGEST:
        return False
    inner = text.strip(_EDGES).lower()
    is_edged = text[0] in "-–—_*=>" or text.endswith("--")
    if inner in words.separators:
        return is_edged or text.endswith(":")
    if text.startswith("--") and inner.partition("--")[0].strip() in words.separators:
        return True
    if text.startswith("---") and text.endswith("---"):
        return inner.endswith(words.verbs)
    return False


def is_forwarded(text: str, words: MailWords) -> bool:
    """Tell whether a line says that a forwarded mail follows."""
    return is_separator(text, words) and text.strip(_EDGES).lower() in words.forwarded


def is_groupwise(raw: str) -> bool:
    """Tell whether a line is what Novell GroupWise puts above a quote: ">>> Name <address> date >>>"."""
    text = raw.strip()
    is_edged = text.startswith(">>>") and text.endswith((">>>", "> wrote:")) and len(text) <= _LONGEST
    return is_edged and any(character.isdigit() for character in text) and ("@" in text or ":" in text)


def is_title(text: str) -> bool:
    """Tell whether a line is a few words between dashes, which programs put above an attribution."""
    inner = text.strip(_EDGES)
    is_edged = text.startswith("--") and text.endswith("--") and len(text) <= _LONGEST
    return is_edged and 0 < len(inner.split()) <= _MOST_TITLE_WORDS and inner[-1:] not in ".!?"


def is_rule(text: str) -> bool:
    """Tell whether a line is nothing but a drawn rule."""
    return len(text) >= 3 and not text.strip("-–—_*=~ ") and len(set(text) - {" "}) == 1
