"""Spam: what the author's own filter says of a mail, and the offers that filters let through.

A mail that answers one of ours is never spam by its words, and by a filter's word alone neither: filters err,
and a reply that is lost is worse than an advertisement that is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from newsletter.domain.inbound import Evidence, InboundKind
from newsletter.replies.classify.seen import Seen

__all__ = ["spam_evidence"]

_FILTERS: Final = (
    ("x-spam-flag", re.compile(r"\s*yes\b", re.IGNORECASE)),
    ("x-spam-status", re.compile(r"\s*yes\b", re.IGNORECASE)),
    ("x-spam", re.compile(r"\s*yes\b", re.IGNORECASE)),
    ("x-ms-exchange-organization-scl", re.compile(r"\s*[5-9]\b")),
    (
        "x-forefront-antispam-report",
        re.compile(r"(?:^|.*;)\s*(?:CAT:(?:SPM|HSPM|PHSH|HPHSH|MALW))", re.IGNORECASE),
    ),
)
_OFFERS: Final = re.compile(
    r"\bwe (?:offer|provide|do|are offering|specialize|would love)\b|\bour (?:services|portfolio|prices"
    r"|packages|company)\b"
    r"|\bi am (?:a|an) (?:\w{1,15} )?(?:developer|seo|designer|marketing|expert|consultant)"
    r"|\b(?:may|can|could|shall) (?:i|we) send you\b|\bwhat is your price\b",
    re.IGNORECASE,
)
_WARES: Final = re.compile(
    r"\bseo\b|\bguest posts?\b|\bbacklinks?\b|\bdo-?follow\b|\bsponsored (?:post|article)\b"
    r"|\bfirst page (?:of|on) google\b"
    r"|\baffordable prices?\b|\bprice list\b|\bwebsite redesign\b|\bmobile apps?\b|\bhigh da\b"
    r"|\blink building\b",
    re.IGNORECASE,
)
_FRAUD: Final = re.compile(
    r"\bnext of kin\b|\bbeneficiary\b|\bmillion (?:usd|us dollars|dollars|euros?)\b|\blate client\b"
    r"|\bfunds? transfer\b"
    r"|\bu heeft [^.]{0,30}gewonnen\b|\bstuur uw bankgegevens\b|\bbank (?:details|account details)\b"
    r"|\binheritance\b",
    re.IGNORECASE,
)


def spam_evidence(seen: Seen) -> Iterator[Evidence]:
    """Yield what speaks for spam."""
    is_answer = bool(seen.mail.in_reply_to or seen.mail.references)
    for name, wanted in _FILTERS:
        value = seen.mail.header(name)
        if value is not None and wanted.match(value[:1000]):
            yield _says(0.3 if is_answer else 0.7, f"filter:{name}", value)
    if is_answer:
        return
    wares = {match[0].lower() for match in _WARES.finditer(f"{seen.subject} {seen.words}")}
    offer = _OFFERS.search(seen.words)
    if offer is not None and len(wares) >= 2:
        yield _says(0.7, "words:offer", f"{offer[0]} … {', '.join(sorted(wares))}")
    frauds = {match[0].lower() for match in _FRAUD.finditer(seen.words)}
    if len(frauds) >= 2:
        yield _says(0.7, "words:fraud", ", ".join(sorted(frauds)))


def _says(weight: float, rule: str, excerpt: str) -> Evidence:
    return Evidence(kind=InboundKind.SPAM, weight=weight, rule=rule, excerpt=excerpt.strip()[:200])
