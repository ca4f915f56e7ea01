"""Notices of a mail filter that turned a letter away, and says so under its own name and no field.

People tell of letters that were stopped as well, so that all has to agree: a sender that is a filter or
answers to nobody, a subject and a sentence that say so, and no greeting.
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.domain.read_mail import ReadMail

__all__ = ["is_filter", "is_turned_away"]

_MESSAGE: Final = (
    r"(?:e-?mail|mail|bericht|message|nachricht|courriel|mensaje|correo|nieuwsbrief|newsletter)(?:je|tje)?"
)
_AWAY: Final = (
    r"(?:tegengehouden|geweigerd|geblokkeerd|afgekeurd|afgewezen|onderschept|niet doorgelaten"
    r"|blocked|rejected|refused|stopped|denied|quarantined"
    r"|abgelehnt|abgewiesen|blockiert|zur(?:ü|ue)ckgewiesen|abgefangen"
    r"|refus[ée]e?|rejet[ée]e?|bloqu[ée]e?|rechazad[oa]|bloquead[oa])"
)
_FILTER = re.compile(
    r"\b(?:quarantaine|quarantine|quarant(?:ä|ae)ne|cuarentena|(?:e-?mail|mail|spam|content"
    r"|virus)[-_. ]?(?:filter"
    r"|scanner|gateway|guard|firewall|security|beveiliging|schutz|sicherheit)|anti[-_ ]?(?:spam|virus)|filtre"
    r"|s[ée]curit[ée] (?:de la )?messagerie|filtro)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    rf"(?!\s*(?:re|fw|fwd|antw|doorst|aw|wg|tr|rv)\s*:)[^?]{{0,80}}\b(?:{_MESSAGE}\b[^?]{{0,60}}\b{_AWAY}"
    rf"|{_AWAY}e?\b[^?]{{0,60}}\b{_MESSAGE})\b[^?]{{0,120}}$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"\b(?:uw|je|het|de|een|your|the|this|an?|ihre|die|eine|votre|le|su"
    rf"|el) {_MESSAGE}\b[^!?]{{0,200}}\b{_AWAY}\b",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"\W{0,5}(?:hoi|ha|hey|hé|hallo|dag|lieve|beste|hi|hello|liebe|bonjour|hola)\b(?! (?:afzender"
    r"|absender|sender))",
    re.IGNORECASE,
)
_ASKS = re.compile(r"captcha|\brobot", re.IGNORECASE)  # that is a challenge


def is_filter(mail: ReadMail) -> bool:
    """Tell whether the sender is called a filter, by its name or before the sign of its address."""
    if mail.from_ is None:
        return False
    local = mail.from_.address.rpartition("@")[0]
    return any(_FILTER.search(text[:200]) for text in (mail.from_.name, local))


def is_turned_away(mail: ReadMail) -> bool:
    """Tell whether `mail` is the notice of a filter that it let a letter not pass."""
    if not (is_filter(mail) or mail.return_path == "") or not _SUBJECT.match(mail.subject[:300]):
        return False
    said = " ".join(mail.text[:3000].split())
    return _SAYS.search(said) is not None and not _GREETS.match(said) and not _ASKS.search(said)
