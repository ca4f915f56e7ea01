"""Words by which a paragraph that is about mail, secrets or paper shows that somebody wrote it themselves."""

from __future__ import annotations

import re

from newsletter.replies.words import MailWords

__all__ = ["is_personal", "is_spoken", "is_told"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def is_personal(text: str, words: MailWords) -> bool:
    """Tell whether somebody speaks of themselves in `text` (small letters), as no server and lawyer does."""
    return _says(text, words.notices["person"])


def is_told(text: str, words: MailWords) -> bool:
    """Tell whether `text`, in small letters, speaks as people do to each other, and no lawyer does."""
    return _says(text, words.notices["speech"])


def is_spoken(text: str, words: MailWords) -> bool:
    """Tell whether anything in `text` (small letters) is a person's; "we" is, which lawyers say as well."""
    return any(_says(text, words.notices[name]) for name in ("person", "speech", "us"))


def _says(text: str, phrases: tuple[str, ...]) -> bool:
    """Tell whether one of `phrases` stands in `text` as whole words."""
    said = f" {' '.join(_TOKEN.findall(text.replace('’', chr(39))))} "
    return any(f" {phrase} " in said for phrase in phrases)
