"""What servers and lawyers add, told by what it is about and by the words that it is made of.

A word or two say nothing: a person may use them. A notice is a disclaimer, a banner or a note only if nearly
every word in it is one of notices, nobody speaks of themselves, and it is about several things at once.
"""

from __future__ import annotations

import re

from newsletter.replies.strip.spoken import is_made_of_notices, is_personal, is_spoken
from newsletter.replies.words import MailWords

__all__ = [
    "EDGE",
    "JE",
    "TREE",
    "begins",
    "has",
    "is_banner",
    "is_disclaimer",
    "is_mail",
    "is_note",
    "is_tag",
]

EDGE = " *_\"'[({<|·•!-–—\U0001f333\U0001f331\U0001f343\u267b\ufe0f\u26a0"

_SURE, _LIKELY = 3, 2  # of the five things a disclaimer is about
_LEGAL = ("confidential", "intended", "mistake", "destroy", "liable")
# A word that no notice has may be among so many: fewer, the surer we are of what else is known of a text.
_SUREST, _SURER, _SURELY, _LIKELIER, _UNSURE = 6, 8, 10, 12, 15
_NONE = 10_000
_SHORTEST, _LONG, _LONGER = 7, 15, 25  # words of a disclaimer
_MOST_BANNER_WORDS = 70
_FEW_BANNER_WORDS = 12
_LONG_BANNER = 20
_MOST_NOTE_WORDS = 40
_FEW_WORDS = 4
TREE = re.compile(r"[Pp] (?=[A-ZÀ-Þ])")  # a tree in the font Webdings
_LINK = re.compile(r"https?://|www\.|\bvan toepassing\b|\bappl(?:y|ies)\b|\bgilt\b|\b[\w-]+\.\w+/\w")
JE = re.compile(r"\bje\b")  # "you" in Dutch, whom banners speak to, and "I" in French
_SOME_LINK = re.compile(r"\b(?:links?|liens?|enlaces?)\b")
_NAME = re.compile(r"\w .{0,200}?\b[A-Z]\w+")


def is_disclaimer(text: str, words: MailWords, *, is_last: bool, is_begun: bool, is_signed: bool) -> bool:
    """Tell whether a text speaks of a message, and of secrecy, its addressee, mistakes, liability and such.

    `is_begun` says that it begins as such texts do, `is_signed` that it stands below the writer's name. One
    that is about three of these things may hold more words of its own than one that is about two, and who
    speaks of one alone may say nothing else.
    """
    lower = text.lower()
    count = len(lower.split())
    if is_personal(lower, words) or count < _SHORTEST:
        return False
    about = {name for name in _LEGAL if has(lower, words, name)}
    is_of_mail = has(lower, words, "about")
    if is_of_mail and len(about) >= _SURE:
        return is_made_of_notices(
            text, words, in_every=_SUREST if count >= _LONGER else _SURER if is_signed else _SURELY
        )
    if not (is_begun or is_last) or has(lower, words, "topic"):
        return False
    if not is_signed and not (is_mail(lower, words) or has(lower, words, "message")):
        return False
    if not is_made_of_notices(text, words, in_every=_SURELY if is_signed and count >= _LONGER else _UNSURE):
        return False
    if is_signed and is_last and has(lower, words, "privacy"):
        return True
    firm = sum(1 for phrase in words.disclaimer_firm if phrase in lower)
    if len(about) >= _LIKELY or firm >= _LIKELY:
        return True
    is_whole = (
        is_of_mail
        and (is_begun or is_signed)
        and is_made_of_notices(text, words, in_every=_NONE, are_names_known=False)
    )
    is_of_notices = bool(about) or (is_begun and is_of_mail)
    return is_of_notices and is_last and "!" not in text and ((bool(about) and is_whole) or count >= _LONG)


def is_banner(text: str, words: MailWords) -> bool:
    """Tell whether a paragraph warns that a mail comes from elsewhere."""
    lower = text.lower()
    count = len(lower.split())
    is_guarding = has(lower, words, "guard") or has(lower, words, "desk")
    said = JE.sub(" ", lower) if is_guarding else lower
    if count > _MOST_BANNER_WORDS or is_spoken(said, words):
        return False
    if (count > _FEW_BANNER_WORDS or _SOME_LINK.search(lower)) and not is_guarding:
        return False  # a link that is named and not warned of
    if not has(lower, words, "outside"):
        return False
    if not (is_mail(lower, words) or has(lower, words, "sender") or has(lower, words, "message")):
        return False
    if "?" in lower and not (is_guarding and _is_answered(lower, words)):
        return False
    begun = lower.lstrip(EDGE)
    is_begun = begins(begun, words, "caution") or begins(begun, words, "about")
    if not is_begun and not is_guarding:
        return False
    in_every = _UNSURE if not (is_guarding and is_begun) else _SURER if count >= _LONG_BANNER else _LIKELIER
    return is_made_of_notices(text, words, in_every=in_every, are_names_known=is_guarding)


def _is_answered(text: str, words: MailWords) -> bool:
    """Tell whether a question in `text`, in small letters, is followed by what to do then."""
    answer = text.rpartition("?")[2]
    return has(text, words, "desk") or has(answer, words, "guard")


def is_tag(text: str, words: MailWords) -> bool:
    """Tell whether a line is no more than a mark in brackets that the mail is from elsewhere: "[EXTERN]"."""
    bare = text.strip(" *_")
    is_short = len(bare.split()) <= _FEW_WORDS
    is_bracketed = bare.startswith(("[", "<", "{")) and bare.endswith(("]", ">", "}"))
    is_outside = is_short and is_bracketed and has(bare.lower(), words, "outside")
    return is_outside and is_made_of_notices(bare, words, in_every=_UNSURE)


def is_note(text: str, words: MailWords, *, is_begun: bool, is_signed: bool) -> bool:
    """Tell whether a paragraph is about viruses that were looked for, or asks to spare paper.

    `is_begun` says that it begins as such texts do, `is_signed` that it stands below the writer's name.
    """
    lower = text.lower()
    if len(lower.split()) > _MOST_NOTE_WORDS or is_spoken(lower, words):
        return False
    text = TREE.sub("", text.lstrip(), count=1)
    if _is_green(text, words, is_begun=is_begun, is_signed=is_signed):
        return True
    if "?" in lower or not is_made_of_notices(text, words, in_every=_SURELY if is_signed else _UNSURE):
        return False
    if ("disclaimer" in lower and _LINK.search(lower)) or has(lower, words, "whole"):
        return True
    is_somebodys = bool(_NAME.search(text)) or bool(_LINK.search(lower))
    is_of_virus = "virus" in lower or "viren" in lower
    is_about = begins(lower.lstrip(EDGE), words, "about")
    if is_about and has(lower, words, "examined") and (is_somebodys or is_of_virus):
        return True
    is_of_mail = is_mail(lower, words)
    return has(lower, words, "checked") and (is_of_mail or is_somebodys) and (is_signed or "!" not in lower)


def _is_green(text: str, words: MailWords, *, is_begun: bool, is_signed: bool) -> bool:
    """Tell whether a text asks to spare paper; who only tells of paper asks for nothing."""
    lower = text.lower()
    if not has(lower, words, "printing") or not has(lower, words, "asking"):
        return False
    is_of_nature = has(lower, words, "nature")
    is_of_mail = is_mail(lower, words)
    if is_signed:
        is_sure = is_of_mail or is_of_nature
    else:
        is_sure = is_of_mail and "?" not in lower and (is_of_nature or is_begun)
    in_every = _SURELY if is_signed else _UNSURE
    return is_sure and is_made_of_notices(text, words, in_every=in_every, are_names_known=False)


def is_mail(text: str, words: MailWords) -> bool:
    """Tell whether `text`, in small letters, speaks of mail."""
    return any(has(text, words, name) for name in ("about", "attached")) or any(
        one in text for one in ("e-mail", "email", "mail", "correo")
    )


def begins(text: str, words: MailWords, name: str) -> bool:
    """Tell whether `text`, in small letters, begins with one of the phrases called `name`."""
    return text.startswith(words.notices[name])


def has(text: str, words: MailWords, name: str) -> bool:
    """Tell whether one of the phrases called `name` stands in `text`, in small letters."""
    return any(phrase in text for phrase in words.notices[name])
