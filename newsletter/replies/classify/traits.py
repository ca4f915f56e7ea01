"""What of a mail its wording is judged by: its words, pairs of them, and a few traits of its form.

What differs in every mail and says nothing of its kind is left out: numbers, months, days of the week,
addresses and names of who is written to become one word each, and the subject of the letter none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from newsletter.domain.read_mail import ReadMail
from newsletter.replies.bounce.speaker import notice_signs
from newsletter.replies.classify.seen import Seen
from newsletter.replies.subjects import is_answer
from newsletter.replies.words import LANGUAGES, mail_words

__all__ = ["ALWAYS", "traits", "traits_of_sentences"]

ALWAYS: Final = "=any"
"""The trait of every mail."""

_MOST_WORDS: Final = 160
_LONGEST: Final = 3000
_GREETING: Final = 5  # words
_EDGE: Final = 4  # words with which a mail begins and ends
_STEM: Final = 4  # letters that forms of a word have in common
_LONG: Final = 6  # letters of a word of which there are forms
_NUMBER: Final = "<number>"
_LENGTHS: Final = (0, 4, 12, 30, 60, 100)  # words: a mail is longer than so many of these
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")
_LINK = re.compile(r"(?:https?://|www\.)\S{1,500}")
_WORD = re.compile(
    r"<link>|[^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,3}|\d{1,40}|[@?!]|[:;]-?[)(]|[\U0001f300-\U0001faff\u2600-\u27bf]"
)
_SENDER = re.compile(r"[^\W\d_]{2,30}")
_NAME = re.compile(r"[^\W\d_]{3,40}")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s")
_MOST_SENTENCES: Final = 40
_QUOTED = re.compile(r"\n[ \t]{0,9}>|\n[ \t*]{0,9}(?:van|from|von|de)\*?[ \t]?:[ \t]", re.IGNORECASE)


def traits(seen: Seen) -> frozenset[str]:
    """Return the traits of a mail.

    `word` and `two words` stand in its own text, `a:word` at its beginning, `z:word` at its end, `p:word`
    is how a longer word begins, `s:word` stands in a subject of its own, `f:word` in the sender's name and
    address, `=trait` is of its form.
    """
    mail = seen.mail
    us = _us(mail)
    said = _words(seen.unsigned, us)
    found = {*_of_words(said), ALWAYS, f"=longer {sum(len(said) > least for least in _LENGTHS)}"}
    found.update(f"a:{word}" for word in said[:_EDGE])
    found.update(f"z:{word}" for word in said[-_EDGE:])
    found.update(_of_sender(mail))
    if "<us>" in said[:_GREETING]:
        found.add("=greets by all names" if "<us> <us>" in _pairs(said[:_GREETING]) else "=greets by name")
    if seen.repeats is None and not is_answer(seen.subject):
        subject = _words(seen.subject, us)
    else:
        subject = [] if seen.repeats is None else _words(seen.repeats, us)
        found.add("=our subject")
    found.update(f"s:{one}" for one in (*subject, *_pairs(subject)))
    if mail.in_reply_to or mail.references:
        found.add("=answer")
    found.update(f"={sign}" for sign in notice_signs(mail))
    if mail.return_path == "":
        found.add("=no path")
    if _QUOTED.search(mail.text[: 2 * _LONGEST]):
        found.add("=quotes")
    return frozenset(found)


def traits_of_sentences(seen: Seen) -> Iterator[frozenset[str]]:
    """Yield the traits of the words of each sentence of a mail above its signature."""
    us = _us(seen.mail)
    for sentence in _SENTENCE_END.split(seen.unsigned[:_LONGEST], _MOST_SENTENCES)[:_MOST_SENTENCES]:
        said = _words(sentence, us)
        if said:
            yield frozenset(_of_words(said))


def _us(mail: ReadMail) -> frozenset[str]:
    """Return the names of whom a mail is written to, in lower case."""
    return frozenset(name for one in mail.to for name in _NAME.findall(one.name[:200].lower()))


def _of_words(said: list[str]) -> Iterator[str]:
    """Yield words, pairs of them, and how longer ones begin."""
    yield from said
    yield from _pairs(said)
    yield from (f"p:{word[:_STEM]}" for word in said if len(word) >= _LONG and word[0] != "<")


def _of_sender(mail: ReadMail) -> Iterator[str]:
    """Yield the words of a sender's name and of the address before its sign, and what they have in common.

    People's addresses have a part of their name before the sign, those of institutions behind it.
    """
    if mail.from_ is None:
        return
    name, address = mail.from_.name[:200].lower(), mail.from_.address[:300].lower()
    local, _, domain = address.rpartition("@")
    yield from (f"f:{word}" for word in _SENDER.findall(f"{name} {local}"))
    words = _NAME.findall(name)
    if not words:
        yield "=no name"
    if any(word in local for word in words):
        yield "=named address"
    if any(word in domain for word in words if len(word) >= _STEM):
        yield "=named domain"


def _words(text: str, us: frozenset[str]) -> list[str]:
    """Return the words of a text in lower case; each number that follows another is one with it."""
    plain = _ADDRESS.sub(" @ ", _LINK.sub(" <link> ", text[:_LONGEST].lower()))
    words: list[str] = []
    for match in _WORD.finditer(plain):
        word = _NUMBER if match[0][0].isdigit() else _named(match[0], us)
        if word != _NUMBER or words[-1:] != [_NUMBER]:
            words.append(word)
        if len(words) == _MOST_WORDS:
            break
    return words


def _named(word: str, us: frozenset[str]) -> str:
    if word in us:
        return "<us>"
    return "<date>" if word in _dates() else word


@cache
def _dates() -> frozenset[str]:
    """Return months and days of the week, without those short forms that are words as well."""
    return frozenset(word for word in mail_words(LANGUAGES).dated if len(word.rstrip(".")) > 3) | {
        "mei",
        "may",
    }


def _pairs(words: list[str]) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(words)]
