"""What came back on one issue, as values: the brief from which the next letter starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.domain.quote import QuoteConsent
from newsletter.replies.digest.kinds import KindCount
from newsletter.replies.digest.themes import Theme

__all__ = ["AnsweredIn", "Digest", "DigestQuestion", "DigestQuote", "KeptWaiting", "Writer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestQuestion:
    """A question, the reply it stands in, and the rule that told so."""

    reply: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestQuote:
    """A line to quote; `name` is that of the quotation where somebody set one aside, else None."""

    reply: int
    text: str
    consent: QuoteConsent
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWaiting:
    """A promise of an earlier letter that no letter keeps yet: its words, and where they stand."""

    words: str
    path: str
    line: int
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredIn:
    """That a reply led to a letter: the letter's slug and file, and whether it quotes the reply."""

    reply: int
    slug: str
    path: str
    is_quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who wrote a reply, for those who ask for names."""

    reply: int
    name: str
    kind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Everything gathered from the replies to one issue; `lang` is the newsletter's language.

    `numbers` are those of the replies, oldest first. `readers` counts people on the list, `strangers` replies
    of nobody on it, `mailed` to how many the letter went. `writers` is empty unless names were asked for.
    """

    issue: str
    subject: str
    lang: str
    numbers: tuple[int, ...]
    readers: int
    strangers: int
    mailed: int
    first: datetime | None
    last: datetime | None
    kinds: tuple[KindCount, ...]
    writers: tuple[Writer, ...]
    questions: tuple[DigestQuestion, ...]
    themes: tuple[Theme, ...]
    quotes: tuple[DigestQuote, ...]
    promises: tuple[KeptWaiting, ...]
    answered: tuple[AnsweredIn, ...]
