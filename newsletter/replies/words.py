"""The words of mail in all languages we know, read once from `lang/*.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

__all__ = ["LANGUAGES", "HeaderKind", "MailWords", "NoticeWords", "mail_words"]

_STEM = 6  # letters by which a longer word is known in its other forms
LANGUAGES = ("nl", "en", "de", "fr", "es", "other")


class HeaderKind(StrEnum):
    """The lines of a header that mail programs put above what they quote."""

    FROM = "from"
    SENT = "sent"
    TO = "to"
    CC = "cc"
    SUBJECT = "subject"


class NoticeWords:
    """The words that notices of a language are made of, and other forms of the longer ones."""

    def __init__(self, words: frozenset[str]) -> None:
        """Begin with `words` in lower case."""
        self._words = words
        self._stems = frozenset(word[:_STEM] for word in words if len(word) >= _STEM)

    def __contains__(self, word: str) -> bool:
        """Tell whether a word in lower case is one of them."""
        return len(word) == 1 or word in self._words or word[:_STEM] in self._stems


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWords:
    """All in lower case. Longer phrases of a tuple stand first: the first that fits is the longest.

    `openings` come before the date of an attribution ("On …"), `verbs` say that somebody wrote, `between` are
    other words of its date; `citing` begins one that has only a name, `saying` are words for it in anybody's
    sentence, `addressed` those of a line that is about the letter. `headers` maps the name of a header line
    to its kind. `sent_from` begins a line that a device adds, and may end in `mine`; `devices` are words that
    make it one, `excusing` begins an excuse behind it for `slips`; without `sent_from` such a line is made of
    `sending` or `fetching` words and `linking` ones. `notices` are words of what servers and lawyers add, by
    what they are about; such texts are made of the `notice_words` of a language, and sent by `notice_bodies`.
    """

    openings: tuple[str, ...]
    verbs: tuple[str, ...]
    saying: frozenset[str]
    addressed: frozenset[str]
    citing: tuple[str, ...]
    dated: frozenset[str]
    date_words: frozenset[str]
    headers: Mapping[str, HeaderKind]
    separators: frozenset[str]
    forwarded: frozenset[str]
    sent_from: tuple[str, ...]
    mine: tuple[str, ...]
    excusing: tuple[str, ...]
    slips: tuple[str, ...]
    devices: frozenset[str]
    sending: frozenset[str]
    fetching: frozenset[str]
    linking: frozenset[str]
    notices: Mapping[str, tuple[str, ...]]
    notice_words: tuple[NoticeWords, ...]
    notice_bodies: frozenset[str]
    disclaimer_starts: tuple[str, ...]
    disclaimer_firm: tuple[str, ...]
    greetings: tuple[str, ...]
    signoffs: tuple[str, ...]
    signing: frozenset[str]
    thanks: tuple[str, ...]
    postscripts: tuple[str, ...]


def mail_words(langs: Sequence[str] = ()) -> MailWords:
    """Return the words of `langs`, or of all languages when there are none or they are unknown.

    What mail programs write is always that of all languages: a reader chooses the language of their program.
    """
    known = tuple(lang for lang in dict.fromkeys(one[:2].lower() for one in langs) if lang in LANGUAGES)
    return _merged(known or LANGUAGES)


@cache
def _table(lang: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    content = files("newsletter.replies.lang").joinpath(f"{lang}.toml").read_text("utf-8")
    return tomllib.loads(content)


@cache
def _notice_words() -> Mapping[str, frozenset[str]]:
    content = files("newsletter.replies.lang").joinpath("notice_words.toml").read_text("utf-8")
    return {name: frozenset(re.split(r"[\s']+", listed)) for name, listed in tomllib.loads(content).items()}


@cache
def _merged(spoken: tuple[str, ...]) -> MailWords:
    def of_all(section: str, name: str, langs: Iterable[str] = LANGUAGES) -> tuple[str, ...]:
        found = {phrase for lang in langs for phrase in _table(lang)[section][name]}
        return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))

    dates = (*of_all("attribution", "weekdays"), *of_all("attribution", "months"))
    openings = of_all("attribution", "openings")
    return MailWords(
        openings=openings,
        verbs=of_all("attribution", "verbs"),
        saying=frozenset(of_all("attribution", "saying")),
        addressed=frozenset(of_all("attribution", "addressed")),
        citing=of_all("attribution", "citing"),
        dated=frozenset(dates),
        date_words=frozenset((*dates, *of_all("attribution", "between"), *openings)),
        headers={name: kind for kind in reversed(HeaderKind) for name in of_all("headers", kind)},
        separators=frozenset((*of_all("separators", "original"), *of_all("separators", "forwarded"))),
        forwarded=frozenset(of_all("separators", "forwarded")),
        sent_from=of_all("footers", "sent_from"),
        excusing=of_all("footers", "excusing"),
        slips=of_all("footers", "slips"),
        mine=tuple(f" {word}" for word in of_all("footers", "mine")),
        devices=frozenset(of_all("footers", "devices")),
        sending=frozenset(of_all("footers", "sending")),
        fetching=frozenset(of_all("footers", "fetching")),
        linking=frozenset(of_all("footers", "linking")),
        notices={name: of_all("notices", name) for name in _table("en")["notices"]},
        notice_words=tuple(NoticeWords(_notice_words()[lang]) for lang in LANGUAGES),
        notice_bodies=_notice_words()["bodies"],
        disclaimer_starts=of_all("disclaimers", "starts"),
        disclaimer_firm=of_all("disclaimers", "firm"),
        greetings=of_all("letter", "greetings", spoken),
        signoffs=of_all("letter", "signoffs", spoken),
        signing=frozenset(of_all("letter", "signing", spoken)),
        thanks=of_all("letter", "thanks", spoken),
        postscripts=of_all("letter", "postscripts", spoken),
    )
