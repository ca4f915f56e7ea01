"""The words of absences, in the languages of our readers: subjects and sentences.

Gaps are bounded and no repetition stands in another, so that time grows with the length of a mail alone.
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.replies.classify.phrases import any_of

__all__ = [
    "ABSENT",
    "ABSENT_BEFORE",
    "ABSENT_BEHIND",
    "ABSENT_SUBJECT",
    "ABSENT_UNTIL",
    "AUTOMATIC_SUBJECT",
    "CALLED_AUTOMATIC",
    "LEFT",
    "NOTICE_SUBJECT",
    "OF_ITSELF",
    "ONLY_MACHINES",
    "ONLY_NOTICE",
    "THANKS_FOR_MAIL",
    "URGENT",
]


ABSENT_SUBJECT: Final = re.compile(
    r"\W{0,5}auto: .{1,100}(?:out of (?:the )?office|afwezig|abwesend)"
    r"|\W{0,5}(?:automatisch(?:e)? (?:antwoord|beantwoording|reactie|reply)|afwezig(?:heid(?:s\w{0,12})?)?"
    r"|niet aanwezig|niet op kantoor|buiten kantoor|(?:ik ben )?(?:met (?:\w{0,20}verlof|vakantie)"
    r"|op vakantie)"
    r"|vakantie(?:melding"
    r"|bericht)"
    r"|abwesend"
    r"|automatic reply|auto(?:matic)?[- ]?(?:reply|response|answer)"
    r"|out of (?:the )?office(?: (?:auto)?reply)?"
    r"|out of office(?: assistant)?|away from (?:my mail|the office)|vacation(?: reply)?"
    r"|ooo(?= ?:)|automatische antwort|abwesenheit(?:s\w{0,12})?|nicht im b(?:ü|ue)ro|au(?:ß|ss)er haus"
    r"|r[ée]ponse automatique|absen(?:ce|te?)(?: du bureau)?|message d'absence"
    r"|(?:mijn )?vakantie(?=\W{0,3}$)|verlof(?=\W{0,3}$)|urlaub(?=\W{0,3}$)|(?:annual )?(?:leave"
    r"|holidays?)(?=\W{0,3}$)"
    r"|vacances(?=\W{0,3}$)|en cong[ée]s?(?=\W{0,3}$)|vacaciones(?=\W{0,3}$)"
    r"|auto-?(?:respuesta|risposta|r[ée]ponse|antwort|antwoord|resposta)|risposta automatica"
    r"|resposta autom[áa]tica"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|ausen(?:cia|te)(?: de la oficina)?)"
    r"\s{0,3}(?:[:\](–—-]|[!.]{0,3}$|re\b|fw\b)",
    re.IGNORECASE,
)
"""A subject that begins as those of automatic answers, and then has a colon or ends; else a sentence."""

AUTOMATIC_SUBJECT: Final = re.compile(
    r"\W{0,5}(?:automatisch antwoord|automatic reply|auto-?reply|automatische antwort"
    r"|r[ée]ponse automatique|auto-?(?:respuesta|risposta|r[ée]ponse|antwort|antwoord|resposta)"
    r"|respuesta autom[áa]tica|risposta automatica|automatyczna odpowied[źz]|autosvar)\s{0,3}[:\]]",
    re.IGNORECASE,
)
"""The subjects that mail servers write themselves."""

CALLED_AUTOMATIC: Final = re.compile(
    r"\W{0,5}(?:auto|r[ée]ponse auto|respuesta auto|risposta auto|resposta auto)", re.IGNORECASE
)
"""A subject that says no more than that a machine answers."""

ONLY_MACHINES: Final = re.compile(
    r"\W{0,5}(?:auto|afwezigheids\w|vakantie(?:melding|bericht)|abwesenheits\w"
    r"|out of (?:the )?office (?:auto)?reply"
    r"|vacation reply|message d'absence|r[ée]ponse automatique|respuesta autom|risposta autom)",
    re.IGNORECASE,
)
"""Subjects that people do not write, though nothing stands behind them."""

NOTICE_SUBJECT: Final = re.compile(
    r"\W{0,5}(?:afwezigheids(?:melding|bericht|notitie)|vakantie(?:melding|bericht)|abwesenheits(?:notiz"
    r"|meldung|nachricht"
    r"|benachrichtigung)|message d'absence|out of office (?:reply|notice|message))\b",
    re.IGNORECASE,
)
"""What absences call themselves, and nobody else."""

ABSENT_UNTIL: Final = re.compile(
    r"\W{0,5}(?:ik ben |wij zijn |i am |i'm |ich bin |je suis |estoy )?(?:afwezig(?:heid)?"
    r"|niet (?:aanwezig|op kantoor)"
    r"|(?:op|met) vakantie|vakantie|(?:met )?verlof|vrij|out of (?:the )?office|away|on (?:leave|holiday"
    r"|vacation)|holiday"
    r"|vacation|abwesend|abwesenheit|(?:im )?urlaub|nicht im (?:b(?:ü|ue)ro|haus)|absente?|absence"
    r"|en cong[ée]s?|cong[ée]s?|ausente"
    r"|de vacaciones|fuera de (?:la )?oficina|vacaciones|assente|in ferie|fuori (?:sede|ufficio))"
    r",? (?:tot|t/m|t\.?e\.?m\.?|van|vanaf|until|till|from|through|bis|vom|ab|jusqu'|du|hasta|del|fino"
    r"|dal|wegens|vanwege|i\.?v\.?m|due to|wegen|aufgrund|pour|por)\b",
    re.IGNORECASE,
)
"""A subject that says how long the writer is away."""

ABSENT: Final = any_of(
    r"\bik ben (?:\w{1,12} ){0,4}(?:weg|op (?:cursus|training|studiereis|dienstreis|zakenreis|reis|pad)"
    r"|ziek(?:gemeld)?"
    r"|in het buitenland|onderweg|uit de roulatie|niet in de gelegenheid|langere tijd)\b",
    r"\b(?:is|zijn) (?:\w{1,20} )?(?:momenteel|op dit moment|tijdelijk|vandaag|deze week) (?:niet aanwezig"
    r"|niet op kantoor"
    r"|afwezig|met verlof|gesloten|onbereikbaar|niet bereikbaar)\b",
    r"\b(?:reageer|antwoord|beantwoord|lees|behandel) (?:ik|wij|we) (?:\w{1,12} ){0,4}(?:bij"
    r"|na) (?:mijn )?terugkomst\b"
    r"|\bbij (?:mijn )?terugkomst\b|\bwanneer ik (?:weer )?terug ben\b|\bvolgende week reageer ik\b",
    r"\bik (?:heb|geniet|neem) (?:\w{1,14} ){0,5}(?:vrij(?:af)?|vakantie|verlof)\b",
    r"\bik ben\b[^.!?]{0,60}\b(?:afwezig|niet aanwezig|niet bereikbaar|met (?:\w{1,20}-?)?verlof"
    r"|op vakantie|er niet|niet op kantoor"
    r"|weer (?:terug|bereikbaar|aanwezig))",
    r"\b(?:ben|zijn) (?:ik|wij|we) (?:weer |pas )?(?:terug|bereikbaar|aanwezig)",
    r"\blees (?:ik )?(?:mijn|deze) (?:e-?)?mail(?:s)?(?: ook)? niet",
    r"\b(?:uw|je) (?:e-?mail|bericht) wordt (?:dan|op die|niet|na|vanaf|pas)",
    r"\bben ik (?:\w{1,12} ){0,3}(?:in het buitenland|niet op kantoor|er niet|weg|ziek|op (?:cursus|reis"
    r"|dienstreis)|vrij"
    r"|afwezig|niet aanwezig|niet bereikbaar|met verlof|op vakantie)",
    r"\bik ben (?:\w{1,12} ){0,3}(?:terug|vrij)\b",
    r"\b(?:kantoor|balie|loket) is (?:gesloten|bereikbaar|geopend)",
    r"\b(?:kantoor|praktijk|bureau|winkel)\b[^.!?\d]{0,40}[^.!?]{0,40}\bgesloten\b"
    r"|\b(?:b(?:ü|ue)ro|praxis|kanzlei|gesch(?:ä|ae)ft)\b[^!?\n]{0,60}\bgeschlossen\b"
    r"|\b(?:office|practice|shop) (?:is|will be) closed\b",
    r"\b(?:(?:zijn|ben) (?:wij|we|ik)|(?:wij|we) zijn)\b[^.!?]{0,40}\b(?:(?:met|op) vakantie|met verlof"
    r"|afwezig|niet (?:aanwezig|bereikbaar))\b"
    r"|\blezen (?:wij|we) (?:\w{1,12} ){0,3}geen (?:e-?)?mail\b",
    r"\b(?:dringende|urgente|spoedeisende) (?:zaken|vragen|gevallen)|\bbij spoed\b|\bmijn afwezigheid\b",
    r"\b(?:e-?mailadres|mailbox|postbus) wordt niet (?:meer|langer)",
    r"\b(?:heeft|heb) (?:het bedrijf|de organisatie|de gemeente) verlaten",
    r"\b(?:geniet|heb) [^.!?]{0,40}\b(?:vakantie|verlof)\b|\bvanaf [^.!?]{1,40} (?:beantwoord|lees"
    r"|ben) ik\b",
    r"\b(?:neemt|nemen) [^.!?]{0,30}\bwaar\b|\bvervangt (?:me|mij)\b|\btijdelijk (?:niet|uit|afwezig)\b",
    r"\b(?:niet|wordt|worden) (?:automatisch )?doorgestuurd\b|\bwerk ik niet\b",
    r"\b(?:ben|is) ik (?:er )?weer\b|\bniet aan het werk\b|\b(?:na|tijdens) mijn (?:vakantie|terugkomst"
    r"|verlof"
    r"|afwezigheid)\b",
    r"\bik werk (?:niet )?op (?:maandag|dinsdag|woensdag|donderdag|vrijdag)",
    r"\b(?:zwangerschaps|ouderschaps|bevallings|vakantie)verlof",
    r"\bafwezigheid\b",
    r"\bgesloten (?:tot|van|vanaf|in verband)|\b(?:wij|we) zijn dicht (?:tot|van|vanaf|in|op)\b",
    r"\bniet (?:meer )?werkzaam\b",
    r"\bout of (?:the )?office\b",
    r"\b(?:on|from) (?:\w{1,12} )?(?:leave|holiday|vacation)\b",
    r"\b(?:no|limited) access to (?:my )?e-?mail",
    r"\baway (?:from|until)\b|\bi(?: am|'m) (?:currently |now )?(?:out|away)\b",
    r"\burgent (?:cases|matters|issues|enquiries)\b|\bsabbatical\b|\bnot (?:be )?(?:checking|reading"
    r"|monitoring) (?:my )?(?:e-?)?mails?\b|\bin my absence\b|\b(?:up)?on my return\b"
    r"|\bwhen i (?:am|get) back\b|\btravell?ing\b|\battending\b"
    r"|\bpart-time\b"
    r"|\bautomated response to your\b",
    r"\b(?:back|return) (?:in the office |to the office |to work )?on\b",
    r"\bno longer (?:work|with|at|employed)|\bleft the (?:organi[sz]ation|company|council|municipality)\b",
    r"\bin (?:elternzeit|mutterschutz|altersteilzeit|kur)\b|\b(?:elternzeit|mutterschutz|krankheitsbedingt"
    r"|dienstreise)\b"
    r"|\bbis (?:auf weiteres|einschlie(?:ß|ss)lich|zum \d)|\bin vertretung\b|\bmeine vertretung\b",
    r"\bnicht im (?:b(?:ü|ue)ro|haus)|\babwesend\b|\bim urlaub\b|\bwieder (?:da|zur(?:ü|ue)ck"
    r"|zu erreichen)\b"
    r"|\bkrankgeschrieben\b|\bdringenden f(?:ä|ae)llen\b|\bwieder erreichbar\b"
    r"|\bnicht (?:weitergeleitet|erreichbar)",
    r"\bje (?:suis|serai) (?:\w{1,20} )?absente?\b|\ben cong[ée]s?\b|\b[àa] mon retour\b|\bde retour le\b"
    r"|\bcas d'urgence\b|\ben arr[êe]t(?: de travail| maladie)\b"
    r"|\bne (?:consulte|consulterai|lis) (?:pas|plus) (?:cette|ma|mes)\b",
    r"\b(?:estoy|estar[ée]) (?:ausente|disponible|fuera|de viaje|de baja)\b|\b(?:sono"
    r"|sar[òo]) (?:assente|fuori|in ferie)\b"
    r"|\bin ferie\b"
    r"|\bfuori (?:sede|ufficio)\b|\bal mio rientro\b|\b(?:estou|estarei) (?:ausente|fora|de f[ée]rias)\b",
    r"\bfuera de (?:la )?oficina\b|\bde vacaciones\b|\bestoy ausente\b|\bhasta mi regreso\b|\b(?:vuelvo"
    r"|regreso) el\b|\bcaso de urgencia\b",
)
"""That the writer is away."""

ABSENT_BEHIND: Final = re.compile(
    r"(?:[(\[]\s?|[-–—|]\s)(?:ik ben |wij zijn |i am |i'm |ich bin |je suis )?(?:\w{1,12} ){0,2}?"
    r"(?:afwezig|niet aanwezig|niet op kantoor|met verlof|op vakantie|out of (?:the )?office|away|on leave"
    r"|on holiday"
    r"|on vacation|abwesend|im urlaub|nicht im (?:b(?:ü|ue)ro|haus)|absente?|en cong[ée]s?|ausente"
    r"|de vacaciones)"
    r"[^()]{0,40}[)\]]?\s{0,3}$"
    r"|^(?!(?:re|antw|aw|sv)\b)[\w .'-]{2,60} (?:is|ist|est|est[áa]|will be) (?:momenteel |currently "
    r"|derzeit |actuellement )?"
    r"(?:afwezig|niet aanwezig|niet op kantoor|met verlof|op vakantie|out of (?:the )?office|away|on leave"
    r"|abwesend|im urlaub|nicht im (?:b(?:ü|ue)ro|haus)|au(?:ß|ss)er haus|absente?|en cong[ée]s?"
    r"|ausente)\b[^?!]{0,60}$",
    re.IGNORECASE,
)
"""A subject that says behind ours, or of somebody by name, that they are away."""

ABSENT_BEFORE: Final = re.compile(
    r"\W{0,5}(?:vakantie|\w{0,20}verlof|vrij|afwezig|niet meer werkzaam|met pensioen|uit dienst|abwesend"
    r"|urlaub"
    r"|holiday|leave"
    r"|cong[ée]s?|vacaciones)\b.{0,40}[:–-]\s{0,3}$",
    re.IGNORECASE,
)
"""What stands before our own subject in absences, and elsewhere begins a sentence."""

ONLY_NOTICE: Final = any_of(
    r"\benige (?:kennisgeving|bericht|melding) (?:die|dat) u (?:ontvangt|krijgt) (?:terwijl|zolang"
    r"|tijdens)\b",
    r"\bonly (?:notification|notice|message) you will receive (?:while|until)\b",
    r"\beinzige (?:benachrichtigung|nachricht|mitteilung), die sie\b",
    r"\bseule (?:notification|r[ée]ponse|message) que vous recevrez\b|\b[úu]nic[oa] (?:notificaci[óo]n"
    r"|aviso) que recibir[áa]\b",
)
"""What Notes adds to absences."""

OF_ITSELF: Final = any_of(
    r"\b(?:dit|deze) (?!is (?:geen|niet)\b)(?:is|e-?mail|mail|bericht|antwoord"
    r"|reactie)\b[^.!?]{0,30}\bautomatisch\w{0,2}\b",
    r"\bautomatisch (?:antwoord|bericht) op uw bericht\b",
    r"(?:^|\*{1,3} ?|\()auto(?:matic|mated)?[- ]?(?:response|reply)\b(?! ?\?)",
    r"\bthis (?!is (?:not?|n't)\b|isn't)(?:is|e-?mail|message|reply|response)\b[^.!?]{0,30}\bautomat(?:ed"
    r"|ic|ically)\b",
    r"\bdies(?:e|es)?\b(?! ist (?:keine?|nicht)\b)[^.!?]{0,30}\bautomatisch\w{0,2}\b"
    r"|\bceci est\b[^.!?]{0,20}\bautomatique\b"
    r"|\b(?:esta?|este) (?:es|respuesta|mensaje)\b[^.!?]{0,30}\bautom[áa]tic[oa]\b",
)
"""That the mail itself, and no other, was sent by a machine."""

LEFT: Final = any_of(
    r"\bniet (?:meer|langer) (?:meer )?(?:werkzaam|in dienst|verbonden)",
    r"\bwerkt? (?:\w{1,12} )?niet (?:meer|langer)",
    r"\b(?:uit dienst|met (?:vervroegd )?pensioen|gepensioneerd)\b",
    r"\b(?:hebt?|heeft) [^.]{0,40}(?:verlaten|een andere baan)",
    r"\bgeen medewerker meer\b",
    r"\b(?:deze mailbox|dit (?:e-?mail)?adres) (?:is opgeheven|wordt niet (?:meer|langer))",
    r"\b(?:mailbox|address|account) is no longer (?:in use|used|monitored|active)\b",
    r"\bno longer (?:work|with|at|employed|an employee|part of)",
    r"\b(?:i|he|she|\w{1,20}) (?:have|has|'ve) (?:now )?(?:left|retired)",
    r"\bi(?:'m| am| have)? (?:now )?(?:left|retired)\b|\bhas retired\b|\blast (?:working )?day was\b",
    r"\bnicht mehr (?:bei|f(?:ü|ue)r|im unternehmen|besch(?:ä|ae)ftigt|t(?:ä|ae)tig)|\bausgeschieden\b"
    r"|\bim ruhestand\b",
    r"\bne (?:travaille|fais|fait) plus\b|\bai quitt[ée]\b|\ba quitt[ée]\b|\b[àa] la retraite\b",
    r"\bya no (?:trabajo|trabaja|formo|forma)\b|\bme he jubilado\b",
)
"""That the writer is away for good; only believed of an automatic answer."""

URGENT: Final = any_of(
    r"\bbij spoed\b|\b(?:dringende|urgente|spoedeisende) (?:zaken|vragen|gevallen)\b"
    r"|\bdringend(?:e)? (?:fall|f(?:ä|ae)lle"
    r"|angelegenheit)|\b(?:for|if|in) (?:it is |it's |an? )?urgent|\burgent (?:matters|cases|issues"
    r"|enquiries)\b"
    r"|\b(?:cas|besoin) (?:d'urgence|urgent)|\burgenc(?:e|ia)s?\b|\basuntos urgentes\b"
    r"|\bkunt u (?:contact opnemen|terecht)\b"
    r"|\bplease contact\b|\bwenden sie sich\b|\bveuillez (?:contacter|vous adresser)\b"
    r"|\bp[óo]ngase en contacto\b"
    r"|\bneem (?:dan |in dat geval )?(?:s\.?v\.?p\.? )?contact\b|\bmijn collega\b|\bmy colleague\b"
    r"|\bmein\w{0,2} kolleg|\bmon coll[èe]gue\b|\bma coll[èe]gue\b"
    r"|\bmi compañer[oa]\b|\b(?:secretariaat|receptie|secretariat|secr[ée]tariat|sekretariat)\b"
    r"|\bkunt u bellen\b",
)
"""Whom to turn to meanwhile."""

THANKS_FOR_MAIL: Final = re.compile(
    r".{0,60}?\b(?:bedankt|dank(?:jewel)?(?: je wel| u wel)?|thank(?:s| you)|danke|vielen dank|merci"
    r"|gracias|grazie|obrigad[oa])"
    r" (?:voor|for|f(?:ü|ue)r|de|pour|por|per|pelo) (?:(?:uw|je|jouw|het|your|ihre|deine|die|votre|ton"
    r"|su|tu|il|la|o) ?){1,2}"
    r"(?:e-?mail|mail|bericht|message|nachricht|courriel|mensaje|correo|messaggio)",
    re.IGNORECASE,
)
"""How automatic answers begin, and people as well."""
