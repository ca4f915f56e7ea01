"""Words by which a paragraph that is about mail, secrets or paper shows who wrote it: a person, or none."""

from __future__ import annotations

import re

from newsletter.replies.words import MailWords

__all__ = ["is_made_of_notices", "is_personal", "is_spoken"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|\b[\w-]{2,40}\.(?!www)[a-z]{2,12}\b(?:/\S*)?")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONG = 25  # words
_SENTENCE_ENDS = (".", "!", "?", ":", "\n")


def is_personal(text: str, words: MailWords) -> bool:
    """Tell whether somebody speaks of themselves in `text` (small letters), as no server and lawyer does."""
    return _says(text, words.notices["person"])


def is_spoken(text: str, words: MailWords) -> bool:
    """Tell whether anything in `text` (small letters) is a person's; "we" is, which lawyers say as well."""
    return any(_says(text, words.notices[name]) for name in ("person", "us"))


def is_made_of_notices(text: str, words: MailWords, *, in_every: int, are_names_known: bool = True) -> bool:
    """Tell whether `text` is made of the words that notices use: one strange word `in_every` so many may be.

    The words are those of one language; only a long text may be in two. Links count for nothing, and neither
    do names, unless `are_names_known` is false: they are strange then.
    """
    text = _LINK.sub(" ", text.replace("’", "'"))
    is_loud = text.isupper()
    tokens = [
        (one[0].lower(), are_names_known and not is_loud and _is_name(text, one, words))
        for one in _WORD.finditer(text)
    ]
    most = len(tokens) // in_every
    languages = words.notice_words
    strange = [sum(not is_name and token not in known for token, is_name in tokens) for known in languages]
    if len(tokens) >= _LONG:
        strange.append(
            sum(not is_name and all(token not in known for known in languages) for token, is_name in tokens)
        )
    return min(strange) <= most and min(strange) < len(tokens)


def _is_name(text: str, word: re.Match[str], words: MailWords) -> bool:
    """Tell whether a word may be a name, or is the kind of body that sends notices."""
    return word[0].lower() in words.notice_bodies or (
        word[0][:1].isupper() and _is_within(text, word.start())
    )


def _is_within(text: str, at: int) -> bool:
    """Tell whether a word stands within a sentence, where only names are written with a capital."""
    above = text[max(0, at - 4) : at].rstrip(" *_\"'([")
    return bool(above) and above[-1:] not in _SENTENCE_ENDS


def _says(text: str, phrases: tuple[str, ...]) -> bool:
    """Tell whether one of `phrases` stands in `text` as whole words."""
    said = f" {' '.join(_TOKEN.findall(text.replace('’', chr(39))))} "
    return any(f" {phrase} " in said for phrase in phrases)
