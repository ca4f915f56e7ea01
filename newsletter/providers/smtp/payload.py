"""Mails as they cross an SMTP connection: CRLF everywhere, dots doubled, the end marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.domain.outcome import Outcome

__all__ = ["SmtpMail", "SmtpPayload", "envelope_problem", "to_data"]


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


@dataclass(frozen=True, slots=True)
class SmtpPayload:
    """The mails of a batch; those in `refused` cannot be carried and have none.

    `digest` is the SHA-256 (hex) of all envelopes and mails.
    """

    mails: tuple[SmtpMail, ...]
    refused: Mapping[int, Outcome]
    digest: str


def to_data(message: bytes) -> bytes:
    """Return `message` as it follows DATA, with its end.

    Its lines end in CR LF and none begins with a dot, as `MessageTemplate` makes them: by a bare CR or LF,
    which some servers take for a line end (RFC 5321 2.3.8), or by a dot, a value could end this mail and
    begin another.
    """
    return message + b".\r\n"


def envelope_problem(email: str) -> str | None:
    """Return why `email` cannot stand in any SMTP envelope, None when it can."""
    if not email.isprintable() or "<" in email or ">" in email:
        return "the address holds characters that cannot stand in an envelope"
    return None
