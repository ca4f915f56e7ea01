"""The words of a letter that nobody knows: no dictionary, not the project, and no name in it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from newsletter.checks.context import CheckContext
from newsletter.checks.language import language_of, told_language
from newsletter.checks.prose import BLANK, Passage, passages
from newsletter.checks.spelling.american import british
from newsletter.checks.spelling.dictionary import Dictionary, open_dictionary
from newsletter.checks.spelling.word_list import read_word_list

__all__ = ["UnknownWord", "unknown_words"]

_RUN = re.compile(r"\S+")
_ADDRESS = re.compile(r"@|://|\w\.\w[\w.-]*/")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,1000}>")
_REFERENCE = re.compile(r"\[\^[^\]\s]{1,100}\]|(?<=\])\[[^\]\n]{1,100}\]")
_PART_IN_BRACKETS = re.compile(r"[^\W\d_][(\[][^\s()\[\]]+[)\]]|[(\[][^\s()\[\]]+[)\]][^\W\d_]")
"""A word with a part in brackets, as in "collega('s)", or a page of a manual, as in "cron(8)"."""
_CODE = re.compile(r"^\W?\.[^\W\d_]|[^\W\d_]:[^\W\d_]")
"""The end of a file's name, as in ".json", and two words with nothing but a colon between."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")
_SHAPE = re.compile(r"[^\W\d_]+(?:[-'’‑][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?:^|[.!?…:][\"'”’)*_\]]*\s+|\n\s*\n)[\"'“‘„(*_\[\s]*\Z")
_LONGEST = 64
_SHORTEST_PART = 4
_OFTEN = 3
"""How often a word stands in one letter that is hardly a slip."""
_BINDING = ("", "s", "en", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownWord:
    """A word, where it stands first, and whether it may be right: a name, borrowed, a pair, used often."""

    word: str
    passage: Passage
    offset: int
    may_be_right: bool


def unknown_words(context: CheckContext, dictionary: Dictionary) -> Iterator[UnknownWord]:
    """Yield each unknown word of the letter once, in reading order (Need.DOCUMENT).

    Left out are quotations, paragraphs in another language, addresses and whatever has digits; words all
    in capitals or with a capital inside a sentence, which are names; and the names of sender and project.
    """
    knows = _Known(context, dictionary)
    seen = Counter(word for text, _ in _texts(context) for word, _ in _words(text))
    told: set[str] = set()
    for text, passage in _texts(context):
        for word, offset in _words(text):
            if word in told:
                continue
            told.add(word)
            if not knows.accepts(word) and not _is_name(word, text, offset):
                may_be_right = seen[word] >= _OFTEN or knows.may_accept(word)
                yield UnknownWord(word=word, passage=passage, offset=offset, may_be_right=may_be_right)


def _texts(context: CheckContext) -> Iterator[tuple[str, Passage]]:
    """Yield the author's own words in the letter's language, the code of HTML and references blanked out."""
    code = context.issue.lang.partition("-")[0].lower()
    for passage in passages(context):
        told = told_language(passage.text)
        if not passage.is_quoted and (told is None or told == code):
            yield _REFERENCE.sub(_blank, _TAG.sub(_blank, passage.text)), passage


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match[0])


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Yield every word of prose, those of one hyphenated word together, with its offset."""
    for run in _RUN.finditer(text):
        if _ADDRESS.search(run[0]) or _CODE.search(run[0]) or _PART_IN_BRACKETS.search(run[0]):
            continue
        for part in re.finditer(r"[^/|=+,;:()\"“”„«»…*~!?]+", run[0]):
            if part[0].startswith("-") or part[0].rstrip("]}_").endswith("-"):
                continue  # half of a compound, as in "voor- en nadelen"
            inner = part[0].strip("'‘’.-–—[]{}_").replace("\u00ad", "")
            if 1 < len(inner) <= _LONGEST and _SHAPE.fullmatch(inner):
                yield inner, run.start() + part.start() + part[0].find(inner[:1])


def _is_name(word: str, text: str, offset: int) -> bool:
    """Say whether a capital tells that `word` is a name: inside a sentence, or anywhere but at its start."""
    if word.isupper() or any(char.isupper() for char in word[1:]):
        return True
    return word[0].isupper() and not _SENTENCE_END.search(text[max(0, offset - 40) : offset])


def _unstressed(word: str) -> str:
    """Return `word` without acute accents, which put stress on any word in Dutch: *dít*, *níet*."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).replace("\u0301", ""))


def _parts(word: str) -> list[str]:
    return re.split("[-‑]", word)


class _Known:
    """What is right without being told: words of dictionary and project, and names of this letter."""

    def __init__(self, context: CheckContext, dictionary: Dictionary) -> None:
        self._spell = lru_cache(maxsize=50_000)(dictionary.spell)
        self._own = read_word_list(context.config.root)
        issue, config = context.issue, context.config
        self._config, self._lang = config, issue.lang.lower()
        self._has_stress = self._lang.startswith("nl")
        language = language_of(self._lang)
        self._young = language.young_words if language else frozenset[str]()
        self._prefixes = language.prefixes if language else frozenset[str]()
        boxes = (issue.sender, issue.reply_to, config.sender.from_, config.sender.reply_to)
        said = [config.newsletter.name, config.newsletter.postal_address]
        said += [f"{box.name} {box.email}" for box in boxes if box is not None]
        self._names = frozenset(word.lower() for text in said for word in _WORD.findall(text))

    def accepts(self, word: str) -> bool:
        """Say whether `word` is right as it stands, or each part between hyphens is."""
        if self._is_right(word):
            return True
        *before, last = _parts(word)
        return bool(before) and self._is_right(last) and all(map(self._may_go_before, before))

    def _may_go_before(self, part: str) -> bool:
        """Say whether `part` may stand before a hyphen: *neo-*, *beveiligings-*."""
        return (
            part.lower() in self._prefixes or self._is_right(part) or self._is_right(part.removesuffix("s"))
        )

    def may_accept(self, word: str) -> bool:
        """Say whether `word` may be right: a name that starts a sentence, two words, English, half known."""
        parts = _parts(word)
        if word[0].isupper() or any(map(self._is_pair, parts)) or all(map(self._is_english, parts)):
            return True
        return len(parts) > 1 and any(len(one) >= _SHORTEST_PART and self._is_right(one) for one in parts)

    def _is_english(self, word: str) -> bool:
        plain = word.replace("’", "'")
        english = self._english
        return english is not None and (english.spell(plain) or any(map(english.spell, british(plain))))

    @cached_property
    def _english(self) -> Dictionary | None:
        """Return the dictionary of English, which letters in other languages borrow from; None in English."""
        return None if self._lang.startswith("en") else open_dictionary(self._config, "en")

    def _is_right(self, word: str) -> bool:
        plain = word.replace("’", "'")
        stem = plain.removesuffix("'s")
        return (
            not plain
            or self._spell(plain)
            or self._own.knows(plain)
            or plain.lower() in self._names
            or stem.lower() in self._names
            or plain.lower() in self._young
            or (bool(stem) and self._spell(stem))
            or self._spell(f"{plain}.")  # an abbreviation
            or (self._has_stress and self._spell(_unstressed(plain)))
            or (self._lang == "en" and any(map(self._spell, british(stem.lower()))))
        )

    def _is_pair(self, word: str) -> bool:
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            head, tail = word[:cut], word[cut:]
            if self._spell(tail) and any(
                head.endswith(glue) and self._spell(head.removesuffix(glue))
                for glue in _BINDING
                if len(head) - len(glue) >= _SHORTEST_PART
            ):
                return True
        return False
