"""Changes of address in a person's words: that it changes, from which to which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.inbound import FoundIntent, Intent
from newsletter.replies.intent_composed import COMPOSED
from newsletter.replies.intent_context import NOT_ME
from newsletter.replies.intent_parts import moves_address

__all__ = ["Masked", "address_change", "masked"]

_ADDRESS = re.compile(r"(?<![\w.+@-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MARK = re.compile(r"\x02(\d{1,3})\x03")
_MOST: Final = 100

_CHANGES = re.compile(
    # My address changes; I have a new one; change my address.
    r"\b(?:mijn|ons|my|our|mein|mon|mi)\b[^?!]{0,60}\b(?:e-?mail|mail)?-?(?:adres|address|adresse"
    r"|direcci[oó]n)\b[^?!]{0,60}"
    r"\b(?:wijzig\w{0,4}|verander\w{0,2}|gewijzigd|aan(?:passen|gepast)|wordt|vervalt|is nu|geworden"
    r"|changed?|changes|changing|is now"
    r"|will be|expires|ändert|geändert|change|cambia\w{0,2})\b"
    r"|\b(?:wijzig|verander|update|change|pas)\b[^.?!]{0,30}\b(?:mijn|ons|my"
    r"|our)\b[^.?!]{0,30}\b(?:e-?mail|mail)?-?(?:adres|address)\b"
    r"|\b(?:ik heb|wij hebben|we hebben|mijn|ons|i have|my|ich habe|meine)\b[^.?!]{0,30}\b(?:nieuwe?|new"
    r"|neue)\b[^.?!]{0,12}"
    r"\b(?:e-?mail|mail)?-?(?:adres|address|adresse)\b"
    r"|\b(?:mijn|my) (?:oude|old) (?:e-?mail|mail)?-? ?(?:adres|address)\b"
    r"|\b(?:mijn|my) (?:nieuwe|new) (?:e-?mail|mail)\b"
    # This one ends; I can be found at another.
    r"|\b(?:dit|this) (?:e-?mail|mail)?-? ?(?:adres|address)\b[^.?!]{0,40}\b(?:vervalt|verdwijnt|verloopt"
    r"|stopt|expires|ends)\b"
    r"|\b(?:vanaf|per|voortaan|from)\b[^.?!]{0,60}\b(?:bereikbaar|te bereiken|reachable)\b[^.?!]{0,12}\x02"
    # Send it to this one from now on.
    r"|\b(?:stuur|mail|send|zend|use|gebruik)\b[^.?!]{0,60}\b(?:voortaan|vanaf nu|in het vervolg"
    r"|from now on|in future)\b"
    r"|\b(?:voortaan|vanaf nu|in het vervolg|from now on)\b[^.?!]{0,60}\b(?:naar|sturen|to)\b"
)
_MAY_CHANGE = re.compile(
    r"\b(?:overzetten|omzetten|switch|move)\b[^.?!]{0,60}\b(?:naar|to)\b"
    r"|\b(?:brief|nieuwsbrief|mails?|letter|newsletter|rundbrief)\b[^.?!]{0,40}\b(?:naar|op|to|an)\b[^.?!]{0,6}"
    r"\b(?:mijn|ons|my|our|meine)\b[^.?!]{0,12}?\b\w{0,10}-?(?:adres|address|adresse)\b"
    r"|\b(?:nieuwe?|new) (?:mail)?(?:domein|domain)\b|\bvervang\w{0,2}\b[^.?!]{0,40}\bdoor\b"
    r"|\x02[^.?!]{0,20}\bvervangen\b"
    r"|\b(?:veranderd|gewijzigd|changed)\b[^.?!]{0,60}\b(?:mail|e-?mail)\b"
    r"|\b(?:change|update|wijzig|pas)\b[^.?!]{0,12}\b(?:mijn|my) (?:e-?mail|mail)\b"
    r"|\b(?:nieuwe?|ander|new|other|another) (?:e-?mail|mail)?-? ?(?:adres|address)\b"
    r"|\x03 als (?:nieuw )?(?:mail)?adres\b"
    r"|\b(?:mijn|my) (?:work )?(?:e-?mail|mail)\b[^.?!]{0,30}\b(?:verandert|wijzigt|wordt|changes?)\b"
    r"|\b(?:voortaan|in plaats van|instead of|from now on|vanaf nu)\b"
)
_STAYS = re.compile(
    r"\b(?:wijzig\w{0,4}|verander\w{0,2}|vervalt|verdwijnt|stopt|changes?|changing|ändert|change)\b"
    r"[^.?!,;:\x02]{0,30}\b(?:niet(?! alleen)|nooit|not|never|nicht|pas)\b"
    r"|\b(?:not|never|n't|niet|nooit)\b[^.?!,;:\x02]{0,15}\b(?:chang\w{1,3}|wijzigen|veranderen)\b"
)
"""That an address remains what it is."""
_FOR_OTHERS = re.compile(
    r"(?:adres|address|mail|mailbox|adresse)\b[^.?!:\x02]{0,40}\b(?:bedacht|verzonnen|geopend|gelanceerd|ingericht"
    r"|thought up|invented|opened|launched)\b"
    r"|(?:adres|address|mailbox|adresse)\b[^.?!:\x02]{0,30}\b(?:voor|for|für|pour|para) "
    r"(?!(?:mij|me|mijzelf|myself|je|jouw|uw|jullie|deze|dit|your|this|\w{0,12}brief|de \w{0,12}brief"
    r"|the newsletter|alles|alle mail|vanaf|het vervolg|now)\b)\w"
    # other things that go there
    r"|\b(?!(?:e-?mails?|mails?|\w{0,9}brieven|brieven|berichten|post|deze|die|dit|ze|alles|jullie|jij|we|wij|you|i|u|it"
    r"|letters|newsletters?|they|these|this|that|messages|everything|address|adres)\b)[^\W\d_]{3,24} "
    r"(?:kunnen|moeten|mogen|gaan|komen|can|should|must|may|go|k(?:ö|oe)nnen|sollen) (?:\w{1,12} ){0,3}"
    r"(?:naar|to|an)\b(?: \w{1,12}){0,1}? ?\x02"
)
"""An address that is not for the letter: of a team, or for questions of others."""
_OF_ME = re.compile(
    r"\b(?:mij|me|mijn|ik|wij|we|my|i|us|mich|mir|meine?|ich|mon|moi|mi|\w{0,9}-?adres(?:se)?|address|direcci[oó]n"
    r"|mail\w{0,4}|e-?mails?|\w{0,9}brie(?:f|ven)|newsletters?|letters?|berichten|messages|deze|dit|this|these"
    r"|stuur|sturen|send|zend|gebruik|use|bereikbaar|te bereiken|reachable)\b"
)
"""That the writer or the letter is what goes to another address; else it may be anything."""
_NAMES_MAIL = re.compile(r"e-?mail|\bmail-?adres|\bmailaddress")
_CUE = re.compile(
    r"\b(?:(?P<old>oude?|old|van|from|plaats van|instead of|vorige?|previous|alten?|statt|ancienne?|antigua)"
    r"|(?P<new>nieuwe?|new|naar|to|in|door|wordt|is|voortaan|geworden|now|neue?|zu|nouvelle|nueva))\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A text with marks in place of its addresses, so that their dots end no sentence."""

    text: str
    addresses: tuple[str, ...]

    def shown(self, piece: str) -> str:
        """Return a piece of the text with the addresses in it again."""
        return _MARK.sub(lambda match: self.addresses[int(match[1])], piece)


def masked(text: str) -> Masked:
    """Return `text` with its first addresses marked."""
    found: list[str] = []

    def mark(match: re.Match[str]) -> str:
        if len(found) == _MOST:
            return match[0]
        address = match[0].rstrip(".")
        found.append(address)
        return f"\x02{len(found) - 1}\x03{match[0][len(address) :]}"

    return Masked(text=_ADDRESS.sub(mark, text.translate({2: None, 3: None})), addresses=tuple(found))


def address_change(sentence: str, following: str, hidden: Masked) -> FoundIntent | None:
    """Return the change of address that a sentence of `hidden` asks for or tells; None when it does not.

    The address may stand in the sentence that follows it.
    """
    if NOT_ME.search(sentence) or _STAYS.search(sentence) or _FOR_OTHERS.search(sentence):
        return None
    is_certain = _CHANGES.search(sentence) is not None
    if not is_certain and not (_MARK.search(f"{sentence} {following}") and _may_change(sentence)):
        return None
    if _MARK.search(sentence) is None and _MARK.search(following) is not None:
        sentence = f"{sentence} {following}"
    is_certain = is_certain and _OF_ME.search(sentence) is not None
    marks = list(_MARK.finditer(sentence))
    if not marks and not _NAMES_MAIL.search(sentence):
        return None  # a street
    old, new = None, None
    begin = 0
    for match in marks:
        cues = list(_CUE.finditer(sentence, begin, match.start()))
        address = _normalised(hidden.addresses[int(match[1])])
        is_last = match is marks[-1]
        if (cues and cues[-1]["old"]) or (not cues and not is_last):
            old = old or address
        else:
            new = new or address
        begin = match.end()
    return FoundIntent(
        intent=Intent.CHANGE_ADDRESS,
        confidence=(0.9 if is_certain else COMPOSED) if new else 0.7,
        rule="address:new" if new and is_certain else "address:parts" if new else "address:announced",
        excerpt=sentence[:200],
        old=old,
        new=new,
    )


def _may_change(sentence: str) -> bool:
    return _MAY_CHANGE.search(sentence) is not None or moves_address(sentence)


def _normalised(address: str) -> str | None:
    try:
        return normalise_address(address)
    except AddressError:
        return None
