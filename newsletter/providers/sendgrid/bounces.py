"""Why a mail bounced, by what SendGrid and the reader's server say together.

SendGrid's `bounce` covers a full mailbox as well as an address that never was, and its `blocked` says that
we are not wanted. Only words or codes that name the address make a bounce hard: whoever is suppressed by
mistake never hears from the author again.
Sources: RFC 3463 and the IANA registry of enhanced status codes; Twilio SendGrid "Event Webhook Reference".
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.domain.provider_event import BounceClass

__all__ = ["bounce_class"]

_CLASSIFIED: Final = {
    "invalid address": BounceClass.HARD,
    "mailbox unavailable": BounceClass.SOFT,
    "technical": BounceClass.SOFT,
    "content": BounceClass.BLOCKED,
    "frequency or volume too high": BounceClass.BLOCKED,
    "reputation": BounceClass.BLOCKED,
}
_HARD_CODES = frozenset(["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
_CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_SUCH_READER = re.compile(
    r"user unknown|unknown (?:user|recipient|address|mailbox)|doesn't exist|not exist|no mailbox here"
    r"|no such (?:user|recipient|mailbox|address|person)|(?:recipient|address|mailbox|user) not found"
    r"|invalid (?:recipient|mailbox|address|user)|account (?:has been |is )?(?:disabled|closed)",
    re.IGNORECASE,
)
_FULL = re.compile(r"quota|mailbox (?:is )?full|over ?size|too (?:large|big)|out of storage", re.IGNORECASE)
_UNWANTED = re.compile(
    r"spam|blocked|block ?list|black ?list|denied by policy|policy|reputation|dmarc|\bspf\b|\bdkim\b"
    r"|unsolicited|rate limit|too many",
    re.IGNORECASE,
)


def bounce_class(kind: str, status: str, reason: str, classified: str) -> BounceClass:
    """Return the class of a bounce.

    `kind` is SendGrid's `bounce` or `blocked`, `status` a code such as 5.1.1 or 550, `reason` the words of
    the reader's server, `classified` SendGrid's own `bounce_classification`, "" where there is none.
    """
    code = _code(status) or _code(reason)
    if kind == "blocked":
        is_later = code.startswith("4.") or _FULL.search(reason)
        return BounceClass.SOFT if is_later else BounceClass.BLOCKED
    if code in _HARD_CODES:
        return BounceClass.HARD
    if code.startswith("4."):
        return BounceClass.SOFT
    known = _CLASSIFIED.get(classified.lower())
    if known is not None:
        return known
    if code.startswith("5.7."):
        return BounceClass.BLOCKED
    if code.startswith("5.2.") or _FULL.search(reason):
        return BounceClass.SOFT
    if _NO_SUCH_READER.search(reason):
        return BounceClass.HARD
    return BounceClass.BLOCKED if _UNWANTED.search(reason) else BounceClass.SOFT


def _code(text: str) -> str:
    match = _CODE.search(text)
    return match[0] if match else ""
