"""Make the digest of an issue from its replies and from the letters around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.domain.quote import QuoteConsent
from newsletter.replies.digest.digest import (
    AnsweredIn,
    Digest,
    DigestQuestion,
    DigestQuote,
    KeptWaiting,
    Writer,
)
from newsletter.replies.digest.kinds import count_kinds
from newsletter.replies.digest.language import DigestLanguage, told_language
from newsletter.replies.digest.questions import find_questions, plain_words
from newsletter.replies.digest.quotable import quotable_lines
from newsletter.replies.digest.reply import DigestReply
from newsletter.replies.digest.sentences import split_sentences
from newsletter.replies.digest.terms import Term, terms_of
from newsletter.replies.digest.themes import Theme, find_themes

__all__ = ["Letter", "Surroundings", "gather"]

_LINES_OF_ONE = 2
_PLEASANT = 110  # characters; a quotation of two lines on a phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter of the newsletter: its text in Markdown without comments, and its language (BCP 47)."""

    slug: str
    body: str
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a digest is made of beside the replies.

    `letters` are all letters there are, the issue among them. `unsaid` are words that say nothing here, such
    as the author's name, in small letters.
    """

    issue: str
    subject: str
    lang: str
    mailed: int = 0
    letters: Sequence[Letter] = ()
    promises: Sequence[KeptWaiting] = ()
    answered: Sequence[AnsweredIn] = ()
    unsaid: frozenset[str] = field(default_factory=frozenset)


def gather(replies: Iterable[DigestReply], around: Surroundings, *, with_names: bool = False) -> Digest:
    """Return the digest of `replies`, those of people to the issue of `around`, oldest first."""
    known = tuple(replies)
    languages = {one.number: told_language(one.text, one.lang or around.lang) for one in known}
    kinds = {one.reader: one.kind for one in known if one.reader is not None}
    return Digest(
        issue=around.issue,
        subject=around.subject,
        lang=around.lang,
        numbers=tuple(one.number for one in known),
        readers=len(kinds),
        strangers=sum(one.reader is None for one in known),
        mailed=around.mailed,
        first=min((one.at for one in known), default=None),
        last=max((one.at for one in known), default=None),
        kinds=count_kinds(kinds.values(), is_open=with_names) if any(kinds.values()) else (),
        writers=tuple(_writers(known)) if with_names else (),
        questions=tuple(_questions(known, languages, around)),
        themes=_themes(known, languages, around),
        quotes=tuple(_quotes(known, languages)),
        promises=tuple(around.promises),
        answered=tuple(one for one in around.answered if one.reply in languages),
    )


def _writers(replies: Sequence[DigestReply]) -> Iterator[Writer]:
    for one in replies:
        yield Writer(reply=one.number, name=one.name, kind=one.kind)


def _questions(
    replies: Sequence[DigestReply], languages: Mapping[int, DigestLanguage], around: Surroundings
) -> Iterator[DigestQuestion]:
    ours = {
        plain_words(sentence.text)
        for letter in around.letters
        if letter.slug == around.issue
        for paragraph in _paragraphs(letter)
        for sentence in split_sentences(paragraph, told_language(letter.body, letter.lang))
    }
    for one in replies:
        for question in find_questions(one.text, languages[one.number], ours):
            yield DigestQuestion(reply=one.number, text=question.text, rule=question.rule)


def _themes(
    replies: Sequence[DigestReply], languages: Mapping[int, DigestLanguage], around: Surroundings
) -> tuple[Theme, ...]:
    said: dict[int, Mapping[Term, Counter[str]]] = {
        one.number: terms_of(one.text, languages[one.number], around.unsaid) for one in replies
    }
    letters = [
        terms_of(paragraph, told_language(letter.body, letter.lang), around.unsaid)
        for letter in around.letters
        for paragraph in _paragraphs(letter)
    ]
    readers = {one.number: one.reader for one in replies if one.reader is not None}
    return find_themes(said, letters, readers=readers)


def _paragraphs(letter: Letter) -> Iterator[str]:
    for paragraph in letter.body.split("\n\n"):
        words = " ".join(paragraph.replace("*", "").replace("#", "").split())
        if words:
            yield words


def _quotes(replies: Sequence[DigestReply], languages: Mapping[int, DigestLanguage]) -> Iterator[DigestQuote]:
    """Yield what was set aside already, and the best lines of replies nothing was set aside of."""
    for one in replies:
        if one.quotes:
            yield from (
                DigestQuote(reply=one.number, text=quote.excerpt, consent=quote.consent, name=quote.name)
                for quote in one.quotes
            )
            continue
        lines = list(dict.fromkeys(quotable_lines(one.quote_text, languages[one.number])))
        best = sorted(lines, key=lambda line: abs(len(line) - _PLEASANT))[:_LINES_OF_ONE]
        for line in sorted(best, key=lines.index):
            yield DigestQuote(reply=one.number, text=line, consent=QuoteConsent.NONE)
