"""Why a mail bounced, by the words and the code of the reader's server.

The class of a code alone says little: a 550 is an address that never was as well as a server that does not
want us. Only words or codes that name the address make a bounce hard, for whoever is suppressed by mistake
never hears from the author again.
Sources: RFC 3463, RFC 7505 and the IANA registry of enhanced status codes.
"""

from __future__ import annotations

import re

from newsletter.domain.provider_event import BounceClass

__all__ = ["reason_class", "status_code"]

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_LATER = re.compile(r"\s*(?:smtp;\s*)?4\d\d[ -]")
_HARD_CODES = frozenset(["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
_SENDER_CODES = ("5.7.", "5.1.7", "5.1.8")
_NO_SUCH_READER = re.compile(
    r"user unknown|(?:unknown|nonexistent) (?:user|recipient|address|mailbox|local part)"
    r"|doesn't (?:exist|have a)|not exist|no mailbox here|there is no user"
    r"|no such (?:user|recipient|mailbox|address|person)"
    r"|(?:recipient|address|mail-?box|user) (?:was )?not found|no mail ?-?box (?:found|available|by)"
    r"|not (?:a |an )?(?:known|valid|active) (?:user|address|mailbox|recipient)|bad[_ ]recipient"
    r"|deactivated (?:mailbox|user|account|address)"
    r"|(?:invalid|not a valid) (?:recipient|mailbox|user)|unrouteable address|not in my validrcptto"
    r"|not (?:listed|present) in (?:domino )?directory|no longer (?:valid|employed|on server)"
    r"|(?:account|mailbox)[^.;]{0,40}\b(?:disabled|closed|discontinued)"
    r"|(?:recipient|address|user) name is not recognized|(?:user|recipient|address|mailbox) (?:is )?unknown"
    # A name server's "no"; with "try again" it did not answer.
    r"|(?:host|domain)(?: name)? not found(?!,? try again)|(?:unknown|no such) (?:host|domain)"
    r"|name or service not known"
    # Dutch, German, French and Spanish.
    r"|bestaat niet|(?:gebruiker|adres|ontvanger) (?:is )?onbekend|onbekende? (?:gebruiker|adres|ontvanger)"
    r"|(?:ontvanger|adres|gebruiker|mailbox|postvak)[^.;]{0,40}niet gevonden|is niet gevonden bij"
    r"|empf(?:ae|ä)nger (?:ist )?unbekannt|(?:empf(?:ae|ä)nger|postfach|adresse|benutzer) existiert nicht"
    r"|(?:adresse|utilisateur|destinataire) inconnue?|aucun utilisateur|n'existe pas"
    r"|(?:usuario|destinatario|buz[oó]n|direcci[oó]n)[^.;]{0,40}(?:no existe|desconocid[oa])"
    # Exchange Online says this of an address that is not in the directory (5.4.1), Outlook.com the next.
    r"|recipient address(?:es)? rejected ?: access denied"
    r"|55(?:0|4)[ -](?:5\.5\.0 )?requested action not taken: mailbox unavailable",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"(?<!sending )quota|mailbox (?:is )?full|mailbox[^.;]{0,40}\bvol\b|over ?size|too (?:large|big)"
    r"|(?:postvak|postbus)[^.;]{0,60}\bvol\b|postfach[^.;]{0,60}\bvoll\b|bo[iî]te[^.;]{0,60}pleine"
    r"|buz[oó]n[^.;]{0,60}llen[oa]|out of storage|exceeded storage|size (?:limit|exceeds)"
    r"|too many (?:messages|mails) (?:on|in)"
    r"|too many hops",
    re.IGNORECASE,
)
_UNWANTED = re.compile(
    r"\bspam|blocked|block ?list|black ?list|\bpolic(?:y|ies)\b|reputation|\bdmarc\b|\bspf\b|\bdkim\b"
    r"|unsolicited|rate limit|too many|sender (?:address rejected|verify failed)|helo command"
    r"|relay(?:ing)? (?:access )?denied|not allowed to send"
    r"|geblokkeerd|geweigerd|zwarte lijst",
    re.IGNORECASE,
)


def reason_class(status: str, reason: str) -> BounceClass | None:
    """Return the class that `status` (RFC 3463, "" where there is none) and `reason` prove, None for nothing.

    Words that we are unwanted win from a code that names the address, unless the words name it too.
    """
    reason = " ".join(reason.split())
    code = status_code(status) or status_code(reason) or ""
    is_unwanted = bool(_UNWANTED.search(reason))
    is_nobody = bool(_NO_SUCH_READER.search(reason))
    if _FULL.search(reason) or code.startswith("4.") or (not code and _LATER.match(reason)):
        return BounceClass.SOFT
    if is_unwanted and not (is_nobody and code in _HARD_CODES):
        return BounceClass.BLOCKED
    if code in _HARD_CODES or is_nobody:
        return BounceClass.HARD
    if code.startswith(_SENDER_CODES):
        return BounceClass.BLOCKED
    return BounceClass.SOFT if code.startswith(("5.2.", "5.3.", "5.4.")) else None


def status_code(text: str) -> str | None:
    """Return the first enhanced status code in `text`, such as 5.1.1; None when there is none."""
    match = _CODE.search(text)
    return match[0] if match else None
