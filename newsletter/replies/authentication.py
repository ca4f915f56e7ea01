"""What the author's own mail server found of a sender, in `Authentication-Results` (RFC 8601).

Anybody can write such a field. Only the topmost one of the author's own server can be believed: that server
puts it above all that came in. One below it with a failure is not explained away, though.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.inbound import Authentication, AuthVerdict
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.mime_headers import addresses

__all__ = ["NAMELESS", "authentication_of"]

NAMELESS: Final = "microsoft365"
"""What stands for Microsoft 365 among the servers: its field begins without a name, against RFC 8601 2.2."""

_FIELD: Final = "authentication-results"
_MOST_FIELDS: Final = 20
_LONGEST: Final = 5000
_ENDS_RESULT = str.maketrans(dict.fromkeys(" ;=\t", "_"))
_ENDS_ADDRESS = str.maketrans(dict.fromkeys("<>,;:@", "_"))
_WRITTEN_ONCE: Final = ("from", "subject", "content-type", "content-transfer-encoding")
"""Fields that a mail has once (RFC 5322 3.6); a signature covers the last, mail programs show the first."""
_METHOD = re.compile(
    r"\s*(dmarc|dkim)\s*(?:/\s*\d{1,3}\s*)?=\s*([a-z]{1,20})\b(.*)", re.IGNORECASE | re.DOTALL
)
_PROPERTY = re.compile(r"(?<![\w.-])(header\.(?:from|d|i))\s*=\s*\"?([^\s;\"]{1,300})", re.IGNORECASE)
_PASSES: Final = "pass"
_FAILS: Final = ("fail", "permerror", "policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Results:
    """One field: the server's name, "" where it gives none, and the text of each method."""

    server: str
    methods: tuple[str, ...]


def authentication_of(mail: ReadMail, servers: Collection[str]) -> Authentication:
    """Return the verdicts about the domain in From that one of `servers` gave.

    `servers` are names as in the field (authserv-id), in any letter case, or `NAMELESS`. With none of them,
    or none in the mail, nobody looked. Nobody vouches either for a mail whose From, subject or form can be
    read in two ways, for the server may have looked at the other.
    """
    named = {name.lower().rstrip(".") for name in servers}
    trusted = named - {"", NAMELESS}  # whoever calls itself that is not it
    values = mail.header_all(_FIELD)[:_MOST_FIELDS]
    fields = [_results(value) for value in values]
    ours = [field for field in fields if field.server in trusted]
    if fields and not fields[0].server and NAMELESS in named:
        ours = [field for field in fields if not field.server]
    domain = _domain(mail.from_.address) if mail.from_ and _has_one_meaning(mail) else ""
    if not ours or not domain:
        return Authentication()
    found = _verdicts(ours[0], domain)
    below = [_verdicts(field, domain) for field in ours[1:]]
    return Authentication(
        server=ours[0].server or NAMELESS,
        dmarc=_strictest(found.dmarc, [one.dmarc for one in below]),
        dkim=found.dkim,
    )


def _has_one_meaning(mail: ReadMail) -> bool:
    """Tell whether a mail has one sender, one subject and one form, whoever reads it."""
    if any(len(mail.header_all(name)) > 1 for name in _WRITTEN_ONCE):
        return False
    text = _plain(mail.header("from") or "", _ENDS_ADDRESS)
    if text is None or len(addresses(text)) != 1:
        return False
    before, bracket, after = text.partition("<")
    return "@" in before if not bracket else after.rstrip().find(">") == len(after.rstrip()) - 1 > 0


def _results(value: str) -> _Results:
    text = _plain(value[:_LONGEST], _ENDS_RESULT)
    if text is None:
        return _Results(server="", methods=())
    first, *rest = text.split(";")
    words = first.split()
    if not words or "=" in first:
        return _Results(server="", methods=(first, *rest))
    return _Results(server=words[0].lower().rstrip("."), methods=tuple(rest))


def _plain(text: str, ends: dict[int, str]) -> str | None:
    """Return `text` without comments, which nest, and with an underscore for each of `ends` in quotes.

    The sender chose part of what stands in both. None where a comment or a quotation has no end.
    """
    kept: list[str] = []
    depth, is_quoted, is_escaped = 0, False, False
    for character in text:
        if is_escaped:
            is_escaped = False
            kept.append("" if depth else "_")
        elif character == "\\" and (is_quoted or depth):
            is_escaped = True
        elif is_quoted:
            is_quoted = character != '"'
            kept.append(character.translate(ends) if is_quoted else "")
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            kept.append(" ")
        elif depth:
            continue
        elif character == '"':
            is_quoted = True
        else:
            kept.append(character)
    return None if depth or is_quoted or is_escaped else "".join(kept)


def _verdicts(field: _Results, domain: str) -> Authentication:
    dmarc, dkim = AuthVerdict.NONE, AuthVerdict.NONE
    for text in field.methods:
        match = _METHOD.match(text)
        if match is None:
            continue
        named = _PROPERTY.findall(match[3])
        properties = {name.lower(): value.lower() for name, value in named}
        verdict = _verdict(match[2].lower())
        if verdict is AuthVerdict.PASS and len(properties) < len(named):
            continue  # it says two things of one
        if match[1].lower() == "dmarc":
            about = properties.get("header.from", domain).rpartition("@")[2]
            dmarc = _strictest(verdict if about == domain else AuthVerdict.FAIL, [dmarc])
        elif _covers(properties, domain) and dkim is not AuthVerdict.PASS:
            dkim = verdict
    return Authentication(dmarc=dmarc, dkim=dkim)


def _covers(properties: dict[str, str], domain: str) -> bool:
    """Tell whether a signature's domain is that in From, or one above it."""
    signer = properties.get("header.d") or properties.get("header.i", "").rpartition("@")[2]
    return bool(signer) and "." in signer and (domain == signer or domain.endswith(f".{signer}"))


def _verdict(result: str) -> AuthVerdict:
    if result == _PASSES:
        return AuthVerdict.PASS
    return AuthVerdict.FAIL if result in _FAILS else AuthVerdict.NONE


def _strictest(first: AuthVerdict, others: Collection[AuthVerdict]) -> AuthVerdict:
    return AuthVerdict.FAIL if AuthVerdict.FAIL in others else first


def _domain(address: str) -> str:
    """Return the domain as servers write it, in ASCII (RFC 5891)."""
    try:
        return normalise_address(address).rpartition("@")[2]
    except AddressError:
        return address.rpartition("@")[2].lower().rstrip(".")
