"""Words around a request that take it back or say what it is about, and requests of one word.

Everything is for one sentence in lower case.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "BARE",
    "CHANGED_MIND",
    "CLAUSE_END",
    "CONDITION",
    "CONDITION_AFTER",
    "ELSEWHERE",
    "FOR_WHAT",
    "FROM_WHAT",
    "NARRATED",
    "NEGATION",
    "NOT_ARRIVING",
    "NOT_ME",
    "ONLY_THOUGHT",
    "OTHERS",
    "OWN",
    "POLITE",
    "SHORT",
    "STAYS_AFTER",
    "TOLD_OTHERS",
    "clause_around",
    "is_reported",
    "without_quotations",
]

OWN: Final = re.compile(
    r"\b(?:nieuws)?(?:brief|brieven|mails?)\b|\be-?mails?\b(?!adres)"
    r"|\b(?:afmeld|uitschrijf|(?:nieuws)?brieven|(?:nieuws)?brief|e-?mail|mail(?:ing)?s?|verzend"
    r"|adres(?:sen)?|distributie|abonnees?|abonnee"
    r"|lezers?|ontvangers?|contact(?:en)?|klanten|relatie)?-?lijst(?:en)?\b"
    r"|\bmailing(?:s|list)?\b|\b(?:adressen)?bestand\b|\babonnement\b|\bberichten\b"
    r"|\b(?:news)?letters?\b|\bfrom this\b|\bthese\b|\bmailing list\b|\blist\b|\bsubscription\b|\bmessages\b"
    r"|\brundbrief\b|\bverteiler\b|\blettre\b|\bliste\b|\bbolet[ií]n\b|\blista\b|\bcorreos\b"
)
"""Words for this letter and its list."""

OTHERS: Final = re.compile(
    r"\b(?:zich(?:zelf)?|themselves|inwoners?|bewoners?|raadsleden|medewerkers|ambtenaren|deelnemers"
    r"|volgers?|klanten|leden"
    r"|burgers|gebruikers|lezers|abonnees|mensen|iemand"
    r"|residents?|followers"
    r"|customers|members|citizens|users|readers|subscribers|people|someone|einwohner|kunden)\b"
    r"|\b(?:onze|ons|our) (?:eigen |own |papieren )?(?:nieuws)?(?:brief|lijst|bestand|mailing|newsletter"
    r"|list)\b"
    r"|\b(?:ons|onze|het|our|the) (?:bestuur|team|directie|college|raad|board) (?:wil|wants)\b"
    r"|\b(?:bijeenkomst|webinar|cursus|training|workshop|vergadering|borrel|congres|evenement|event"
    r"|meeting|course|(?:de|een|die) les"
    r"|(?!(?:afmeld|uitschrijf|(?:nieuws)?brieven|(?:nieuws)?brief|e-?mail|mail(?:ing)?s?|verzend"
    r"|adres(?:sen)?|distributie|abonnees?|lezers?"
    r"|ontvangers?|contact(?:en)?|klanten|relatie)-?lijst)\w{3,24}lijst(?:je|jes|en)?"
    r"|(?!(?:mailing|mail|e-?mail|distribution|subscri\w{3,6}|newsletter|news|letter|contact|readers?|send"
    r"|sending"
    r"|marketing|address|recipients?|your|my|our|this|that|the|a|any|whole|full|entire|from|of|to|off|on|and"
    r"|der|die|du|la|une|en) )\w[\w-]{2,14} list(?=\W|$)"
    r"|warteliste"
    r"|papieren (?:\w{1,12} )?(?:\w{0,9}brie(?:f|ven)|post|mail\w{0,6})"
    r"|(?:sending|receiving|getting|any) paper"
    r"|paper (?:news)?(?:letters?|mail|post)"
    r"|(?:af|uit|afmelden|uitschrijven|afgemeld|uitgeschreven) voor (?:maandag|dinsdag|woensdag|donderdag"
    r"|vrijdag"
    r"|zaterdag|zondag|morgen|vandaag|vanavond|vanmiddag|volgende|komende|aanstaande|\d{1,2})\b[^.?!]{0,40}"
    r"|(?:uitschrijven|afmelden|afgemeld|uitgeschreven|\baf|\buit) als (?!abonnee|lezer|ontvanger|dat|het"
    r"|je|u\b|ik)\w+"
    r"|(?:uitschrijven|uitgeschreven) uit (?!je|jouw|uw|jullie|deze|dit|(?:de|het"
    r"|een) (?:\w{1,12} )?(?:\w{0,12}lijst|\w{0,10}bestand"
    r"|systeem|mailing|\w{0,6}brief|database))\w+"
    r"|(?:mails?|mailtjes|e-?mails?|berichten|brieven|post) (?:meer )?van (?!je\b|jou|jullie|u\b|uw|deze"
    r"|dit|hier|de (?:lijst"
    r"|nieuwsbrief))\w+"
    r"|(?:e-?mails?|messages) (?:any ?more )?from (?!you|this|your|here|the (?:list|newsletter))\w+"
    r"|(?:ze|zij|hij|she|he) (?:wil|wilt|wilde|wenst|is|heeft|wants|wishes|has|left)"
    r"|(?:voor|namens) (?:mijn|onze|een) (?:\w{1,12} )?(?:collega|moeder|vader|man|vrouw|griffier"
    r"|directeur|voorganger)"
    r"|(?:zin|zinnetje|quote|citaat|foto|alinea|sentence|paragraph|photo|picture)"
    r"|(?:wonderful|lovely|great|beautiful|brilliant|mooie|prachtige|heerlijke|leuke|geweldige|sch(?:ö"
    r"|oe)nen?|wunderbaren?)"
    r" (?:nieuws|news)?(?:letters?|brieven|brief|e-?mails?|mails?|briefe)"
    r"|(?:abonnement|abonnementen|subscription|membership) (?:op|van|bij|to|with|at|of) (?:de|het|een|mijn"
    r"|the|a|my)"
    r" (?!(?:nieuws)?brie|newsletter|letter|mailing|lijst|list)\w+"
    r"|afspraak|symposium|lunch|spreekuur|wijkkrant|excursie|conference|seminar)\b"
)
"""Other people, and other things one can leave."""

ELSEWHERE: Final = re.compile(
    r"\b(?:facebook|instagram|twitter|linkedin|tiktok|threads|mastodon|bluesky|whatsapp|x|youtube"
    r"|snapchat|sms|google"
    r"|(?<!this )(?<!dit )account|kamer van koophandel|kvk|website)\b"
    r"|\b(?:uitschrijven|uitgeschreven|afmelden|afgemeld|opzeggen|opgezegd|op te zeggen|stopzetten"
    r"|stopgezet|uit|af|op"
    r"|weg) bij (?!jou|je|u\b|jullie|uw\b|deze|dit)"
    r"|\b(?:abonnement|abonnementen|lidmaatschap|subscription|membership) (?:op|van|bij|to|with|at"
    r"|of) (?:de|het|een|mijn"
    r"|the|a|my) (?!(?:nieuws)?brief|newsletter|letter|mailing|lijst|list)\w"
    r"|\b(?:lidmaatschap|membership|polis|verzekering|contract|proefabonnement|hypotheek|huur|sportschool"
    r"|krant|tijdschrift"
    r"|energiecontract|telefoonabonnement|newspaper|magazine|gym|insurance|lease|streaming\w{0,8}|netflix"
    r"|spotify)\b"
)
"""Other services; allowed beside words for this letter."""

FOR_WHAT: Final = re.compile(
    r"\b(?:afmelden|uitschrijven|afgemeld|uitgeschreven|af|uit|unsubscribe|out|ab|aus) (?:voor|van|bij"
    r"|from|of|von|für|vom)\b"
    r"|\bvoor (?:de|het|een|jullie|onze) "
)
"""That something is left that is named; then it has to be this letter."""

FROM_WHAT: Final = re.compile(
    r"\b(?:afmelden|uitschrijven|afgemeld|uitgeschreven|unsubscribe|abmelden) (?:voor|van|from|of|von|vom) "
    r"(?:de|het|een|mijn|the|a|my|der|die|das|den|dem) "
)
"""That something is named that is left."""

NOT_ME: Final = re.compile(
    r"\b(?:collega(?:'s)?|colleagues?|vriend(?:in)?|partner|buurman|wethouder|burgemeester|baas|raadsleden"
    r"|medewerkers|ambtenaren|haar|zijn|hun|his|her|their)\b"
    r"(?= (?:e-?mail|mail|heeft|hebben|wil|willen|adres|address|has|wants|gegevens|data))"
    r"|\b(?:mijn|my) (?:eigen |own )?(?:nieuws)?(?:brief|newsletter)\b"
    r"|\b(?:mijn eigen|my own) (?:mailing ?|verzend)?(?:lijst|list)\b"
)
"""Somebody else of whom it is said, and letters of the writer."""

NEGATION: Final = re.compile(
    r"\b(?:niet(?! meer| langer)|nooit|nergens|zelden|nauwelijks|amper|geenszins"
    r"|waarom (?:zou|moet)|why (?:would|should)"
    r"|not(?! be able)|don't|never|rarely|seldom|hardly|nicht(?! mehr)|keinesfalls"
    r"|ne pas|pas|jamais"
    r"|no(?! longer| quiero| deseo)|nunca|behalve|except)\b"
)
"""Words that turn a request around."""

CONDITION: Final = re.compile(
    r"\b(?:als|indien|wanneer|zodra|mocht|tenzij|if|when|unless|once|wenn|falls|si|cuando) "
    r"(?!(?:het|dat|je|u) (?:kan|mag|wilt?|kunt)\b|mogelijk|abonnee|lezer|ontvanger|adres|organisatie"
    r"|possible|you can|gemeente|m(?:ö"
    r"|oe)glich|posible)"
)
"""Words that make it a condition, unless they are courtesy."""

CONDITION_AFTER: Final = re.compile(
    r"\b(?:als ik|als (?:je|jullie) (?:ooit|nog (?:een|één) keer)|if i|if we|if you ever|wenn ich|si je"
    r"|si yo)\b"
)
"""A condition that follows what is asked."""

ONLY_THOUGHT: Final = re.compile(
    r"^\W{0,3}(?!(?:mag|kan|wil|zou|kun|moet|darf|kann|k(?:ö|oe)nnte|will)\b)[^\W\d_]{2,14} (?:ik|we"
    r"|wij|ich|wir)\b"
    r"[^.?!]{1,120}, ?(?:dan|dann)\b"
    r"|\b(?:ik|we|wij|i|ich|wir|je|j'ai|me)\b[^.,:;?!]{0,30}\b(?:bijna|haast|almost|nearly|fast|beinahe|presque"
    r"|failli|casi)\b[^.,:;?!]{0,30}\b(?:uit|af|uitschrijven|afmelden|uitgeschreven|afgemeld|unsubscribed?"
    r"|abmelden|abgemeldet|d[ée]sabonn\w{1,4}|d[ée]sinscri\w{1,4}|baja)\b"
)
"""What would follow if one did so, with the verb first, and what one almost did."""

CHANGED_MIND: Final = re.compile(
    r"\b(?:wilde?|wou|dacht|stond|was|had|zou|wanted|almost|nearly|thought|meant|wollte|voulais|quer[ií]a)\b"
    r".{0,90}"
    r"[,;]? (?:maar|toen|totdat|tot ik|but|until|till|aber|bis|mais|pero)\b.{0,80}"
    r"\b(?:streep|toch|blijf|bleef|gebleven|las|lees|deze|dit|this|stay\w{0,3}|kept|keep|read|doch"
    r"|diese[rs]?|bleib\w?"
    r"|cette|reste\w?|esta|sigo)\b"
)
"""Somebody who meant to leave and does not."""

STAYS_AFTER: Final = re.compile(
    r"\W{0,3}(?:maar|but|aber|mais|pero)\b.{0,60}\b(?:blijf|bleef|stay\w{0,3}|bleib\w?|reste|me quedo|sigo)\b"
)
"""The sentence after such a one, when it says so."""

NARRATED: Final = re.compile(
    r"\b(?:wilde|wilden|wou|wouden|wanted to|tried to|probeerde|wollten?|versuchte|voulais"
    r"|quer[ií]a)\b.{0,90}"
    r"\b(?:en|maar|toen|and|but|then|und|aber|doch|et|mais|y|pero)\b.{0,24}"
    r"\b(?:kreeg|kregen|moest|bleek|kwam|werd|vond|zag|belandde|lukte|duurde|kon|got|had|was|were|took"
    r"|found|ended"
    r"|bekam|musste|wurde|kam|ai|fallait|tuve|recib[íi])\b"
)
"""A story of how somebody tried to leave something."""

NOT_ARRIVING: Final = re.compile(
    r"\b(?:ik|wij|we) (?:krijg|ontvang)(?:en)?\b(?!.{0,30}\bliever\b)"
    r"|\b(?:krijg|ontvang) ik\b.{0,40}\bniet meer\b"
    r"|\b(?:i|we) (?:no longer|don't|do not|am not|haven't) (?:receiv|get|got)"
    r"|\bich (?:bekomme|erhalte|kriege)\b"
    r"|\bje ne re[çc]ois\b|\bno (?:me llega|recibo)"
)
"""That letters no longer come, which is a complaint and no wish."""

TOLD_OTHERS: Final = re.compile(
    r", ?(?:i (?:told|asked) (?!you)"
    r"|(?:zei|vroeg|riep|schreef|mailde) ik (?:tegen|aan) (?!jou|jullie|je\b|u\b))"
)
"""That what stands before was said to somebody else."""

_SAID_BEFORE = re.compile(
    r"\b(?:schreef|schrijft|schreven|schrijven|zei|zegt|zeggen|mailde|mailt|mailen|riep|vroeg|vraagt"
    r"|vragen|stond"
    r"|staat|wrote|writes|said|says|asked|asks|mailed|schrieb|sagte|escribió)\b[^.?!:]{0,60}:"
)
_HEARD_BEFORE = re.compile(
    r"\b(?:krijg(?:en|t)?|kreeg|kregen|hoor(?:de|den)?|horen|las|lazen|got|received|heard)\b[^.?!:]{0,60}"
    r"\b(?:vraag|verzoek|mail|mailtje|e-mail|bericht|reactie|brief|telefoontje|question|request"
    r"|message)\b[^.?!:]{0,20}:"
)
_SAID_AFTER = re.compile(
    r"[,\"”'»] ?(?:(?:zo )?(?:zei|zegt|zeggen|schreef|schrijft|schrijven|mailde|riep|vroeg|vraagt|vragen)"
    r"|said|says|they (?:ask|say|write)"
    r"|wrote|asked|asks|staat er|stond er)\b"
)

_I_SAID = re.compile(
    r"\b(?:ik|wij|we|i|ich|je|jij|u|al|eerder|already|before|once)\b[^:]{0,80}:"
    r"|\b(?:vroeg|vraag|zei|schreef|mailde|zeg) (?:ik|we|wij)\b"
)

BARE: Final = re.compile(
    r"uitschrijven|afmelden|uitschrijving|afmelding|opzeggen|uitschrijf|afgemeld|unsubscribe|unsub|stop"
    r"|remove|abmelden|abmeldung|abbestellen|désinscription|désabonnement|désabonner|désinscrire|baja"
)
"""Words that are a request when they stand alone."""

SHORT: Final = re.compile(r"stop|remove|unsub|baja")
"""Those that people also use for something else."""

POLITE: Final = re.compile(
    r"graag|aub|svp|alstublieft|alsjeblieft|hierbij|gaarne|verzoek|tot|dank|dankjewel|u|je|alvast|mij|me"
    r"|mijzelf|van|voor|de|deze|uw|jouw|het|nieuwsbrief|brief|mailinglijst|lijst|verzendlijst|mailing"
    r"|nieuwsbrieven|abonnement|direct|per|a|b|s|v|p|please|from|this|list|newsletter|your|the|thanks"
    r"|thank|you|bitte|mich|vom|danke|merci|la|por|favor|mvg|groet"
)
"""Words that may stand beside one of these and change nothing."""

CLAUSE_END: Final = re.compile(
    r"[,;:–—]|\b(?:maar|want(?= (?:ik|je|we|wij|het|dat|ze|hij|er|de|mijn)\b)|dus|omdat|but|because|so"
    r"|aber|denn"
    r"|mais|car|pero|porque)\b"
)
"""Where one clause ends and another begins."""


_QUOTED = re.compile(
    r"\b(?P<who>[^.?!:\n\"“„«]{0,60})\b(?:schreef|schrijft|schreven|zei|zegt|mailde|mailt|riep|vroeg"
    r"|vraagt|wrote|said"
    r"|says|asked|mailed)\b[^.?!:\n\"“„«]{0,60}: ?[\"“„«](?P<words>[^\"”»]{1,400})[\"”»]",
    re.IGNORECASE,
)


def without_quotations(text: str) -> str:
    """Return `text` with "…" for what somebody else is quoted to have said, in quotation marks."""

    def hide(match: re.Match[str]) -> str:
        if _I_SAID.search(f"{match['who'].lower()}:"):
            return match[0]
        return match[0][: match.start("words") - match.start()] + "…" + match[0][-1]

    return _QUOTED.sub(hide, text)


def is_reported(sentence: str, match: re.Match[str]) -> bool:
    """Tell whether a request is what somebody else said: behind a colon, or before "…, schreef hij"."""
    before = sentence[: match.start()]
    if _HEARD_BEFORE.search(before) or TOLD_OTHERS.search(sentence, match.start()):
        return True
    said = _SAID_BEFORE.search(before) or _SAID_AFTER.search(sentence, match.start())
    return said is not None and not _I_SAID.search(sentence)


def clause_around(sentence: str, match: re.Match[str]) -> str:
    """Return what stands around a match, up to the next comma or conjunction on both sides."""
    begin = 0
    for end in CLAUSE_END.finditer(sentence, 0, match.start()):
        begin = end.end()
    after = CLAUSE_END.search(sentence, match.end())
    return sentence[begin : after.start() if after else len(sentence)]
