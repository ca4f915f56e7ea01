"""Automatic answers that say that their mailbox or address is no more, as a bounce would.

That a person is gone is another thing: their mailbox may still be read. Nor is one that will be closed, or
that nobody reads, closed already.
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.inbound import AUTOREPLY, BounceFacts
from newsletter.domain.provider_event import BounceClass
from newsletter.replies.bounce.letter import returned_letter_id
from newsletter.replies.classify.seen import Seen

__all__ = ["gone_address"]

_AN_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}\w")
_NEAR: Final = (  # within a sentence, and of what is the case already
    r"(?:(?!\b(?:wordt|zal|gaat|komt|binnenkort|will|soon|wird|werden|sera|ser[áa])\b)[^.!?]){0,40}?"
)
_GONE = re.compile(
    r"\b(?:dit|deze|het|de|uw) (?:[\w-]{1,14} ){0,2}?(?:e-?mail|mail)?-?(?:adres|box|postbus|postvak"
    r"|account|inbox)\b"
    rf"{_NEAR}\b(?:niet (?:meer|langer) (?:in gebruik|actief|geldig|beschikbaar)|buiten gebruik"
    r"|bestaat (?:inmiddels )?niet (?:meer|langer)|(?:opgeheven|vervallen|verwijderd|afgesloten|gesloten"
    r"|gedeactiveerd|uitgeschakeld|opgezegd|beëindigd)\b)"
    r"|\b(?:dit|deze|het) (?:e-?mail|mail)?-?(?:adres|box|account)\b[^.!?]{0,20}"
    r"\bwordt niet (?:meer|langer) gebruikt\b"
    r"|\b(?:this|the|your) (?:[\w-]{1,14} ){0,2}?(?:address|mail-?box|account|inbox)\b"
    rf"{_NEAR}\b(?:no longer (?:exists?|in use|active|used|valid|available|in service)|not in use any ?more"
    r"|does(?: not|n't) exist|(?:closed|deactivated|disabled|discontinued|deleted|removed|retired"
    r"|decommissioned)\b)"
    r"|\b(?:diese[rs]?|die|das|ihre?) (?:[\w-]{1,14} ){0,2}?(?:(?:e-?mail-?|mail-?)?adresse|postfach|konto)\b"
    rf"{_NEAR}\b(?:nicht mehr (?:in gebrauch|aktiv|g(?:ü|ue)ltig|verf(?:ü|ue)gbar|genutzt|verwendet|vergeben)"
    r"|existiert nicht|(?:gel(?:ö|oe)scht|geschlossen|deaktiviert|aufgel(?:ö|oe)st|stillgelegt)\b)"
    r"|\b(?:cette|l'|la|votre) ?(?:[\w-]{1,14} ){0,2}?(?:adresse|bo[iî]te|messagerie)\b"
    rf"{_NEAR}(?:\bn'est plus (?:utilis|valide|active|en service|attribu)|\bn'existe (?:plus|pas)"
    r"|\ba [ée]t[ée] (?:supprim|ferm|d[ée]sactiv))"
    r"|\b(?:esta|este|la|el) (?:[\w-]{1,14} ){0,2}?(?:direcci[óo]n|buz[óo]n|cuenta|correo)\b"
    rf"{_NEAR}\b(?:ya no (?:existe|est[áa] (?:activ|en uso)|se (?:utiliza|usa))"
    r"|(?:eliminad|cerrad|desactivad|dad)[oa]\b)",
    re.IGNORECASE,
)
_SOMEBODY_LEFT = re.compile(
    r"\b(?:werkzaam|in dienst|uit dienst|pensioen|gepensioneerd|verlaten|medewerker|collega|retired|employed"
    r"|ausgeschieden|ruhestand|retraite|jubilado)\b|\bwerkt? (?:\w{1,12} ){0,2}niet (?:meer|langer)\b"
    r"|\b(?:left|leaving) (?:the|our)\b|\bno longer (?:work|with|at)\w{0,3}\b|\bnicht mehr (?:bei|f(?:ü"
    r"|ue)r)\b"
    r"|\bne travaille plus\b|\ba quitt[ée]\b|\bya no trabaj",
    re.IGNORECASE,
)


def gone_address(seen: Seen) -> BounceFacts | None:
    """Return what an automatic answer says of the address it comes from; None when it is still there."""
    said = _AN_ADDRESS.sub("@", seen.words)
    found = _GONE.search(said)
    if found is None or _SOMEBODY_LEFT.search(said):
        return None
    return BounceFacts(
        recipient=_sender(seen),
        rule=AUTOREPLY,
        diagnostic=found[0][:200],
        message_id=returned_letter_id(seen.mail),
        bounce=BounceClass.HARD,
    )


def _sender(seen: Seen) -> str | None:
    if seen.mail.from_ is None:
        return None
    try:
        return normalise_address(seen.mail.from_.address)
    except AddressError:
        return None
