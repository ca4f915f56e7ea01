"""`::: reader REPLY-ID`: a reader's words get their name, or are refused for want of consent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from markdown_it.token import Token

from newsletter.config.quotes import QuoteRegister, load_quotes
from newsletter.content.document import Document
from newsletter.content.quotations import attribution_tokens, word_tokens
from newsletter.domain.nearest import nearest
from newsletter.domain.quote import Quote, QuoteConsent
from newsletter.errors import ConfigError, Problem
from newsletter.render.phrases import phrases_for
from newsletter.source import Place

__all__ = ["Voices", "hear_readers", "reader_problems"]


@dataclass(frozen=True, slots=True)
class Voices:
    """A document with its readers named, and the digest of what the register says of them (None: nobody)."""

    document: Document
    digest: str | None = None


def hear_readers(document: Document, root: Path) -> Voices:
    """Return `document` with an attribution below the words of each reader, from `quotes.toml` in `root`.

    Words without consent, and whatever is wrong with the register, are problems of the document.
    """
    if not any(_is_reader(token) for token in document.tokens):
        return Voices(document)
    try:
        register = load_quotes(root)
    except ConfigError as error:
        return Voices(replace(document, problems=(*document.problems, *error.problems)))
    hearing = _Hearing(document, register)
    tokens = tuple(hearing.tokens())
    named = replace(document, tokens=tokens, problems=(*document.problems, *hearing.problems))
    return Voices(named, _digest(hearing.used.values()))


def reader_problems(document: Document, root: Path) -> tuple[Problem, ...]:
    """Return what keeps the words of readers out of `document`, as `quotes.toml` in `root` has it."""
    return hear_readers(document, root).document.problems[len(document.problems) :]


class _Hearing:
    """One pass over the tokens of a document: attributions added, missing consent noted."""

    def __init__(self, document: Document, register: QuoteRegister) -> None:
        self.problems: list[Problem] = []
        self.used: dict[str, Quote] = {}
        self._document = document
        self._register = register

    def tokens(self) -> Iterator[Token]:
        lang = self._document.issue.lang
        opened: list[tuple[Token, Quote | None]] = []
        before: Token | None = None
        for token in self._document.tokens:
            if token.type == "directive_open":
                opened.append((token, self._quote(token) if _is_reader(token) else None))
            elif token.type == "directive_close" and opened:
                opening, quote = opened.pop()
                if _is_reader(opening) and before is opening:
                    yield from self._own_words(opening, quote)
                if quote is not None:
                    yield from attribution_tokens(_shown_name(quote, lang), lang)
            yield token
            before = token

    def _own_words(self, token: Token, quote: Quote | None) -> Iterator[Token]:
        """Yield the words of the reply for a block that has none; without words it is empty."""
        issue = self._document.issue
        if quote is not None and quote.words:
            yield from word_tokens(quote.words, issue.lang)
        elif quote is not None:
            place = issue.body_place(token.map[0] if token.map else 0)
            self.problems.append(_wordless(quote, self._register, place))

    def _quote(self, token: Token) -> Quote | None:
        """Return the entry of a reader who may be quoted, None when the words cannot be used."""
        wanted = str(token.meta["argument"])
        issue = self._document.issue
        place = issue.body_place(token.map[0] if token.map else 0)
        quote = self._register.quotes.get(wanted)
        if quote is None:
            self.problems.append(_unknown(wanted, self._register, place))
            return None
        if not quote.consent.is_granted:
            self.problems.append(_no_consent(quote, self._register, place))
            return None
        self.used[quote.id] = quote
        return quote


def _shown_name(quote: Quote, lang: str) -> str:
    return quote.name if quote.consent is QuoteConsent.NAMED else phrases_for(lang)["reader"]


def _is_reader(token: Token) -> bool:
    return token.type == "directive_open" and token.info == "reader"


def _digest(quotes: Iterable[Quote]) -> str:
    """Return the SHA-256 (hex) of the entries used; the rest of the register may change meanwhile."""
    lines = sorted(
        f"{quote.id}\0{quote.consent}\0{quote.name}\0{quote.granted}{_words(quote)}" for quote in quotes
    )
    return sha256("\n".join(lines).encode()).hexdigest()


def _words(quote: Quote) -> str:
    return f"\0{quote.words}" if quote.words else ""


def _wordless(quote: Quote, register: QuoteRegister, place: Place) -> Problem:
    return Problem(
        what="::: reader is empty",
        place=place,
        why=f"{register.shown_path} has no words for the reply {quote.id}",
        fix="write them between it and its :::",
    )


def _unknown(wanted: str, register: QuoteRegister, place: Place) -> Problem:
    near = nearest(wanted, register.quotes)
    entry = f'[quotes.{wanted}] with name = "…", consent = "named" and granted = 2026-11-20'
    ask = f"ask by mail: newsletter replies quote {wanted}; or, " if wanted.isdecimal() else ""
    return Problem(
        what=f'{register.shown_path} does not know the reply "{wanted[:60]}"',
        place=place,
        why="a reader's words stand in a letter only with consent",
        fix=f"did you mean ::: reader {near}?" if near else f"{ask}when the reader agrees, add {entry}",
    )


_WANTING = {
    QuoteConsent.ASKED: ("was asked and has not answered", "wait for the answer, or take the block out"),
    QuoteConsent.REFUSED: ("does not want to be quoted", "take the block out"),
    QuoteConsent.NONE: ("was not asked", "ask the reader, or take the block out"),
}


def _no_consent(quote: Quote, register: QuoteRegister, place: Place) -> Problem:
    what, fix = _WANTING[quote.consent]
    at = Place(path=register.shown_path, line=quote.line)
    return Problem(
        what=f"the reader of reply {quote.id} {what}",
        place=place,
        why=f'{at} says consent = "{quote.consent}"',
        fix=f'{fix}; after a yes, write consent = "named" or "anonymous" there, and granted with the day',
    )
