"""What speaks for a person, where no field of a machine speaks against."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from newsletter.domain.inbound import Evidence, InboundKind
from newsletter.replies.automatic import says_no_machine
from newsletter.replies.classify.seen import Seen

__all__ = ["human_evidence"]

_ASKS: Final = re.compile(  # and not whether there are questions: so programs ask
    r"(?!\bheb (?:je|u) (?:\w{1,12} ){0,2}vra(?:ag|gen)\b|\bdo you have (?:\w{1,12} )?questions?\b)"
    r"(?:\b(?:wat vind|kun|kan|weet|ken|heb|wil|zou|mag|lees|vind|denk|raad|begrijp) (?:jij|je"
    r"|u)\b[^.?!]{0,200}\?"
    r"|\b(?:wat|hoe|wie|waar|waarom|wanneer|welke) [^.?!]{0,200}\b(?:jij|je|jullie|wij|we)\b[^.?!]{0,200}\?"
    r"|\b(?:what|how|do|did|could|can|would|have) (?:do )?(?:you|we|ours?)\b[^.?!]{0,200}\?)",
    re.IGNORECASE,
)
_PRAISES: Final = re.compile(
    r"\b(?:je|jouw|uw|your) (?:vorige |laatste )?(?:nieuws)?brief\b|\byour (?:news)?letter\b|\bgrapje\b",
    re.IGNORECASE,
)


def human_evidence(seen: Seen, *, is_machine: bool) -> Iterator[Evidence]:
    """Yield what only people do; `is_machine` says that a field of the mail says otherwise."""
    if says_no_machine(seen.mail):
        yield _for_person(0.95, "header:auto-submitted-no", seen.mail.header("auto-submitted") or "")
    if is_machine:
        return
    asks = _ASKS.search(seen.words)
    if asks is not None:
        yield _for_person(0.75, "words:asks", asks[0])
    praises = _PRAISES.search(seen.words) or _PRAISES.search(seen.subject)
    if praises is not None:
        yield _for_person(0.6, "words:about-the-letter", praises[0])


def _for_person(weight: float, rule: str, excerpt: str) -> Evidence:
    return Evidence(kind=InboundKind.HUMAN, weight=weight, rule=rule, excerpt=excerpt.strip()[:200])
