"""Mails as they cross an SMTP connection: CRLF everywhere, dots doubled, the end marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from newsletter.domain.outcome import Outcome

__all__ = ["SmtpMail", "SmtpPayload", "envelope_problem", "to_data"]

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """One mail for one reader; `sender` gets what cannot be delivered, `data` is what follows DATA."""

    position: int
    sender: str
    email: str
    data: bytes

    @property
    def needs_utf8(self) -> bool:
        """Say whether the envelope has letters outside ASCII, for which the server must know RFC 6531."""
        return not (self.email.isascii() and self.sender.isascii())


@dataclass(frozen=True)
class SmtpPayload:
    """The mails of a batch; those in `refused` cannot be carried and have none."""

    mails: tuple[SmtpMail, ...]
    refused: Mapping[int, Outcome]

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of all envelopes and mails."""
        sha = sha256()
        for mail in self.mails:
            sha.update(f"{mail.sender}\0{mail.email}\0{len(mail.data)}\0".encode())
            sha.update(mail.data)
        return sha.hexdigest()


def to_data(message: bytes) -> bytes:
    """Return `message` ready to follow DATA (RFC 5321 4.5.2).

    Bare carriage returns and line feeds become CRLF (2.3.8): some servers take them for line ends, and
    could then find the end of the mail, and a second mail, inside this one.
    """
    lines = _LINE_END.sub(b"\r\n", message) if _BARE.search(message) else message
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    stuffed = lines.replace(b"\r\n.", b"\r\n..")
    return (b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n"


def envelope_problem(email: str) -> str | None:
    """Return why `email` cannot stand in any SMTP envelope, None when it can."""
    if not email.isprintable() or "<" in email or ">" in email:
        return "the address holds characters that cannot stand in an envelope"
    return None
