"""Requests put together from what a sentence holds: a wish, its object, and whom it is about.

People ask in more ways than there are forms (`intent_rules`). A sentence that holds all parts of a request is
found here, with less confidence: enough to ask the author, never enough to act by itself.
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.domain.inbound import Intent
from newsletter.replies.intent_context import (
    CHANGED_MIND,
    CONDITION,
    ELSEWHERE,
    FOR_WHAT,
    NARRATED,
    NEGATION,
    NOT_ARRIVING,
    NOT_ME,
    OTHERS,
    OWN,
    TOLD_OTHERS,
    clause_around,
    is_reported,
)

__all__ = ["COMPOSED", "composed_intent"]

COMPOSED: Final = 0.7
"""How sure a request is that only its parts tell."""

_WISH = re.compile(
    r"\b(?:wil|wilt|willen|wilde|kun|kunt|kan|zou|zouden|mag|mogen|graag|gelieve|verzoek|wens|hoef|hoeft"
    r"|liever"
    r"|aub|svp|alstublieft|alsjeblieft|hierbij|beter|fijn|prettig|zorg\w{0,3}|hoe)\b"
    r"|\bgeen (?:link|knop|manier|behoefte|interesse|belangstelling)\b"
    r"|\b(?:please|kindly|could|can|would|want|like to|wish|interested|need|prefer|rather|how do)\b"
)
_ASKED_FIRST = re.compile(
    r"^\W{0,3}(?:schrijf|meld|haal|schrap|verwijder|gooi|zet|wis|vernietig|doe|stuur|mail|geen"
    r"|uitschrijving|afmelding"
    r"|stop|remove|take|delete|drop|cancel|erase|unsubscribe)\b"
    r"|, ?(?:schrijf|meld|haal|schrap|verwijder|gooi|wis|remove|take|delete) "
)
_POLITE = re.compile(r"\b(?:graag|aub|svp|gelieve|alstublieft|alsjeblieft|please|kindly)\b")
_LEAVING = re.compile(
    r"\buitschrij\w{1,5}\b|\buit te schrijven\b|\bschrijf\b.{1,40}\buit\b"
    r"|\bafmeld(?:lijst|\w{0,3})\b|\baf te melden\b|\bmeld\b.{1,40}\baf\b"
    r"|\bunsubscrib\w{1,3}\b|\bopt(?:ing)? out\b|\bremove (?:me|us)\W{0,3}$"
    r"|\b(?:schrap|verwijder)(?:en)? (?:me|mij)(?: maar| graag| aub)?\W{0,3}$"
    r"|\b(?:me|mij) (?:verwijderen|schrappen) als (?:abonnee|lezer|ontvanger)\b"
    r"|\bik\b.{0,40}\b(?:uitgeschreven|afgemeld)\b.{0,15}\bworden\b"
)
_REMOVING = re.compile(
    r"\bverwijder\w{0,2}\b|\b(?:af|weg|eraf)?halen\b|\bhaal\w?\b|\bschrap\w{0,3}\b|\b(?:doe"
    r"|gooi)\b.{1,30}\buit\b"
    r"|\bremov(?:e|ing|ed)\b|\bdelet(?:e|ing|ed)\b|\b(?:take|taken|taking|drop)\b.{1,40}\b(?:off|from|out)\b"
)
_STOPPING = re.compile(
    r"\bopzeg\w{0,3}\b|\bop te zeggen\b|\bzeg\b.{1,40}\bop\b|\bstop(?:ge)?zet\w{0,3}\b|\bzet\b.{1,40}\bstop\b"
    r"|\bbe[ëe]indig\w{0,2}\b|\bstoppen\b|\bophouden\b|\bcancel\w{0,4}\b|\bdiscontinue\b"
    r"|\bstop de verzending\b|\bstop (?:the"
    r"|this|your) (?:news)?letter\b"
    r"|\bstop (?:receiving|getting|sending|mailing)\b"
)
_NO_MORE = re.compile(
    r"\b(?:niet|geen)\b.{0,60}\b(?:meer|langer)\b|\bliever (?:niet|geen)\b"
    r"|\bno longer\b|\b(?:don't|not)\b.{0,60}\bany ?more\b"
)
_NOT_WANTED = re.compile(
    r"\b(?:wil|hoef|wens)\b.{0,40}\b(?:deze|die|je|jouw|uw|de)\b.{0,20}"
    r"\b(?:brief|nieuwsbrief|mails?|e-?mails?)\b.{0,15}\bniet\b\W{0,5}$"
    r"|\b(?:brief|nieuwsbrief|mails?|e-?mails?)\b.{0,30}\b(?:hoef|wil|wens) ik\b.{0,10}\bniet\b"
    r"|\b(?:wil|hoef|wens)\b.{0,30}\bgeen (?:\w{1,12} )?(?:nieuwsbrie\w{1,3}|brie\w{1,3}|mails?|e-?mails?)\b"
    r"|\bgeen (?:\w{1,12} )?(?:nieuwsbrie\w{1,3}|brie\w{1,3}|mails?|e-?mails?)\b.{0,20}\b(?:wil|hoef|wens)\b"
    r"|\b(?:prefer|rather) not\b.{0,40}\b(?:e-?mails?|newsletters?|letters?)\b"
)
_NOTHING_MORE = re.compile(r"\b(?:stuur|mail)\b.{0,30}\b(?:niets|niks)\b.{0,10}\bmeer\b")
_WOULD_BE_BETTER = re.compile(r"\b(?:beter|fijn|prettig|blij|graag) als (?:je|u|jullie)\b")
_OFF = re.compile(r"\b(?:hier|daar|er)\b.{0,20}\b(?:vanaf|eraf|van af)\b|\b(?:eraf|eruit)\b")
_ME = re.compile(r"\b(?:me|mij|mijn|mezelf|ik|ons|dit (?:e-?mail|mail)?adres|i|my|us)\b")
_OBJECT_ME = re.compile(
    r"\b(?:me|mij|mezelf|ons|us|i|this account)\b|\x02"
    r"|\b(?:mijn|dit|my|this) (?:e-?mail|mail)?-? ?(?:adres|address|naam|name)\b"
)
_MY_ADDRESS = re.compile(r"\b(?:mijn|dit|my|this) (?:e-?mail|mail)?-? ?(?:adres|address)\b")
_ERASING = re.compile(r"\b(?:verwijder|wis|gewist|vernietig|eras|delet|remov|wip)\w{0,3}\b|\bvergeten\b")
_MY_DATA = re.compile(
    r"\bmijn\b.{0,30}\b(?:gegevens|persoonsgegevens|data)\b"
    r"|\b(?:gegevens|alles|data)\b.{0,40}\b(?:over|van) mij\b|\b(?:u|je|jij) mij vergeten\b"
    r"|\bmy (?:personal )?(?:data|information|details)\b"
    r"|\b(?:data|everything|information)\b.{0,40}\b(?:about|on) me\b"
)
_IN_LETTER = re.compile(
    r"\b(?:in|uit) (?:de|het|je|jouw|uw|een|deze) (?:\w{1,12} ){0,2}(?:(?:nieuws)?brief|verhaal)\b"
    r"|\bin the (?:\w{1,12} ){0,2}(?:news)?letter\b"
)
_KNEW = re.compile(r"\W{0,3}wist (?:je|jij|u|jullie|ik|wij|we)\b")
_STAYING = re.compile(r"\b(?:missen|mis|miss|zonder|without|blijf|blijven|keep|stay|houden)\b")


def composed_intent(sentence: str) -> Intent | None:
    """Return what a sentence in lower case asks by its parts; None where a part is missing or denied."""
    if (
        CHANGED_MIND.search(sentence)
        or NARRATED.search(sentence)
        or TOLD_OTHERS.search(sentence)
        or _KNEW.match(sentence)
    ):
        return None
    is_condition = CONDITION.search(sentence) and not _WOULD_BE_BETTER.search(sentence)
    if is_condition or OTHERS.search(sentence) or NOT_ME.search(sentence):
        return None
    if _STAYING.search(sentence) or not (_WISH.search(sentence) or _ASKED_FIRST.search(sentence)):
        return None
    about = _IN_LETTER.sub(" ", sentence)  # what stands in a letter is not the letter
    is_own = bool(OWN.search(about))
    if ELSEWHERE.search(about) and not is_own:
        return None
    if _MY_DATA.search(about) and _ERASING.search(about):
        return Intent.FORGET if _is_meant(_ERASING, about) and not NEGATION.search(about) else None
    return Intent.UNSUBSCRIBE if _wants_to_leave(about, is_own=is_own) else None


def _wants_to_leave(sentence: str, *, is_own: bool) -> bool:
    is_mine = bool(_ME.search(sentence) or _POLITE.search(sentence))
    is_no_more = _NO_MORE.search(sentence) and not NOT_ARRIVING.search(sentence)
    if is_own and (is_no_more or _NOT_WANTED.search(sentence)):
        return is_mine
    if _NOTHING_MORE.search(sentence):
        return is_mine
    if _is_meant(_LEAVING, sentence) and (_OBJECT_ME.search(sentence) or "ik " in sentence):
        return is_own or not FOR_WHAT.search(sentence)
    if _is_meant(_REMOVING, sentence) and _takes_off(sentence):
        return True
    if _is_meant(_REMOVING, sentence) and _MY_ADDRESS.search(sentence):
        return True
    return (is_own and _is_meant(_STOPPING, sentence)) or (is_mine and _is_meant(_OFF, sentence))


def _takes_off(sentence: str) -> bool:
    """Tell whether one clause says whom to take from what."""
    match = _REMOVING.search(sentence)
    clause = clause_around(sentence, match) if match else ""
    return bool(OWN.search(clause) and _OBJECT_ME.search(clause))


def _is_meant(pattern: re.Pattern[str], sentence: str) -> bool:
    """Tell whether a part stands in the sentence, in a clause that does not deny it."""
    match = pattern.search(sentence)
    if match is None or is_reported(sentence, match):
        return False
    return not NEGATION.search(clause_around(sentence, match))
