"""The words of receipts and challenges, in the languages of our readers: subjects and sentences.

Gaps are bounded and no repetition stands in another, so that time grows with the length of a mail alone.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "BY_MACHINE",
    "CLICK",
    "HELD",
    "PROMISED",
    "PROVE",
    "RECEIPT",
    "RECEIVED",
    "RECEIVED_BEFORE",
    "RECEIVED_SUBJECT",
    "SUBMITTED",
    "THANKS_SUBJECT",
    "VERIFY_SUBJECT",
    "any_of",
]


def any_of(*patterns: str) -> re.Pattern[str]:
    """Return a pattern that any of `patterns` fits, whatever the case of letters."""
    return re.compile("|".join(patterns), re.IGNORECASE)


RECEIVED_SUBJECT: Final = re.compile(
    r"\W{0,5}(?:aanmelding van melding|(?:wij|we) hebben (?:uw|je) [\w-]{1,20} ontvangen"
    r"|bevestiging (?:van )?(?:de )?ontvangst|confirmation of receipt|we(?: have|'ve)? received your"
    r"|confirmation de r[ée]ception"
    r"|(?:automatische )?ontvangstbevestiging(?=\s*$|\s?:|\s+(?:melding|aanvraag|e-?mail|bericht|verzoek"
    r"|klacht|formulier|zaak|van|voor|uw|nr|#|\d|[\w-]{3,20}\s*$))"
    r"|\[?(?:request|message|e-?mail|mail) received"
    r"|(?:uw|je|your) (?:e-?mail|bericht|melding|vraag|verzoek|aanvraag|request|ticket|message)\b.{0,30}"
    r"(?:geregistreerd|ontvangen|received|registered|created)"
    r"|\[?(?:ticket|case|zaak|melding|incident|sr|req)[ #:-]{0,3}[\w-]{0,20}\]?.{0,30}(?:aangemaakt"
    r"|ontvangen|created|received|opened)"
    r"|(?:ihre|deine) (?:nachricht|e-?mail|anfrage) (?:ist|wurde) (?:eingegangen|empfangen|registriert)"
    r"|votre (?:message|demande) a bien [ée]t[ée] re[çc]ue?|(?:nous )?avons bien re[çc]u"
    r"|(?:hemos recibido|recibimos) su"
    r"|abbiamo ricevuto"
    r"|(?:automatische )?(?:empfangs|eingangs)best(?:ä|ae)tigung|accus[ée] de r[ée]ception"
    r"|acuse de recibo)",
    re.IGNORECASE,
)
"""A subject that says that a mail was received."""

THANKS_SUBJECT: Final = re.compile(
    r"\W{0,5}(?:bedankt voor (?:uw|je)|dank voor uw|(?:vielen )?danke? f(?:ü|ue)r (?:ihre|deine)"
    r"|merci (?:pour|de) votre|gracias por su|thank(?:s| you) for (?:contacting|your (?:e-?mail"
    r"|message|enquiry))"
    r"|\[(?:ticket|case|zaak|#)[^\]]{0,40}\]|\[\w{0,10}#\d{3,20}\])",
    re.IGNORECASE,
)
"""A subject that machines like, and people as well."""

RECEIVED_BEFORE: Final = re.compile(
    r"\W{0,5}(?:ontvangen|ontvangst\w{0,12}|bevestiging|received|confirmation|re[çc]u|recibido"
    r"|eingegangen)"
    r"\s{0,3}[:-]",
    re.IGNORECASE,
)
"""What stands before our own subject in receipts."""

RECEIPT: Final = any_of(
    r"\bdit is (?:een )?(?:\w{1,14} )?ontvangstbevestiging\b|\b(?:automatische"
    r"|deze) ontvangstbevestiging\b",
    r"\backnowledge?ment of receipt\b|\bthis (?:is to )?acknowledge\w{0,3}\b",
    r"\b(?:eingangs|empfangs)best(?:ä|ae)tigung\b|\baccus[ée] de r[ée]ception\b|\bacuse de recibo\b",
)
"""That the mail calls itself a receipt."""

SUBMITTED: Final = any_of(
    r"\b(?:bedankt|dank(?:jewel| je wel| u wel)?) voor (?:uw|je|jouw"
    r"|jullie) (?:\w{1,14} ){0,1}(?:inzending|bijdrage"
    r"|kopij|aanmelding|inschrijving|bestelling|aanvraag|sollicitatie|melding|klacht|tip)\b",
    r"\bthank(?:s| you) for your (?:\w{1,14} )?(?:submission|contribution|application|order|entry"
    r"|registration"
    r"|enquiry|inquiry|report)\b",
    r"\b(?:vielen )?danke? f(?:ü|ue)r (?:ihre|deine|ihren|deinen) (?:einsendung|zuschrift|anfrage|bewerbung"
    r"|bestellung|anmeldung|beitrag|meldung)\b",
    r"\bmerci (?:de|pour) (?:votre|ton) (?:envoi|contribution|candidature|commande|inscription|demande"
    r"|participation)\b",
    r"\bgracias por (?:su|tu) (?:env[íi]o|contribuci[óo]n|solicitud|pedido|inscripci[óo]n"
    r"|participaci[óo]n)\b",
)
"""Thanks for what was handed in; people say so too."""

RECEIVED: Final = any_of(
    r"\b(?:wij|we|ik) hebben? (?:uw|je) [^.]{0,40}(?:ontvangen|geregistreerd)",
    r"\b(?:hebben|heb) (?:wij|we|ik) (?:uw|je) [^.]{0,40}(?:ontvangen|geregistreerd)",
    r"\b(?:uw|je) (?:(?:e-?)?mail|bericht|melding|vraag|verzoek|aanvraag|zaak)\b[^.]{0,40}(?:ontvangen"
    r"|geregistreerd|in behandeling|binnengekomen)",
    r"\ber is een (?:melding|ticket|zaak|verzoek)\b[^.]{0,30}\b(?:aangemaakt|geregistreerd)\b",
    r"\bbevestig(?:en)? de (?:goede )?ontvangst\b",
    r"\bwe(?: have|'ve)? received your\b|\b(?:ticket|case) has been (?:opened|created|registered)\b",
    r"\byour (?:request|message|e-?mail|ticket|enquiry|case)\b[^.]{0,30}(?:received|created|logged"
    r"|registered)",
    r"\bhaben ihre [^.]{0,40}erhalten\b|\bavons (?:bien )?re[çc]u votre\b|\b(?:hemos recibido"
    r"|recibimos) su\b"
    r"|\b(?:nachricht|e-?mail|anfrage) (?:ist|wurde) (?:bei uns )?(?:eingegangen|registriert|empfangen)\b"
    r"|\bvotre (?:message|demande|courriel|e-?mail) (?:a|est) bien [ée]?t?[ée]? ?(?:re[çc]u|enregistr"
    r"|arriv)"
    r"|\b(?:mensaje|correo|solicitud) ha sido (?:recibid|registrad)|\babbiamo ricevuto (?:il suo"
    r"|la sua)\b|\brecebemos (?:a sua|o seu)\b",
)
"""That a mail was received; people say so too."""

BY_MACHINE: Final = any_of(
    r"(?<!geen )(?<!niet )\bautomatische? (?:gegenereerd|verzonden|verstuurd|bericht"
    r"|ontvangstbevestiging|e-?mail"
    r"|antwoord|bevestiging)",
    r"\bkunt (?:u )?(?:hier |hierop )?niet (?:op )?(?:antwoorden|reageren)",
    r"(?<!not an )(?<!no )\bautomat(?:ed|ic) (?:message|response|reply|e-?mail|acknowledg)"
    r"|\bdo not reply to this\b",
    r"\bautomatisch (?:generiert|erstellt)|\bautomatische (?:nachricht|antwort"
    r"|empfangs|eingangs)",
    r"\bmessage automatique\b|\bmensaje autom[áa]tico\b",
)
"""That no person wrote it."""

PROMISED: Final = any_of(
    r"\bbinnen [^.]{1,25}(?:werkdag(?:en)?|weken|dagen|uur)\b|\bzo (?:spoedig|snel) mogelijk\b",
    r"\b(?:zaak|ticket|meldings|referentie)nummer\b|\bonder nummer\b",
    r"\bwithin [^.]{1,25}(?:working |business )?(?:days|hours)\b|\baim to respond\b",
    r"\b(?:ticket|case|reference) (?:number|#)|\bcreated ticket\b",
    r"\bso schnell wie m(?:ö|oe)glich\b|\bmeilleurs d[ée]lais\b|\ba la mayor brevedad\b",
)
"""What receipts promise, and people seldom."""

VERIFY_SUBJECT: Final = re.compile(
    r"(?:action|verification|confirmation|approval) (?:required|needed|request)|(?:please )?(?:confirm"
    r"|verify) your (?:e-?mail|message|identity|address)|\[?\b(?:sender )?verification\b\]?\s*$"
    r"|\b(?:e-?mail|message|bericht|nachricht|courriel|mensaje|correo|messaggio)\b.{0,20}\b(?:en attente"
    r"|in attesa|wartet"
    r"|en espera|pendiente|held|on hold)\b|v[ée]rification de l'exp[ée]diteur|absenderpr(?:ü|ue)fung"
    r"|confirme su (?:correo"
    r"|mensaje|identidad)|bevestig (?:uw|je) (?:adres|identiteit)|\bafzenderverificatie\b"
    r"|bevestig (?:uw|je) (?:e-?mail|bericht)|wacht op (?:bevestiging|goedkeuring)|best(?:ä"
    r"|ae)tigen sie ihre|best(?:ä|ae)tigung (?:erforderlich|notwendig)|confirmation requise"
    r"|confirmaci[óo]n requerida",
    re.IGNORECASE,
)
"""The subject of a filter that wants to know whether the sender is a person."""

HELD: Final = any_of(
    r"\byour (?:e-?mail|message)\b[^.]{0,50}\b(?:held|waiting|pending|queue|not (?:yet )?been delivered"
    r"|quarantine|can be delivered)",
    r"\b(?:release|deliver) your (?:e-?mail|message)\b|\bso (?:that )?(?:i|we) can receive your\b",
    r"\bwaitlisted\b|\b(?:account|address|mailbox) is protected by\b|\bsuspect folder\b"
    r"|\byour address added to\b",
    r"\b(?:uw|je) (?:e-?mail|bericht)\b[^.]{0,50}\b(?:wachtrij|vastgehouden|nog niet (?:bezorgd"
    r"|afgeleverd)|alsnog|wacht)",
    r"\bvotre (?:e-?mail|courriel|message)\b(?:[^.]|\.(?=\w)){0,80}\b(?:en attente(?! de r[ée]ponse)"
    r"|retenu|mis en quarantaine"
    r"|pas encore [ée]t[ée])",
    r"\bsu (?:correo|mensaje)\b(?:[^.]|\.(?=\w)){0,80}\b(?:en espera|retenido|pendiente|en cuarentena)",
    r"\bihre (?:e-?mail|nachricht)\b[^.]{0,50}\b(?:zur(?:ü|ue)ckgehalten|warteschlange|wartet auf"
    r"|noch nicht zugestellt)",
)
"""That a mail waits until its sender does something."""

PROVE: Final = any_of(
    r"\breal person\b|\bhuman being\b|\bnot a (?:spammer|robot)\b|\bprevent spam\b|\bjunk (?:e-?)?mail\b"
    r"|\bunsolicited\b",
    r"\b(?:guest|allowed(?: senders?)?|safe senders?|white|approved(?: senders?)?) ?list\b"
    r"|\badd yourself to\b",
    r"\baddress has not been verified\b|\bverify (?:that )?you\b|\bconfirm (?:that )?you\b",
    r"\bcaptcha\b|\b(?:(?:u|je|jij) geen|sie kein|vous n'[êe]tes pas un|no es un) robot(?:er)?\b"
    r"|\bvous authentifier\b"
    r"|\b(?:exp[ée]diteur|remitente) (?:humain|humano|real|l[ée]gitim[eo])\b"
    r"|\bune? (?:vraie personne|spammeur)\b",
    r"\bgeen spammer\b|\bechte (?:afzender|persoon)\b|\bkein spammer\b|\bechte person\b",
    r"\b(?:complete|finish) (?:the|this|our) (?:verification|confirmation)\b|\bverify your(?:self"
    r"| (?:address|identity))\b",
    r"\b(?:echt )?(?:een )?mens bent\b|\bein mensch sind\b|\b(?:[êe]tes|est) (?:bien )?humain"
    r"|\b(?:es|eres) (?:usted )?(?:una persona|humano)"
    r"|\bn[ãa]o [ée] um rob[ôo]|\b(?:sua|su|vostra) mensage\w{1,2} [^.!?]{0,60}\bretid|\bpersona (?:real"
    r"|reale)\b|\buna persona e non\b|\bnon sei un robot\b",
)
"""That a sender has to prove to be a person."""

CLICK: Final = re.compile(
    r"\b(?:click|klik(?:t|ken)?|klicken|cliquez|cliquer|clic|clicca(?:re|te)?|clique|(?:(?:ü|ue)ber|via"
    r"|op|mit|por) (?:diesen|deze|onderstaande|dit|este|el) (?:link|enlace)|volg de link"
    r"|follow (?:the|this) link"
    r"|reply to this (?:e-?mail|message)|authentifier|beantwoord (?:dit|deze))\b[^.!?]{0,120}",
    re.IGNORECASE,
)
"""What a sender has to do; asked by people as well."""
