"""The forms of requests to leave and to be forgotten, per language.

Patterns are for one sentence in lower case. Gaps are bounded, so that time stays linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from newsletter.domain.inbound import Intent

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One form of a request. `is_negative` ones say "not" themselves; `needs_own` must name this letter."""

    name: str
    lang: str
    intent: Intent
    pattern: re.Pattern[str]
    confidence: float = 0.9
    is_negative: bool = False
    needs_own: bool = False


_ME = (
    r"(?:me|mij|ons|mezelf|mijn (?:e-?mail|mail)?adres|mijn naam|mijn gegevens|dit (?:e-?mail|mail)?adres"
    r"|ondergetekende)"
)
_ME_EN = r"(?:me|us|my (?:e-?mail(?: address)?|address|name)|this (?:e-?mail )?address)"
_ASK = r"(?:wil|wilt|wilde|kun|kunt|kan|zou|zouden|mag|graag|gelieve|verzoek|verzoeke|gaarne|hoe)"
_LIST = (
    r"(?:nieuwsbrief|brief|lijst|verzendlijst|maillijst|mailinglijst|mailing|bestand|adressenbestand|systeem)"
)
_NEAR = r"[^.?!]{0,40}"
_FAR = r"[^.?!]{0,80}"
_NOT_I = r"(?<!\bik )(?<!\bwe )(?<!\bwij )(?<!\bi )(?<!\bthey )(?<!\bze )"


_TO_ASK: Final = 0.7
_LOOSE: Final = (
    *("stoppen-met", "zet-stop", "hem-stopzetten", "geen-behoefte", "lukt-niet", "eraf", "niet-meer-krijg"),
    *("stuur-niet-meer", "verwijderen-uit-lijst", "do-not-want", "how-to-leave"),
)
"""Forms that may mean something else as well: they are proposed to the author, never acted on."""


def _unsubscribe(
    lang: str, name: str, pattern: str, *, is_negative: bool = False, needs_own: bool = False
) -> Rule:
    return Rule(
        name=name,
        lang=lang,
        intent=Intent.UNSUBSCRIBE,
        pattern=re.compile(pattern),
        confidence=_TO_ASK if name in _LOOSE else 0.9,
        is_negative=is_negative,
        needs_own=needs_own,
    )


def _forget(lang: str, name: str, pattern: str) -> Rule:
    return Rule(name=name, lang=lang, intent=Intent.FORGET, pattern=re.compile(pattern))


RULES: Final = (
    # Schrijf me uit. Meld mij af alstublieft.
    _unsubscribe("nl", "schrijf-uit", rf"\b(?:schrijf|schrijft u|meld|meldt u) {_ME}\b{_NEAR}\b(?:uit|af)\b"),
    # Haal me maar van je lijst.
    _unsubscribe(
        "nl",
        "haal-van",
        rf"\b(?:haal|haalt|schrap|verwijder|gooi) {_ME}\b{_NEAR}\b(?:van|uit)\b{_NEAR}\b{_LIST}",
    ),
    # Wilt u mij uitschrijven?
    _unsubscribe(
        "nl",
        "wil-uitschrijven",
        rf"\b{_ASK}\b{_FAR}\b{_ME}\b{_FAR}"
        r"\b(?:uitschrijven|afmelden|uit te schrijven|af te melden|uit te laten schrijven|afmeldt"
        r"|uitschrijft)\b",
    ),
    # Graag uitschrijven. Ik wil graag uitgeschreven worden.
    _unsubscribe(
        "nl",
        "graag-uitschrijven",
        r"\b(?:graag|hierbij|wil|wens) (?:\w{1,12} ){0,3}(?:uitschrijven|afmelden|uitgeschreven|afgemeld)\b",
    ),
    # Kunt u mijn adres uit uw bestand verwijderen?
    _unsubscribe(
        "nl",
        "wil-van-lijst",
        rf"\b{_ASK}\b{_FAR}\b{_ME}\b{_NEAR}\b(?:van|uit)\b{_NEAR}\b{_LIST}\b{_NEAR}"
        r"\b(?:(?:er)?(?:af|weg)?halen|haalt|verwijderen|verwijdert|schrappen|gooien|af)\b",
    ),
    # Ik wil graag van de lijst af.
    _unsubscribe(
        "nl",
        "van-lijst-af",
        rf"\b(?:wil|graag|mag) {_NEAR}\bvan (?:\w{{1,12}} )?{_LIST}\b{_NEAR}\baf\b",
    ),
    # Hierbij meld ik mij af. Ik schrijf me uit.
    _unsubscribe(
        "nl",
        "ik-meld-af",
        rf"\b(?:(?:meld|schrijf) ik|ik (?:meld|schrijf)) {_ME}\b{_FAR}\b(?:af|uit)\b",
    ),
    # Ik wil je brief niet meer ontvangen.
    _unsubscribe(
        "nl",
        "niet-meer-ontvangen",
        rf"\b(?:ik|wij|we) (?:wil|wens|hoef|willen|wensen|hoeven|stel)\b{_FAR}"
        r"\b(?:niet (?:meer|langer)|geen)\b"
        rf"{_FAR}\b(?:ontvangen|krijgen|hebben|toegestuurd)",
        is_negative=True,
        needs_own=True,
    ),
    _unsubscribe(
        "nl",
        "stuur-niet-meer",
        rf"\b(?:stuur|mail) (?:me|mij|ons)\b{_NEAR}\b(?:niet (?:meer|langer)|geen)\b{_NEAR}",
        is_negative=True,
        needs_own=True,
    ),
    # Graag dit adres verwijderen uit uw systeem.
    _unsubscribe(
        "nl",
        "verwijderen-uit-lijst",
        rf"\b(?:graag|gelieve|wil|wilt|kun|kunt|mag)\b{_FAR}\b(?:verwijderen|halen|schrappen)\b{_NEAR}"
        rf"\b(?:uit|van)\b{_NEAR}\b{_LIST}\b",
    ),
    # Mag ik eraf?
    _unsubscribe(
        "nl", "eraf", r"\b(?:mag|kan|wil) ik (?:er ?af|hier ?van af)\b|\bhaal (?:me|mij|ons) er ?af\b"
    ),
    # Ik zou graag willen stoppen met de nieuwsbrief.
    _unsubscribe(
        "nl",
        "stoppen-met",
        rf"\b(?:wil|zou|graag|kun|kunt|mag)\b{_FAR}\b(?:stoppen|ophouden) met\b",
        needs_own=True,
    ),
    _unsubscribe(
        "nl",
        "hou-op",
        r"\b(?:houd?|stop) (?:maar |alsjeblieft |aub )?(?:op )?met (?:me te )?(?:mailen|sturen|schrijven)\b",
    ),
    _unsubscribe("nl", "zet-stop", rf"\bzet\b{_NEAR}\bstop\b", needs_own=True),
    _unsubscribe(
        "nl",
        "hem-stopzetten",
        rf"\b(?:wil|kun|kunt|wilt) (?:je|u|jij)\b{_NEAR}\b(?:hem|deze|die) (?:stopzetten|opzeggen)\b",
    ),
    _unsubscribe(
        "nl",
        "aanmelding",
        rf"\bmijn (?:aanmelding|inschrijving|abonnement)\b{_NEAR}"
        r"\b(?:ongedaan|intrekken|in te trekken|annuleren|be(?:ë|e)indigen|stopzetten|stop te zetten)\b",
    ),
    # Kunt u ervoor zorgen dat ik deze mail niet meer krijg? Ik ontvang je brief liever niet meer.
    _unsubscribe(
        "nl",
        "niet-meer-krijg",
        rf"\b(?:zorg\w{{0,3}}|kunt?|wilt?|graag|regel\w{{0,2}})\b{_FAR}\bik\b{_FAR}"
        r"\b(?:niet (?:meer|langer)|geen)\b"
        rf"{_NEAR}\b(?:krijg|ontvang)\b|\bik (?:ontvang|krijg)\b{_FAR}\bliever (?:niet|geen)\b",
        is_negative=True,
        needs_own=True,
    ),
    # Ik heb geen behoefte meer aan je nieuwsbrief.
    _unsubscribe(
        "nl",
        "geen-behoefte",
        rf"\bgeen (?:behoefte|interesse|belangstelling)\b{_NEAR}\b(?:aan|in|voor)\b",
        is_negative=True,
        needs_own=True,
    ),
    # Ik kan de knop om af te melden niet vinden.
    _unsubscribe(
        "nl",
        "lukt-niet",
        rf"\b(?:af te melden|uit te schrijven|afmelden|uitschrijven|(?:afmeld|uitschrijf)(?:knop|link))"
        rf"\b{_NEAR}"
        r"\b(?:lukt (?:me |mij )?niet|werkt niet|niet vinden|doet het niet)\b",
        is_negative=True,
    ),
    # Graag geen mails meer.
    _unsubscribe(
        "nl",
        "geen-mails-meer",
        r"\b(?:graag|liever|alsjeblieft|alstublieft|svp|aub) geen (?:\w{1,12} ){0,2}"
        r"(?:e-?mails?|mails?|nieuwsbrie(?:f|ven)|brie(?:f|ven)|berichten)\b",
        is_negative=True,
    ),
    # Mail me niet meer.
    _unsubscribe(
        "nl",
        "mail-niet-meer",
        rf"\bmail (?:me|mij|ons)\b{_NEAR}\bniet (?:meer|langer)\b"
        rf"|\b(?:me|mij|ons)\b{_NEAR}\bniet (?:meer|langer) (?:te )?"
        r"(?:mailen|aanschrijven|aan te schrijven|benaderen)\b"
        r"|^(?:graag |aub |gelieve )?niet meer (?:te )?(?:mailen|aanschrijven|benaderen)\b",
        is_negative=True,
    ),
    # Ik wil mijn abonnement graag opzeggen.
    _unsubscribe(
        "nl",
        "opzeggen",
        rf"\b(?:wil|wens|graag|hierbij|verzoek|kunt?|gelieve)\b{_FAR}"
        r"\b(?:opzeggen|op te zeggen|op te heffen|stopzetten|stop te zetten|be(?:ë|e)indigen|zeg ik)\b",
        needs_own=True,
    ),
    _unsubscribe(
        "en",
        "take-me-off",
        rf"\b(?:remove|take|drop|delete) {_ME_EN}\b{_NEAR}\b(?:from|off|out of)\b",
        needs_own=True,
    ),
    _unsubscribe("en", "unsubscribe-me", rf"\b(?:unsubscribe|opt out) {_ME_EN}\b|\bopt me out\b"),
    _unsubscribe(
        "en",
        "want-to-leave",
        r"\b(?:would like|want|wish|like|ask|asking) to (?:unsubscribe|be (?:removed|unsubscribed"
        r"|taken off)|opt out)\b",
    ),
    _unsubscribe(
        "en", "how-to-leave", r"\bhow (?:do|can|could|would) (?:i|we) (?:unsubscribe|opt out|get off)\b"
    ),
    _unsubscribe(
        "en",
        "be-taken-off",
        rf"\b(?:can|could|may|please|want|like)\b{_FAR}\b(?:be|get) (?:taken|removed|dropped) (?:off|from)\b",
        needs_own=True,
    ),
    _unsubscribe(
        "en",
        "do-not-want",
        rf"\b(?:don't|do not|no longer) (?:want|need|wish)(?! to (?:miss|lose|unsubscribe|leave|stop)\b)"
        rf"{_NEAR}"
        r"\b(?:e-?mails?|newsletters?|messages|letters?)\b",
        is_negative=True,
    ),
    _unsubscribe(
        "en",
        "stop-receiving",
        r"\b(?:like|want|wish) to stop (?:receiving|getting)\b|\bstop sending (?:me|us|these|this|them)\b",
    ),
    _unsubscribe("en", "cancel", r"\b(?:cancel|end|stop) my subscription\b"),
    _unsubscribe("en", "stop-mailing-me", r"\bstop (?:e-?mailing|mailing|contacting|writing to) (?:me|us)\b"),
    _unsubscribe(
        "en",
        "not-again",
        rf"\b(?:do not|don't|never) (?:contact|e-?mail|mail|write to) (?:me|us)\b{_NEAR}"
        r"\b(?:again|any ?more)\b"
        r"|\bno more (?:e-?mails?|mails?|messages|newsletters)\b",
        is_negative=True,
    ),
    _unsubscribe("en", "stop-sending", rf"\bstop (?:sending|e-?mailing|mailing)\b{_NEAR}", needs_own=True),
    _unsubscribe(
        "en",
        "no-longer",
        r"\b(?:no longer|not|don't) (?:wish|want|need|care) (?:to (?:receive|get|read))\b",
        is_negative=True,
        needs_own=True,
    ),
    _unsubscribe(
        "de",
        "abmelden",
        rf"\b(?:melden|tragen|nehmen|streichen) sie mich\b{_FAR}\b(?:ab|aus|heraus|raus)\b"
        rf"|\b(?:möchte|will|bitte)\b{_FAR}\bmich\b{_FAR}\b(?:abmelden|austragen|abzumelden)\b",
    ),
    _unsubscribe(
        "de",
        "abbestellen",
        rf"\b(?:möchte|will|bitte)\b{_FAR}\b(?:abbestellen|kündigen)\b",
        needs_own=True,
    ),
    _unsubscribe(
        "fr",
        "désinscrire",
        r"\b(?:me |moi )(?:désinscrire|désabonner|retirer)\b|\b(?:désinscrivez|désabonnez|retirez)-moi\b",
    ),
    _unsubscribe(
        "fr",
        "plus-recevoir",
        r"\bne (?:souhaite|veux|désire) plus recevoir\b",
        is_negative=True,
        needs_own=True,
    ),
    _unsubscribe("es", "de-baja", r"\b(?:darme|deme|déme|dar) de baja\b"),
    _unsubscribe(
        "es", "no-más", r"\bno (?:quiero|deseo) (?:seguir )?recib\w{1,6}\b", is_negative=True, needs_own=True
    ),
    # Verwijder al mijn gegevens. Ik verzoek u mijn persoonsgegevens te wissen.
    _forget(
        "nl",
        "gegevens",
        rf"{_NOT_I}\b(?:verwijder|verwijdert u|wis|vernietig|vergeet)\b(?! (?:ik|we|wij)\b)"
        rf"{_FAR}\bmijn\b{_NEAR}"
        r"\b(?:persoons)?gegevens\b"
        rf"|\b{_ASK}\b{_FAR}\bmijn\b{_NEAR}\b(?:persoons)?(?:gegevens|data)\b{_FAR}"
        r"\b(?:verwijderen|wissen|vernietigen|wist|verwijdert)\b",
    ),
    _forget(
        "nl",
        "over-mij",
        rf"\b(?:{_ASK}|verwijder|wis)\b{_FAR}\balle?s?\b{_NEAR}\b(?:van|over) mij\b{_NEAR}"
        r"(?:\b(?:verwijderen|wissen|vernietigen)\b|[.!?]|$)",
    ),
    _forget(
        "nl",
        "vergetelheid",
        rf"\b(?:beroep|verzoek|wil|graag|doe)\b{_FAR}\brecht op (?:vergetelheid|gegevenswissing)\b"
        r"|\bvergeet mij\b",
    ),
    _forget(
        "en",
        "my-data",
        rf"{_NOT_I}\b(?:delete|erase|remove|wipe)\b{_NEAR}\bmy (?:personal )?(?:data|information|details"
        r"|records)\b"
        rf"|{_NOT_I}\b(?:delete|erase|remove|wipe)\b{_NEAR}\b(?:data|information"
        rf"|everything)\b{_NEAR}\b(?:about|on|of) me\b",
    ),
    _forget(
        "en",
        "forgotten",
        rf"\b(?:exercise|invoke|request|under)\b{_FAR}\bright to (?:be forgotten|erasure)\b"
        r"|^(?:please )?forget me\b",
    ),
    _forget(
        "de",
        "löschen",
        rf"\bmeine (?:\w{{1,24}} )?daten\b{_NEAR}\b(?:zu )?löschen\b"
        rf"|\blöschen sie\b{_NEAR}\bmeine\b{_NEAR}\bdaten\b",
    ),
    _forget("fr", "effacer", r"\b(?:supprimer|effacer|supprimez|effacez)\b{_NEAR}\bmes données\b"),
    _forget("es", "borrar", r"\b(?:eliminar|borrar|eliminen|borren)\b{_NEAR}\bmis datos\b"),
)
"""All forms, each with the language it is in."""
