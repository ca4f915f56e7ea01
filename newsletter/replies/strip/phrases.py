"""Greetings, sign-offs and postscripts of people, told from sentences that begin like them."""

from __future__ import annotations

from newsletter.replies.words import MailWords

__all__ = ["begins_with", "is_greeting", "is_name", "is_postscript", "is_signoff", "is_thanks"]

_MOST_NAME_WORDS = 5
_MOST_GREETING_WORDS = 7
_MOST_CALLED = 3
_MOST_NAMED = 4
_LONGEST_LINK = 3  # "van der"
_MOST_SIGNING_WORDS = 8
_TRIMMED = " \t*_-–—,.!~"


def is_greeting(text: str, words: MailWords) -> bool:
    """Tell whether a line does nothing but greet: "Beste Renata,"."""
    if not text or len(text.split()) > _MOST_GREETING_WORDS:
        return False
    phrase = begins_with(text, words.greetings)
    if phrase is None:
        return _is_called(text)
    rest = text.strip(" *_")[len(phrase) :].strip()
    if rest[-1:] in (",", "!", ":"):
        rest = rest[:-1]
        first, comma, second = rest.partition(",")
        is_double = bool(comma) and begins_with(second, words.greetings) is not None
        return not any(mark in (first + second if is_double else rest) for mark in ",.!?:;")
    tokens = rest.rstrip(".").split()
    return all(
        not token[:1].islower() or token in ("de", "van", "der", "den", "mevrouw", "heer", "team", "all")
        for token in tokens
    )


def _is_called(text: str) -> bool:
    """Tell whether a line is a name and a comma."""
    tokens = text.strip(" *_").split()
    return (
        0 < len(tokens) <= _MOST_CALLED
        and tokens[-1][-1:] in ",-–—"
        and all(one[:1].isupper() or one in ("-", "–", "—") for one in tokens)
        and not any(character.isdigit() for character in text)
    )


def is_name(text: str) -> bool:
    """Tell whether a line is a name of one to four words: "Jan", "Els van der Berg"."""
    tokens = text.strip(_TRIMMED).split()
    return (
        0 < len(tokens) <= _MOST_NAMED
        and tokens[0][:1].isupper()
        and tokens[-1][:1].isupper()
        and text.rstrip()[-1].isalpha()
        and all(one.replace("-", "").replace("'", "").isalpha() for one in tokens)
        and all(one[:1].isupper() or len(one) <= _LONGEST_LINK for one in tokens)
    )


def is_signoff(text: str, words: MailWords) -> bool:
    """Tell whether a line does nothing but say goodbye, with a name or without: "Groet, Jan"."""
    return _is_closed_by(text, words.signoffs) or _is_signing(text, words)


def _is_signing(text: str, words: MailWords) -> bool:
    """Tell whether a line is a sign-off in words of its own: short, no sentence, with one of its words."""
    tokens = [token.strip(_TRIMMED).lower() for token in text.split()]
    if len(tokens) > _MOST_SIGNING_WORDS or text.rstrip()[-1:] in ".?:;":
        return False
    if any(mark in text.rstrip()[:-1] for mark in (". ", "! ", "? ")):
        return False
    return any(token in words.signing for token in tokens)


def is_thanks(text: str, words: MailWords) -> bool:
    """Tell whether a line does nothing but thank, which ends many mails: "Alvast bedankt,"."""
    return _is_closed_by(text, words.thanks)


def is_postscript(text: str, words: MailWords) -> bool:
    """Tell whether a line begins a postscript."""
    return begins_with(text, words.postscripts) is not None and len(text.split()) > 1


def begins_with(text: str, phrases: tuple[str, ...]) -> str | None:
    """Return the longest of `phrases` that begins `text` as whole words."""
    lower = text.strip(" \t*_").lower()
    if not lower.startswith(phrases):
        return None
    for phrase in phrases:
        if lower.startswith(phrase) and not lower[len(phrase) : len(phrase) + 1].isalnum():
            return phrase
    return None


def _is_closed_by(text: str, phrases: tuple[str, ...]) -> bool:
    if not text or len(text) > 120:
        return False
    stripped = text.lstrip(" \t*_-–—~")
    phrase = begins_with(stripped, phrases)
    if phrase is None:
        return False
    rest = stripped.strip(" *_")[len(phrase) :]
    tokens = rest.strip(_TRIMMED).split()
    if len(tokens) > _MOST_NAME_WORDS or "?" in rest:
        return False
    if not tokens or rest.lstrip()[:1] in (",", "!", "."):
        return all(mark not in rest.strip(_TRIMMED) for mark in ("?", ":", ";"))
    return not tokens[0][:1].islower() or tokens[0] in (
        "van",
        "uit",
        "aan",
        "en",
        "and",
        "from",
        "aus",
        "de",
        "desde",
    )
