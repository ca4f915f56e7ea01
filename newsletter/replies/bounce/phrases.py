"""The words of bounces, in the languages of the servers our readers use."""

from __future__ import annotations

import re

__all__ = [
    "ADDRESS_LINE",
    "COPY_BELOW",
    "DELAYED",
    "DELIVERED",
    "EXPANDED",
    "FAILED",
    "FAILURE_LINE",
    "FAILURE_SUBJECT",
    "GIVEN_UP",
    "LABEL",
    "NAMES_NEXT",
    "NOT_A_RECIPIENT",
]

FAILURE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|fail|has failed|report|notification|error|problem)|returned mail"
    r"|failure notice"
    r"|mail (?:delivery|system error|status report|not delivered|could not)|non.?deliver"
    r"|not (?:be )?delivered"
    r"|returned to sender|returning message|message status|delivery failure|warning: (?:message|could not)"
    r"|delayed (?:mail|delivery)|delivery (?:is )?delayed|could not be delivered|nondeliverable"
    r"|unsolicited bulk"
    r"|rejected posting|posting rejected|mail error|failed mail|mail failed|failure delivery"
    r"|rejected (?:mail|message)|user unknown"
    r"|unknown user|bounce"
    # Dutch
    r"|onbestelbaar|niet te bezorgen|niet (?:worden )?(?:bezorgd|afgeleverd|besteld)|bezorging (?:mislukt"
    r"|vertraagd)"
    r"|(?:bezorg|aflever)\w{0,6}fout|kon niet worden|kan niet worden (?:bezorgd|afgeleverd)"
    r"|mislukte bezorging"
    # German, French, Spanish, Italian
    r"|unzustellbar|nicht (?:zugestellt|zustellbar)|zustell\w{0,12}(?:fehl|problem)|fehlgeschlagen"
    r"|verz(?:ö|oe)gert"
    r"|non (?:remis|distribu|d[ée]livr)|[ée]chec|impossible de remettre|retard"
    r"|no (?:se (?:puede|pudo) )?entregad?[oar]|no entregable|devuelto|error de entrega"
    r"|entrega (?:fallida|retrasada)"
    r"|mancata consegna|退信|не доставлено",
    re.IGNORECASE,
)
"""The subject of a bounce or a delay."""

FAILED = re.compile(
    r"(?:could|can|was|were|has|have|did) ?n(?:ot|'t)[^.]{0,40}(?:deliver|reach|be sent|be found"
    r"|be processed)"
    r"|unable to deliver|wasn't able to deliver|undeliver|delivery (?:to|failed|has failed|failure|error)"
    r"|permanent (?:fatal )?error|not delivered|returned (?:mail|to)|has been blocked|giving up|given up"
    r"|not\s{1,3}(?:authori[sz]ed|allowed|permitted)\s{1,3}to\s{1,3}(?:send|post)\b"
    r"|rejected|user unknown|unknown user|no such user|invalid (?:recipient|address)|failed"
    r"|unknown (?:recipient|address)|problems? delivering|was considered|refused|not listed"
    r"|does not exist|aborted|no mailbox|failure|overquota|is full|exceeds|invalid final|did not reach"
    r"|has been returned"
    r"|niet (?:worden )?(?:be[sz]org|afgelever|besteld|bereik|gevonden)|onbestelbaar|bestaat niet"
    r"|onbekend|mislukt"
    r"|niet[^.]{0,40}(?:bereikt|afgeleverd|bezorgd|aangenomen|geaccepteerd|verwerkt)|geblokkeerd|geweigerd"
    r"|(?:komt|gaat|kwam|keert) (?:\w{1,12} )?(?:retour|terug)|retour (?:afzender|gezonden|gestuurd)"
    r"|teruggestuurd|teruggezonden"
    r"|opgeheven|vervallen|afgekeurd|niet[^.]{0,30}(?:in gebruik|actief)|bestond niet"
    r"|nicht (?:zugestellt|zustellbar|gefunden|ausgeliefert|angenommen|erreicht)|unzustellbar|unbekannt"
    r"|fehler|fehlgeschlagen"
    r"|abgelehnt|abgewiesen|zur(?:ü|ue)ck(?:gewiesen|gesandt|geschickt)|verweigert|existiert nicht"
    r"|gibt es nicht|gel(?:ö|oe)scht"
    r"|n'a pas pu|pas [ée]t[ée] (?:remis|distribu)|impossible|inconnue?|[ée]chec|n'existe pas"
    r"|refus[ée]e?|rejet[ée]e?|bloqu[ée]e?|retourn[ée]e?|n'est (?:pas|plus) (?:valide|active|attribu)"
    r"|non (?:remis|distribu|d[ée]livr)"
    r"|rechazad[oa]|rebotad[oa]|bloquead[oa]|no entregad[oa]|no es v[áa]lid[oa]"
    r"|no (?:se )?(?:pudo|ha podido|puede|fue|existe)|desconocido|devuelto|退|无法|не может быть",
    re.IGNORECASE,
)
"""That a server gave up; only believed of a mail system."""

DELAYED = re.compile(
    r"warning (?:message )?only|warning: (?:message|could not)|still (?:being retried|trying to deliver)"
    r"|has not yet been delivered"
    r"|delay(?:ed)? (?:mail|\d)|will be retried|will (?:continue|keep) (?:to )?try"
    r"|delivery attempts will continue"
    r"|delivery (?:is|has been) delayed|(?:status notification|delivery) ?\(delay|no action is required"
    r"|do not need to resend|temporary (?:problem|failure|error)|delayed (?:mail|delivery)|(?:has been"
    r"|was|is) delayed|not? (?:been )?delivered yet|n't been delivered yet"
    r"|vertraagd|blijven het proberen|nog niet (?:\w{1,12} ){0,2}(?:be[sz]orgd|afgeleverd)"
    r"|tijdelijk probleem"
    r"|nieuwe poging|nog (?:steeds )?geprobeerd|duurt langer dan|vertraging bij|volver[áa] a intentar"
    r"|todav[íi]a no se ha|demorad[oa]|uitgesteld|probeert het (?:later )?opnieuw|erneut versuch"
    r"|r[ée]essaiera|reintentar[áa]"
    r"|verz(?:ö|oe)gert|noch nicht zugestellt|weitere versuche"
    r"|retard[ée]e?|nouvelle tentative|pas encore [ée]t[ée]|retrasad[oa]|se seguir[áa] intentando"
    r"|a[úu]n no (?:se )?ha|ritardat[oa]|ancora stat[oa] consegnat|continuer[àa] a|ainda n[ãa]o (?:foi"
    r"|p[ôo]de)",
    re.IGNORECASE,
)
"""That a server goes on trying."""

GIVEN_UP = re.compile(
    r"\b(?:giving|given|gave) up\b|\bhas been returned\b|\bgeeft het op\b|\bopgegeven\b"
    r"|\bis teruggestuurd\b"
    r"|\b(?:has been|was) abandoned\b|\baufgegeben\b|\babandonn[ée]e?\b|\bno further attempts\b",
    re.IGNORECASE,
)
"""That a server tries no longer, whatever it tells of its trying."""

DELIVERED = re.compile(
    r"\b(?:successfully|has been) (?:delivered|relayed)\b|\bwas delivered\b"
    r"|\b(?:is|werd) (?:met succes )?(?:be[sz]orgd|afgeleverd)\b"
    r"|\berfolgreich zugestellt\b|\ba (?:bien )?[ée]t[ée] (?:remis|distribu)|\bentregado correctamente\b",
    re.IGNORECASE,
)
"""That a letter arrived, which some servers tell as well."""

FAILURE_LINE = re.compile(
    r"\W{0,40}(?:(?:your|the|this) (?:e-?mail|message)\b.{0,80}(?:could|can) ?not be delivered"
    r"|could not (?:be delivered|deliver)|failed recipients?\b|the (?:e-?mail|message) below could not"
    r"|votre message n'a pas pu|uw (?:e-?mail|bericht).{0,60}niet (?:worden )?(?:be[sz]org|afgelever)"
    r"|ihre nachricht konnte.{0,60}nicht zugestellt"
    r"|(?:we|i|it) (?:could|can|was|were) ?(?:not|unable to) (?:be )?deliver"
    r"|(?:we're |we are |i'm )?sorry.{0,60}(?:could not|couldn't|unable to|not be) (?:be )?deliver"
    r"|(?:no (?:se )?(?:pudo|ha podido)|su mensaje no) .{0,40}entreg|le message (?:suivant )?n'a pas pu"
    r"|(?:het|uw|je) bericht (?:aan|naar) .{0,60}niet|delivery (?:to|has) .{0,60}fail"
    r"|you\s{1,3}are\s{1,3}not\s{1,3}(?:authori[sz]ed|allowed|permitted)\s{1,3}to\s{1,3}(?:send|post)\b"
    r"|mail delivery failed)",
    re.IGNORECASE,
)
"""How a bounce begins; believed of any sender whose subject is that of a bounce."""

ADDRESS_LINE = re.compile(
    r"\W{0,9}(?:het|dit|the|this|die|diese|cette|l'|esta|la) ?(?:e-?mail-?)?"
    r"(?:adres|address|adresse|direcci[oó]n)\b.{0,120}"
    r"\b(?:bestaat niet|is onbekend|is niet (?:bekend|gevonden)|(?:does not|doesn't|no longer) exists?"
    r"|is unknown|(?:was|could) not (?:be )?found|existiert nicht|ist unbekannt|n'existe pas|no existe)\b",
    re.IGNORECASE,
)
"""A line that says of an address that it is none; believed of what a machine sent of its own accord."""

EXPANDED = re.compile(r"\((?:expanded|generated|forwarded|ultimately generated) from:? ?<?$", re.IGNORECASE)
"""What stands before the address a letter went to, where a server passed it on to another."""

NAMES_NEXT = re.compile(
    r"(?:\b(?:to|for|aan|an|für|à|a|address|addressed|adres|user|mailbox|recipient|ontvanger|account"
    r"|adresse|destinatario"
    r"|destinataire|postvak van|mailbox van)\W{0,10}|smtp=)$",
    re.IGNORECASE,
)
"""What stands before the address of who could not be reached, inside a sentence."""

LABEL = re.compile(
    r"(?:(?:failed|intended|final|original|unknown|invalid) )?(?:recipient|user|address|ontvanger"
    r"|geadresseerde|e-?mailadres"
    r"|empf(?:ä|ae)nger|destinataire|destinatario)s?(?:\(s\))?\s{0,3}:",
    re.IGNORECASE,
)
"""What may stand before an address on a line of its own."""

COPY_BELOW = re.compile(
    r"[-_= ]{0,40}(?:below this line is a copy|this is a copy of|original message"
    r"|the original message (?:header|follows)"
    r"|(?:possibly )?truncated original message|(?:unsent |your )?message (?:headers )?follows"
    r"|copy of (?:the|your) message"
    r"|unsent message|message header|returned message|start of returned|begin of original"
    r"|original (?:mail|text)"
    r"|oorspronkelijk bericht|kopie van (?:het|uw) bericht|urspr(?:ü|ue)ngliche nachricht"
    r"|message (?:d')?origin|mensaje original|a copy of (?:the|your))",
    re.IGNORECASE,
)
"""Where the letter begins that a server sends back in its text."""

NOT_A_RECIPIENT = re.compile(
    r"^[ \t]{0,20}(?:from|van|von|de|reply-to|sender|afzender|return-path|absender|cc|message-id"
    r"|references|in-reply-to"
    r"|x-[a-z-]{1,40})[ \t]{0,5}:|please (?:contact|reply|write|send)|contact (?:your|the)|neem contact"
    r"|vragen\?"
    r"|if you (?:have|feel|need|think)|^\W{0,9}for (?:more|further) (?:help|information)|send (?:a|an|your)"
    r"|message from|mail from|sent (?:by|from)|bericht van|from address|from:<|mts-id|https?://|mailto:"
    r"|postmaster@"
    r"|mailer-daemon@|received:|by mail system|the mail system at|sender:",
    re.IGNORECASE,
)
"""A line whose address is of somebody else than who could not be reached."""
