"""A person's answer to an issue, as far as a digest reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.domain.quote import QuoteConsent

__all__ = ["AskedQuote", "DigestReply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuote:
    """Words of a reply set aside to be quoted: the name of the quotation, and what its reader said."""

    name: str
    excerpt: str
    consent: QuoteConsent


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReply:
    """One reply.

    `number` is the one in `newsletter replies list`. `text` is what the reader wrote, `quote_text` what of it
    may be quoted. `reader` is None where nobody on the list is known to have written it; `kind` is their
    value of `[replies] kind_field`. `name` is who it is from, for those who ask for names. `lang` is a tag
    (BCP 47).
    """

    number: int
    at: datetime
    text: str
    quote_text: str
    reader: int | None = None
    kind: str | None = None
    name: str = ""
    lang: str | None = None
    quotes: tuple[AskedQuote, ...] = ()
