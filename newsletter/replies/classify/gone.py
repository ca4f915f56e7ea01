"""Automatic answers that say that their mailbox or address is no more, as a bounce would.

That a person is gone is another thing: their mailbox may still be read. Nor is one that will be closed, or
that nobody reads, closed already.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.bounce_reasons import reason_class
from newsletter.domain.inbound import AUTOREPLY, BounceFacts
from newsletter.domain.provider_event import BounceClass
from newsletter.replies.bounce.letter import returned_letter_id
from newsletter.replies.bounce.undelivered import is_undelivered, sentences
from newsletter.replies.classify.seen import Seen

__all__ = ["gone_address"]

_AN_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}\w")
_NEAR: Final = (  # within a sentence, and of what is the case already
    r"(?:(?!\b(?:wordt|zal|gaat|komt|binnenkort|will|soon|wird|werden|sera|ser[áa])\b)[^.!?]){0,40}?"
)
_NAMED: Final = (  # one before this one is told of by who still gets mail
    r"(?:(?!(?:oude?|vorige?|old|former|previous|alte[ns]?|fr(?:ü|ue)here|ancienne?"
    r"|antigu[oa]) )[\w-]{1,14} ){0,2}?"
)
_GONE = re.compile(
    rf"\b(?:dit|deze|het|een|de|uw|mijn|ons|onze) {_NAMED}(?:e-?mail|mail)?-?(?:adres(?:sen)?|box(?:en)?"
    rf"|postbus"
    r"|postvak|account|inbox)\b"
    rf"{_NEAR}\b(?:niet (?:meer|langer) (?:in gebruik|actief|geldig|beschikbaar)|buiten gebruik"
    r"|bestaat (?:inmiddels )?niet (?:meer|langer)|(?:opgeheven|vervallen|verwijderd|afgesloten|gesloten"
    r"|gedeactiveerd|uitgeschakeld|opgezegd|beëindigd)\b)"
    r"|\b(?:dit|deze|het) (?:e-?mail|mail)?-?(?:adres|box|account)\b[^.!?]{0,20}"
    r"\bwordt (?:(?:per|sinds|vanaf) [^.!?]{1,20} )?niet (?:meer|langer) gebruikt\b"
    rf"|\b(?:this|the|an?|your|my|our) {_NAMED}(?:address(?:es)?|mail-?box(?:es)?|account|inbox)\b"
    rf"{_NEAR}\b(?:no longer (?:exists?|in use|active|used|valid|available|in service)|not in use any ?more"
    r"|does(?: not|n't) exist|(?:closed|deactivated|disabled|discontinued|deleted|removed|retired"
    r"|decommissioned)\b)"
    rf"|\b(?:diese[rs]?|die|das|der|ein\w{0, 2}|ihre?|meine?|unsere?) {_NAMED}(?:(?:e-?mail-?"
    rf"|mail-?)?adresse|postfach"
    rf"|konto)\b"
    rf"{_NEAR}\b(?:nicht mehr (?:in gebrauch|aktiv|g(?:ü|ue)ltig|verf(?:ü|ue)gbar|genutzt|verwendet"
    rf"|vergeben)"
    r"|existiert nicht|(?:gel(?:ö|oe)scht|geschlossen|deaktiviert|aufgel(?:ö|oe)st|stillgelegt)\b)"
    r"|\b(?:diese|die) (?:e-?mail-?|mail-?)?adresse\b[^.!?]{0,20}"
    r"\bwird (?:(?:ab sofort|seit [^.!?]{1,20}) )?nicht mehr (?:verwendet|genutzt|benutzt)\b"
    rf"|\b(?:cette|l'|la|votre|mon|ma|notre) ?{_NAMED}(?:adresse|bo[iî]te|messagerie)\b"
    rf"{_NEAR}(?:\bn'est plus (?:utilis|valide|active|en service|attribu)|\bn'existe (?:plus|pas)"
    r"|\ba [ée]t[ée] (?:supprim|ferm|d[ée]sactiv))"
    rf"|\b(?:esta|este|la|el|mi|nuestr[oa]) {_NAMED}(?:direcci[óo]n|buz[óo]n|cuenta|correo)\b"
    rf"{_NEAR}\b(?:ya no (?:existe|est[áa] (?:activ|en uso)|se (?:utiliza|usa))"
    r"|(?:eliminad|cerrad|desactivad|dad)[oa]\b|no es v[áa]lid[oa]\b)"
    # that mail no longer comes in
    r"|\b(?:e-?mails?|mails?|berichten|post)\b[^.!?,;]{0,40}\bword(?:t|en) (?:hier )?niet (?:meer|langer) "
    r"(?:be[sz]orgd|afgeleverd|ontvangen)\b"
    r"|\b(?:adres|box) ontvangt (?:geen|niet langer) (?:e-?mails?|mails?|post|berichten)\b"
    r"|\b(?:e-?mails?|messages?|mail)\b[^.!?,;]{0,40}\b(?:is|are) no longer (?:being )?(?:delivered"
    r"|received"
    r"|accepted)\b|\b(?:address|mail-?box) no longer receives\b"
    r"|\b(?:e-?mails?|mails?|nachrichten)\b[^.!?,;]{0,40}\bnicht mehr (?:zugestellt|empfangen|angenommen)\b"
    r"|\b(?:e-?mails?|courriels?|messages)\b[^.!?,;]{0,40}\bne sont plus (?:re[çc]us|distribu|remis"
    r"|d[ée]livr|achemin)"
    r"|\b(?:correos|mensajes)\b[^.!?,;]{0,40}\bya no se (?:entregan|reciben)\b",
    re.IGNORECASE,
)
_MOST_ADDRESSES: Final = 20
_ROUND: Final = 100  # characters around an address in which it is said that it is gone
_SOMEBODY_LEFT = re.compile(
    r"\b(?:werkzaam|in dienst|uit dienst|pensioen|gepensioneerd|verlaten|(?:geen|deze|onze|de"
    r"|voormalig\w{0,2}) (?:medewerker|collega)|retired"
    r"|employed"
    r"|ausgeschieden|ruhestand|retraite|jubilado)\b|\bwerkt? (?:\w{1,12} ){0,2}niet (?:meer|langer)\b"
    r"|\b(?:left|leaving) (?:the|our)\b|\bno longer (?:work|with|at)\w{0,3}\b|\bnicht mehr (?:bei|f(?:ü"
    r"|ue)r)\b"
    r"|\bne travaille plus\b|\ba quitt[ée]\b|\bya no trabaj",
    re.IGNORECASE,
)

_BACK_SOON = re.compile(  # who is away for a while has a mailbox
    r"\b(?:\w{0,14}vakantie|\w{0,14}verlof|afwezig|terug(?:komst)?|out of (?:the )?office|vacation"
    r"|holidays?|(?:on|from) leave"
    r"|return|absence|urlaub|abwesend|abwesenheit|elternzeit|zur(?:ü|ue)ck|cong[ée]s?|vacances|absente?"
    r"|retour|vacaciones"
    r"|ausente|regreso|ferie|assente|rientro|f[ée]rias|regresso)\b",
    re.IGNORECASE,
)


def gone_address(seen: Seen) -> BounceFacts | None:
    """Return what an automatic answer says of the address it comes from; None when it is still there.

    One that says no more than that the mail was not delivered bounces as well, for whatever reason it gives.
    """
    said = _AN_ADDRESS.sub("@", seen.words)
    found = _GONE.search(said)
    sender = _sender(seen)
    is_gone = found is not None and not _SOMEBODY_LEFT.search(said) and not _is_of_another(seen.words, sender)
    is_lost = is_undelivered(sentences(seen.words), strictly=True) and not _BACK_SOON.search(said)
    if not is_gone and not is_lost:
        return None
    return BounceFacts(
        recipient=sender,
        rule=AUTOREPLY,
        diagnostic=(found[0] if found else said)[:200],
        message_id=returned_letter_id(seen.mail),
        bounce=BounceClass.HARD if is_gone else reason_class("", seen.words[:2000]),
    )


def _is_of_another(words: str, sender: str | None) -> bool:
    """Tell whether what is said to be gone is named, and is not the sender's own address."""
    for match in islice(_AN_ADDRESS.finditer(words), _MOST_ADDRESSES):
        begin = max(0, match.start() - _ROUND)
        around = (
            f"{words[begin : match.start()]}@{_AN_ADDRESS.sub('', words[match.end() : match.end() + _ROUND])}"
        )
        gone = _GONE.search(around)
        if gone is not None and "@" in gone[0]:
            return match[0].lower() != (sender or "").lower()
    return False


def _sender(seen: Seen) -> str | None:
    if seen.mail.from_ is None:
        return None
    try:
        return normalise_address(seen.mail.from_.address)
    except AddressError:
        return None
