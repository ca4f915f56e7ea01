"""Consent: what somebody said yes or no to, in which words, and how that can be shown later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

__all__ = [
    "ConsentEvent",
    "ConsentKind",
    "NewConsent",
    "Origin",
    "PersonalPart",
    "Wording",
]


class ConsentKind(StrEnum):
    """What happened.

    requested: somebody asked for the letter with this address; it proves nothing about whose it is.
    confirmed: who reads the mail of this address said yes. added: the author put it on the list, and
    says why. imported: it came in with a list, whose event holds for all in it. expired: a request that
    nobody confirmed in time was erased.
    """

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    ADDED = "added"
    IMPORTED = "imported"
    IMPORT_UNDONE = "import_undone"
    EXPIRED = "expired"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an act came from: `source` in words or as the address of the page, and the browser's own."""

    source: str
    ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A text that people say yes to; `name` is such as "confirm.nl", `digest` the SHA-256 (hex) of `text`."""

    name: str
    lang: str
    text: str

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the text, which tells one version from another."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalPart:
    """What an event holds about a person; it can be wiped, and its event still verifies.

    `salt` is random, so that who has the commitment alone cannot try addresses on it. `details` are what
    else was said, such as the tags chosen.
    """

    salt: str
    email: str | None = None
    source: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """Something that happened just now, to be written down.

    `email_hmac` is the keyed hash of the address key (`domain.person_hash`), None for an import, which is
    about many: `roll` is then the digest of the hashes of all of them. `purpose` is the list.
    """

    kind: ConsentKind
    at: datetime
    purpose: str
    email_hmac: str | None = None
    subscriber_id: int | None = None
    wording: Wording | None = None
    personal: PersonalPart | None = None
    roll: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvent:
    """One link of the chain, as it was written; nothing in it is ever changed.

    `commitment` is the digest of the personal part, which stands apart; `wording` the name of the text,
    `wording_digest` its SHA-256. `hash` covers every other field (`audience.consent.hash_event`).
    """

    id: int
    subscriber_id: int | None
    email_hmac: str | None
    kind: ConsentKind
    purpose: str
    wording: str | None
    wording_digest: str | None
    commitment: str | None
    roll: str | None
    at: datetime
    prev_hash: str
    hash: str
