"""Why a mail bounced, by the words and the code of the reader's server.

The class of a code alone says little: a 550 is an address that never was as well as a server that does not
want us. Only words or codes that name the address make a bounce hard, for whoever is suppressed by mistake
never hears from the author again.
Sources: RFC 3463, RFC 7505 and the IANA registry of enhanced status codes.
"""

from __future__ import annotations

import re

from newsletter.domain.provider_event import BounceClass

__all__ = ["reason_class", "status_code"]

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_HARD_CODES = frozenset(["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
_NO_SUCH_READER = re.compile(
    r"user unknown|unknown (?:user|recipient|address|mailbox)|doesn't exist|not exist|no mailbox here"
    r"|no such (?:user|recipient|mailbox|address|person)|(?:recipient|address|mailbox|user) not found"
    r"|invalid (?:recipient|mailbox|user)|account (?:has been |is )?(?:disabled|closed)"
    # Exchange Online says this of an address that is not in the directory (5.4.1).
    r"|recipient address rejected: access denied",
    re.IGNORECASE,
)
_FULL = re.compile(r"quota|mailbox (?:is )?full|over ?size|too (?:large|big)|out of storage", re.IGNORECASE)
_UNWANTED = re.compile(
    r"\bspam|blocked|block ?list|black ?list|\bpolicy\b|reputation|\bdmarc\b|\bspf\b|\bdkim\b"
    r"|unsolicited|rate limit|too many",
    re.IGNORECASE,
)


def reason_class(status: str, reason: str) -> BounceClass | None:
    """Return the class that `status` (RFC 3463, "" where there is none) and `reason` prove, None for nothing.

    Words that we are unwanted win from a code that names the address, unless the words name it too.
    """
    code = status_code(status) or status_code(reason) or ""
    is_unwanted = bool(_UNWANTED.search(reason))
    is_nobody = bool(_NO_SUCH_READER.search(reason))
    if _FULL.search(reason) or code.startswith("4."):
        return BounceClass.SOFT
    if is_unwanted and not (is_nobody and code in _HARD_CODES):
        return BounceClass.BLOCKED
    if code in _HARD_CODES or is_nobody:
        return BounceClass.HARD
    if code.startswith("5.7."):
        return BounceClass.BLOCKED
    return BounceClass.SOFT if code.startswith(("5.2.", "5.3.", "5.4.")) else None


def status_code(text: str) -> str | None:
    """Return the first enhanced status code in `text`, such as 5.1.1; None when there is none."""
    match = _CODE.search(text)
    return match[0] if match else None
