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
    r"|\bu heeft [^!?]{0,30}gewonnen\b|\bstuur uw bankgegevens\b|\bbank (?:details|account details)\b"
    r"|\binheritance\b",
    re.IGNORECASE,
)
_ENOUGH_FAMILIES: Final = 3
_FAMILIES: Final = tuple(  # what advertisements and frauds are made of; three kinds of it make one
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[€$£]\s?\d|\b\d[\d.,]{0,12} ?(?:euros?|eur|usd|dollars?)\b|\b(?:million|miljoen|millionen"
        r"|millions) "
        r"|\b\d{1,3} ?% ?(?:korting|discount|off\b|rabatt|de r[ée]duction|descuento|with you)",
        r"\b(?:guaranteed|risk[- ]?free|no risk|profits?|winst|verdien|verdubbel|double your|make money"
        r"|bonus"
        r"|free spins|gratis spins|casino|jackpot|lottery|loterij|bitcoin|crypto\w{0,8}|trading"
        r"|invest\w{0,10}"
        r"|gewonnen|gewinn\w{0,3}|ganancias|gagn[ée]\w{0,2}|omzet|umsatz|revenue|fund|ranking)\b",
        r"\b(?:limited time|act now|order now|buy now|register now|sign up now|verify now|bestel (?:nu"
        r"|vandaag)"
        r"|registreer nu|speel direct|direct te downloaden|nog \d{1,3} plekken|jetzt (?:bestellen"
        r"|registrieren"
        r"|kaufen)|commandez|compre ahora|best price|special offer|free samples|geen storting|kosteloos"
        r"|price ?list|kindly reply|(?:may|shall|can) (?:i|we) send)\b",
        r"\b(?:viagra|cialis|pills?|pillen|replica|e-?mail lists?|mailing lists? of"
        r"|verified (?:e-?mail )?list"
        r"|database|leads?|manufacturers?|moq|factory|seo|backlinks?|guest posts?|do-?follow|web design"
        r"|decision"
        r" makers|loans?|lening|kredit|contacts|e-?mailadressen|adressbest(?:ä|ae)nde)\b",
        r"\b(?:password|wachtwoord|passwort|mot de passe|contraseña)\b[^.!?]{0,30}\b(?:expire|verloopt"
        r"|l(?:ä|ae)uft"
        r"|keep|behouden)|\b(?:account|konto|rekening|bankpas|compte|cuenta"
        r"|mailbox)\b[^.!?]{0,30}\b(?:suspended"
        r"|blocked|deactivat|geblokkeerd|gesperrt|verloopt|almost full|bloqu|suspend)|\bdeactivation of\b",
        r"\b(?:dear (?:friend|sir|madam|purchasing|customer|winner|beloved|website owner|business"
        r"|[^\s@]{1,64}@)"
        r"|dearest|geachte klant|beste (?:ondernemer|winnaar)|hi there|hello dear|(?:hello|hi"
        r"|dear)? ?sir ?/ ?madam"
        r"|purchasing manager|sehr geehrter kunde|cher client"
        r"|estimado cliente)",
        r"\bhttps?://|\bvia onderstaande link\b|\bclick (?:here|below|the link)\b|\bklik hier\b",
        r"\b(?:widow|weduwe|attorney|barrister|late (?:president|client|husband)|next of kin|beneficiary"
        r"|donate this|daughter of|inheritance|erfenis|charity|confidential|bank in \w{3,20})\b",
    )
)


def spam_evidence(seen: Seen) -> Iterator[Evidence]:
    """Yield what speaks for spam."""
    is_answer = bool(seen.mail.in_reply_to or seen.mail.references)
    for name, wanted in _FILTERS:
        value = seen.mail.header(name)
        if value is not None and wanted.match(value[:1000]):
            yield _says(0.3 if is_answer else 0.75, f"filter:{name}", value)
    if is_answer:
        return
    wares = {match[0].lower() for match in _WARES.finditer(f"{seen.subject} {seen.words}")}
    offer = _OFFERS.search(seen.words)
    if offer is not None and len(wares) >= 2:
        yield _says(0.75, "words:offer", f"{offer[0]} … {', '.join(sorted(wares))}")
    made_of = [match for wanted in _FAMILIES if (match := wanted.search(f"{seen.subject} {seen.words}"))]
    if len(made_of) >= _ENOUGH_FAMILIES and seen.repeats is None:
        weight = 0.75 if len(made_of) == _ENOUGH_FAMILIES else 0.8
        yield _says(weight, "words:offer-parts", ", ".join(match[0] for match in made_of))
    frauds = {match[0].lower() for match in _FRAUD.finditer(seen.words)}
    if len(frauds) >= 2:
        yield _says(0.75, "words:fraud", ", ".join(sorted(frauds)))


def _says(weight: float, rule: str, excerpt: str) -> Evidence:
    return Evidence(kind=InboundKind.SPAM, weight=weight, rule=rule, excerpt=excerpt.strip()[:200])
