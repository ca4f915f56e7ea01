"""Mail addresses: one strict, linear rule for what is an address and which two are the same reader."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "AddressError",
    "Mailbox",
    "address_key",
    "normalise_address",
    "parse_mailbox",
    "plain_addresses",
    "readable_address",
    "shorten_address",
]

# RFC 5321 4.5.3.1: local part 64, path 254 usable octets. RFC 1035 2.3.4: label 63.
_MAX_LOCAL = 64
_MAX_ADDRESS = 254
_MAX_MAILBOX = 1000  # ours: a name longer than this is a mistake
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_FAST = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*)"
    r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z]))"
)
_PLAIN = re.compile(r"(?=[^@]{1,64}@)" + _FAST.pattern)  # what is longer before the @ is not of that kind
_MAILBOX = re.compile(r"\s*(?:(?P<name>[^<>]*?)\s*<(?P<angle>[^<>]+)>|(?P<bare>[^<>\s]+))\s*")


class AddressError(ValueError):
    """The text is not an address mail can be sent to; the message says why, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A name and an address, as in a From field (RFC 5322 3.4); `name` may be empty."""

    name: str
    email: str

    def __str__(self) -> str:
        """Render as people write it: `Name <address>`."""
        return f"{self.name} <{self.email}>" if self.name else self.email


def normalise_address(text: str) -> str:
    """Return `text` as the address to mail: trimmed, domain lower-cased and in ASCII (IDNA 2008).

    The local part keeps its case. Internationalised local parts (RFC 6531) and quoted local parts go
    through `email-validator`, everything else takes a linear fast path.
    Raises AddressError with the reason.
    """
    address = text.strip()
    fast = _FAST.fullmatch(address)
    if (
        fast
        and len(fast["local"]) <= _MAX_LOCAL
        and len(address) <= _MAX_ADDRESS
        and "--" not in fast["domain"]
    ):
        return f"{fast['local']}@{fast['domain'].lower()}"
    return _normalise_slowly(address)


def plain_addresses(texts: Sequence[str]) -> tuple[list[str | None], list[str]]:
    """Return what `normalise_address` and `address_key` make of `texts`, trimmed, for many at once.

    None, with any key, where an address is not of the plain kind and needs the other two.
    """
    matches = map(_PLAIN.fullmatch, texts)
    keys = [text.lower() for text in texts]
    plain = [
        None
        if match is None or len(text) > _MAX_ADDRESS or "--" in text
        else (text if text == key else text[: match.start("domain")] + key[match.start("domain") :])
        for text, key, match in zip(texts, keys, matches, strict=True)
    ]
    return plain, keys


def _normalise_slowly(address: str) -> str:
    """Return the address that the fast path did not know, or say what is wrong with it."""
    if not address:
        raise AddressError("the address is empty")
    if any(unicodedata.category(char) in ("Cf", *_UNPRINTABLE) for char in address):
        raise AddressError("the address holds a control or invisible character")
    if len(address) > 4 * _MAX_ADDRESS:
        raise AddressError("the address is too long")
    local, at, domain = address.rpartition("@")
    if not at:
        raise AddressError("there is no @ in the address")
    if not local:
        raise AddressError("there is nothing before the @")
    if "@" in local and not local.startswith('"'):
        raise AddressError("there is more than one @ in the address")
    ascii_domain = _ascii_domain(domain)
    if not _LOCAL.fullmatch(local):
        local = _unusual_local(local, ascii_domain)
    if len(local.encode()) > _MAX_LOCAL:
        raise AddressError(f"the part before the @ is longer than {_MAX_LOCAL} characters")
    result = f"{local}@{ascii_domain}"
    if len(result.encode()) > _MAX_ADDRESS:
        raise AddressError(f"the address is longer than {_MAX_ADDRESS} characters")
    return result


def address_key(text: str) -> str:
    """Return the key under which one reader is known: the normalised address, case-folded and in NFC.

    One address in two letter cases is one subscriber. Raises AddressError.
    """
    return unicodedata.normalize("NFC", normalise_address(text).casefold())


def parse_mailbox(text: str) -> Mailbox:
    """Read `Name <address>` or a bare address. Raises AddressError."""
    if len(text) > _MAX_MAILBOX:
        raise AddressError("the name and address are too long")
    match = _MAILBOX.fullmatch(text)
    if match is None:
        raise AddressError("write it as: Name <name@domain>")
    email = normalise_address(match["angle"] or match["bare"])
    name = (match["name"] or "").strip().strip('"').strip()
    if any(unicodedata.category(char) in _UNPRINTABLE for char in name):
        raise AddressError("the name holds a control character")
    return Mailbox(name=name, email=email)


def readable_address(email: str) -> str:
    """Return a normalised address with its domain as people write it, such as `zoe@brüder.example`."""
    local, at, domain = email.rpartition("@")
    if "xn--" not in domain:
        return email
    import idna  # only needed for the few addresses outside ASCII

    return f"{local}{at}{idna.decode(domain)}"


def shorten_address(email: str) -> str:
    """Return `r…@example.org`, the form in which addresses may appear in logs."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}…{at}{domain}" if at else "…"


def _ascii_domain(domain: str) -> str:
    lowered = domain.lower()
    if not lowered.isascii():
        lowered = _idna(lowered)
    labels = lowered.split(".")
    if len(labels) < 2:
        raise AddressError("the domain has no dot")
    for label in labels:
        _check_label(label)
    if not labels[-1][-1].isalpha():  # every top-level domain ends in a letter (RFC 3696 2)
        raise AddressError("the domain does not end in a letter")
    return lowered


def _check_label(label: str) -> None:
    if not label:
        raise AddressError("the domain has a dot at its end or two in a row")
    if not _LABEL.fullmatch(label):
        raise AddressError(f'"{label[:70]}" is not a valid part of a domain')
    if label[2:4] == "--":  # reserved for encodings, of which only Punycode exists (RFC 5890 2.3.1)
        _check_punycode(label)


def _check_punycode(label: str) -> None:
    import idna  # only needed for the few addresses outside ASCII

    if not label.startswith("xn--"):
        raise AddressError(f'"{label}" has two dashes where only an international name may have them')
    try:
        idna.ulabel(label)
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError(f'"{label}" is not a valid international name: {error}') from error


def _idna(domain: str) -> str:
    import idna  # only needed for the few addresses outside ASCII

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressError(f"the domain is not a valid international name: {error}") from error


def _unusual_local(local: str, domain: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # slow, so only for the unusual

    try:
        checked = validate_email(
            f"{local}@{domain}",
            check_deliverability=False,
            allow_quoted_local=True,
            test_environment=True,
        )
    except EmailNotValidError as error:
        text = str(error).rstrip(".").removeprefix("The email ")
        raise AddressError(f"the {text}" if text.startswith("address") else text) from error
    return str(checked.local_part)
