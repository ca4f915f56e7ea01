"""A reader's words: who said them, and what they allow us to do with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["QUOTE_ID", "Quote", "QuoteConsent"]

QUOTE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""The name of a reply, as behind `::: reader` and in `[quotes.…]`."""


class QuoteConsent(StrEnum):
    """What a reader said when asked whether their words may stand in a letter."""

    NAMED = "named"
    """Yes, with my name."""
    ANONYMOUS = "anonymous"
    """Yes, without my name."""
    ASKED = "asked"
    """Asked, no answer yet."""
    REFUSED = "refused"
    """No."""
    NONE = "none"
    """Nobody asked."""

    @property
    def is_granted(self) -> bool:
        """Say whether the words may be used."""
        return self in (QuoteConsent.NAMED, QuoteConsent.ANONYMOUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One entry of the register: the reply, the name to show, the consent and the day it was given.

    `line` is where it stands in the register's file (from 1).
    """

    id: str
    consent: QuoteConsent
    name: str = ""
    granted: date | None = None
    line: int | None = None
