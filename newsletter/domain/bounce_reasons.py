"""Why a mail bounced, by the words and the code of the reader's server.

The class of a code alone says little: a 550 is an address that never was as well as a server that does not
want us. Only words or codes that name the address make a bounce hard, for whoever is suppressed by mistake
never hears from the author again. The words are in `bounce_words.toml`, per language: what an address is
called, what became of it, and that something is denied to exist.
Sources: RFC 3463, RFC 7505 and the IANA registry of enhanced status codes.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from newsletter.domain.provider_event import BounceClass

__all__ = ["reason_class", "status_code"]

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}\w")  # their dots end no sentence
_DOMAIN = re.compile(r"(?<![\w.])(?:[\w-]{1,63}\.){1,8}[a-z]{2,20}(?![\w.]\w)", re.IGNORECASE)
_DATE = re.compile(  # takes room between an address and what became of it, and its dots end no sentence
    r"(?:(?:\b(?:per|op|sinds|vanaf|since|on|as of|seit|zum|am|dem|depuis|le|desde|el) ){0,2}"
    r"\b\d{1,2}(?:\.|er|st|nd|rd|th)? (?:de )?(?:jan|feb|f[ée]v|m[aä]r|mrt|maa|apr|avr|abr|may|mai|mei"
    r"|jui?[nl]"
    r"|aug|ao[uû]|ago|sep|o[kc]t|nov|dec|dez|d[ée]c|dic|ene)[^\W\d_]{0,8}\.? (?:de )?\d{4}"
    r"|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\b\d{4}-\d\d-\d\d)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SALUTATION = re.compile(
    r"\b(?:geachte|beste|dear|sehr geehrter?|lieber?|cher|ch[èe]re|madame, monsieur|estimad[oa]|gentile) "
    r"(?:afzender|sender|absender|exp[ée]diteur|remitente|mittente|klant|customer|client[ei]?|kunde"
    r"|kundin)\b",
    re.IGNORECASE,
)
_TO_SENDER = re.compile(  # where the letter goes, and of nobody what is wrong
    r"\b(?:retour|terug|returned?|zur(?:ü|ue)ck|devuelto|restituito|devolvid[oa]) ?(?:to|aan|naar|an"
    r"|[àa]|al?|ao)?(?: de| the| den| la| l')? ?"
    r"(?:l')?(?:sender|afzender|absender|exp[ée]diteur|remitente|mittente|remetente)\b",
    re.IGNORECASE,
)
_LATER = re.compile(r"\s*(?:smtp;\s*)?4\d\d[ -]")
_HARD_CODES = frozenset(["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
_SENDER_CODES = ("5.7.", "5.1.7", "5.1.8")
_LETTER_TO = re.compile(  # what is removed behind its address is the letter
    r"\b(?:message|e-?mail|mail|letter|bericht|brief|nachricht|courriel|mensaje|correo|messaggio"
    r"|mensagem)\b[^.;:!?]{0,50}"
    r"\b(?:to|for|from|van|von|de|da|aan|voor|an|f(?:ü|ue)r|[àa]|para|pour) [\W]{0,3}$",
    re.IGNORECASE,
)
_IN_TIME = re.compile(  # so is the letter that a filter holds
    r"\bword(?:t|en) (?:na|over|binnen)\b|\bwill be (?:\w{1,12} )?(?:after|in|within)\b|\bwird nach\b"
    r"|\b(?:sera|ser[áa]|verr[àa])\b[^.;:!?]{0,20}\b(?:apr[èe]s|dans|tras|dopo)\b",
    re.IGNORECASE,
)
_REMOVED = re.compile(
    r"deleted|removed|purged|disabled|verwijderd|gewist|gel(?:ö|oe)scht|entfernt|supprim|eliminad"
    r"|eliminat|cancellat|exclu|rimoss|retirad|vervallen|verlopen|expired|abgelaufen",
    re.IGNORECASE,
)
_REFUSED = re.compile(  # whoever has no such reader says that as well
    r"geweigerd|abgelehnt|refus[ée]|rechazad|rifiutat|respint|rejeitad|recusad|afvist|avvist|avvisa[dt]"
    r"|odrzucon",
    re.IGNORECASE,
)
_LONGEST: Final = 4_000
_SHORT: Final = 6  # words: so few may leave out what it is that is unknown
_BEFORE, _BEHIND = 24, 2  # characters around words on who is unknown in which a sender may be named
_ALWAYS_NOBODY: Final = (
    r"|n'existe (?:pas|plus) d(?:'|e |')(?:utilisateur|adresse|compte|destinataire|bo[iî]te)"
    r"|name or service not known|find any host named|(?:name|domain) service error[^.;]{0,60}host not found"
    r"|\b(?:account|user|recipient)s? (?:is )?not available\b|mailbox name not allowed"
    r"|not in my validrcptto"
    r"|\b(?:user|recipient|address)(?:not|un)(?:found|known)|recip(?:ient)?notfound"
    r"|(?:recipient|address|user) name is not recognized|5\.1\.0 address rejected"
    r"|\bwas(?:n't| not) found (?:at|in)\b|\b(?:is|werd|kon) niet (?:worden )?gevonden (?:bij|in|op)\b"
    r"|\bwurde (?:(?:bei|in) # )?nicht gefunden\b|\bn'a pas [ée]t[ée] trouv[ée]e? (?:sur|dans|chez|[àa])\b"
    r"|\bno se (?:ha encontrado|encontr[óo]) (?:a [^\s.;:]{1,40} )?en\b"
    r"|\bnon (?:[èe] stato )?trovato (?:su|in|presso)\b"
    r"|e-?mail-?konto ist in der organisation[^.;:!?]{0,60}nicht vorhanden"
    # Exchange Online says this of an address that is not in the directory (5.4.1), Outlook.com the next.
    r"|recipient address(?:es)? rejected ?: access denied"
    r"|55(?:0|4)[ -](?:5\.5\.0 )?requested action not taken: mailbox unavailable"
    r"|550 mailbox unavailable <@"  # XMail; @ stands for any address
)
_ALWAYS_FULL: Final = (
    r"|over ?size|too (?:large|big)|out of storage|exceeded storage|size (?:limit|exceeds)"
    r"|\b(?:plus|pas assez) d(?:'espace|e place)|\bespace insuffisant|\b(?:sin|no (?:tiene|hay"
    r"|queda)) espacio\b"
    r"|\bkein(?:en)? (?:speicher)?platz\b|\bgeen (?:opslag)?ruimte\b"
    r"|\bspazio (?:\w{1,12} )?insufficiente\b|\bsem espa[çc]o\b"
    r"|te groot voor|zu gro(?:ß|ss) f(?:ü|ue)r|trop (?:gros|volumineux) pour|demasiado grande para"
    r"|too many (?:messages|mails) (?:on|in)|too many hops"
    r"|retry timeout|delivery (?:time )?expired|message too old|retry time (?:not|exceeded)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patterns:
    """What words are looked for."""

    nobody: re.Pattern[str]
    gone: re.Pattern[str]
    sender: re.Pattern[str]
    full: re.Pattern[str]
    unwanted: re.Pattern[str]
    for_now: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    """Put the patterns together, once and only where they are needed."""
    content = files("newsletter.domain").joinpath("bounce_words.toml").read_text("utf-8")
    words = tomllib.loads(content)

    def any_of(name: str) -> str:
        found = {word for lang in words.values() for word in lang[name]}
        return "(?:" + "|".join(sorted(found, key=lambda word: (-len(word), word))) + ")"

    reader, machine = rf"(?:\b{any_of('reader')}\b|@)", any_of("machine")
    deny, knowing = any_of("deny"), any_of("knowing")
    denied = (
        rf"(?:\b{deny}\b[^.;:!?]{{0,25}}?\b{knowing}\b|\b{knowing}\b[^.;:!?]{{0,12}}?\b{deny}"
        rf"|n't (?:be |been )?{knowing}\b)"
    )
    gone = rf"(?:\b{any_of('gone')}|{denied}|\bhas null mx|\bhas no (?:mx|mail))"
    nobody = (
        rf"{reader}[^.;:!?]{{0,60}}?{gone}|\b{any_of('before')} (?:\w{{1,12}} ){{0,3}}?{reader}"
        rf"|\b(?:#|{machine})\b[^.;:!?]{{0,40}}?{gone}(?!,? try again)"
        rf"|\b(?:unknown|no such|bad|invalid|illegal) (?:host/)?{machine}\b"
        rf"|\b{any_of('moved')}{_ALWAYS_NOBODY}"
    )
    full = rf"(?<!sending )quota|\b{any_of('room')}\b[^.;:!?]{{0,60}}?{any_of('full')}{_ALWAYS_FULL}"
    return _Patterns(
        nobody=re.compile(nobody, re.IGNORECASE),
        gone=re.compile(gone, re.IGNORECASE),
        sender=re.compile(rf"\b{any_of('sender')}", re.IGNORECASE),
        full=re.compile(full, re.IGNORECASE),
        unwanted=re.compile(any_of("unwanted"), re.IGNORECASE),
        for_now=re.compile(any_of("for_now"), re.IGNORECASE),
    )


def reason_class(status: str, reason: str) -> BounceClass | None:
    """Return the class that `status` (RFC 3463, "" where there is none) and `reason` prove, None for nothing.

    Words that we are unwanted win from a code that names the address, unless the words name it too.
    """
    given = status_code(status)
    code = given if given and not given.endswith(".0.0") else status_code(reason) or given or ""
    is_later = code.startswith("4.") or (not code and _LATER.match(reason) is not None)
    said = _SALUTATION.sub(" ", " ".join(reason[:_LONGEST].replace("_", " ").split()))
    said = _TO_SENDER.sub(" ", said)
    said = _DOMAIN.sub("#", _ADDRESS.sub("@", _DATE.sub("", said)))
    is_nobody, is_sender = _whom_it_names(said)
    if (
        is_later
        or _is_full(said)
        or (is_nobody and code not in _HARD_CODES and _patterns().for_now.search(said))
    ):
        return BounceClass.SOFT
    is_unwanted = is_sender or _is_unwanted(said, but_refused=is_nobody)
    if is_unwanted and not (is_nobody and code in _HARD_CODES):
        return BounceClass.BLOCKED
    if code in _HARD_CODES or is_nobody:
        return BounceClass.HARD
    if code.startswith(_SENDER_CODES):
        return BounceClass.BLOCKED
    is_soft = code.startswith(("5.2.", "5.3.", "5.4.")) or _patterns().for_now.search(said) is not None
    return BounceClass.SOFT if is_soft else None


def _is_unwanted(said: str, *, but_refused: bool) -> bool:
    """Tell whether words say that we are unwanted; with `but_refused`, by more than that it was refused."""
    found = _patterns().unwanted.finditer(said)
    return any(not but_refused or _REFUSED.fullmatch(match[0]) is None for match in found)


def _is_full(said: str) -> bool:
    """Tell whether words are of too little room; a server that leaves open which it is means no reader."""
    return _patterns().full.search(said) is not None and "or unknown user" not in said.lower()


def _whom_it_names(said: str) -> tuple[bool, bool]:
    """Return whether words say that there is no such reader, and whether they say so of the sender alone."""
    is_sender = False
    for match in _patterns().nobody.finditer(said):
        if _IN_TIME.search(match[0]):
            continue
        if (
            match[0].startswith("@")
            and _REMOVED.search(match[0])
            and _LETTER_TO.search(said[max(0, match.start() - 80) : match.start()])
        ):
            continue
        if not _patterns().sender.search(said[max(0, match.start() - _BEFORE) : match.end() + _BEHIND]):
            return True, False
        is_sender = True
    is_short = len(said.split()) <= _SHORT and not _patterns().sender.search(said)
    return is_short and _patterns().gone.search(said) is not None, is_sender


def status_code(text: str) -> str | None:
    """Return the first enhanced status code in `text`, such as 5.1.1; None when there is none."""
    match = _CODE.search(text)
    return match[0] if match else None
