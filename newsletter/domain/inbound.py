"""What a mail that came in is, what its writer asks, and what it tells about a letter that did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.domain.provider_event import BounceClass

__all__ = [
    "AUTOREPLY",
    "UNPROVEN",
    "WORDING",
    "AuthVerdict",
    "Authentication",
    "BounceFacts",
    "Classified",
    "Evidence",
    "FoundIntent",
    "InboundKind",
    "Intent",
    "SubKind",
]


class InboundKind(StrEnum):
    """Who or what wrote a mail. In doubt it is a person."""

    HUMAN = "human"
    OUT_OF_OFFICE = "out_of_office"  # the reader is away, or no longer there (`SubKind.LEFT`)
    ACKNOWLEDGEMENT = "acknowledgement"  # "we have your mail", a ticket number
    DELAY = "delay"  # a server could not deliver yet, and goes on trying
    BOUNCE = "bounce"  # a server could not deliver, and gave up
    COMPLAINT = "complaint"  # the reader called the letter spam
    MDN = "mdn"  # word that the letter was displayed or deleted (RFC 8098)
    CHALLENGE = "challenge"  # a filter wants the sender to prove to be a person
    SPAM = "spam"

    @property
    def is_automatic(self) -> bool:
        """Say whether a machine wrote it on behalf of a reader or a server."""
        return self not in (InboundKind.HUMAN, InboundKind.SPAM)


class SubKind(StrEnum):
    """A kind, told more closely where that changes what follows."""

    LEFT = "left"  # out of office for good: does not work there any more
    ARF = "arf"  # a complaint as RFC 5965 has it
    JMRP = "jmrp"  # a complaint as Outlook.com has it: the letter in a mail without words
    HARD = "hard"  # a bounce, by its reason, as `BounceClass`
    SOFT = "soft"
    BLOCKED = "blocked"
    UNCLEAR = "unclear"  # a bounce that says nothing of its reason
    DISPLAYED = "displayed"  # an MDN: read
    DELETED = "deleted"  # an MDN: deleted, perhaps unread


class Intent(StrEnum):
    """What a person asks for about their own subscription."""

    UNSUBSCRIBE = "unsubscribe"
    CHANGE_ADDRESS = "change_address"
    FORGET = "forget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One rule that met: what it speaks for, how strongly from 0 to 1, and the words it saw (at most 200)."""

    kind: InboundKind
    weight: float
    rule: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIntent:
    """A request found in the words of a person.

    `confidence` goes from 0 to 1; `excerpt` is the sentence. For a change of address `old` and `new` are the
    addresses named, normalised; None where they are not.
    """

    intent: Intent
    confidence: float
    rule: str
    excerpt: str
    old: str | None = None
    new: str | None = None


AUTOREPLY = "autoreply"
"""The rule of what an automatic answer says of its own mailbox: whoever set it up may be mistaken."""

WORDING = "wording"
"""The rule of what is known by its wording as a whole alone."""

UNPROVEN = frozenset((AUTOREPLY, WORDING))
"""Rules whose facts are the author's to decide about, whatever letter came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceFacts:
    """What a server says about one address it could not deliver to.

    `recipient` is normalised, None where the report names nobody. `status` is an enhanced code (RFC 3463),
    `diagnostic` the server's words on one line. `message_id` is that of the letter, without angle brackets.
    `bounce` is the class by reason, None where nothing proves one. `rule` says who read it.
    """

    recipient: str | None
    rule: str
    status: str | None = None
    diagnostic: str = ""
    message_id: str | None = None
    bounce: BounceClass | None = None
    is_delay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """What a mail is, and all that speaks for and against it; kept, so that the author can see why.

    `confidence` goes from 0 to 1. `intents` are those of a person's own words: they are found later, in the
    text without quotes, and put in with `replace`.
    """

    kind: InboundKind
    confidence: float
    sub_kind: SubKind | None = None
    evidence: tuple[Evidence, ...] = ()
    bounces: tuple[BounceFacts, ...] = ()
    intents: tuple[FoundIntent, ...] = ()


class AuthVerdict(StrEnum):
    """What the author's own mail server found of a mail's claim to be from its sender."""

    PASS = "pass"  # noqa: S105  # a verdict
    FAIL = "fail"
    NONE = "none"  # nobody looked, or nobody we believe


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """The verdicts of one server (RFC 8601) about the domain in From.

    `server` is the name it gave itself, None where no header of a server of ours was found. `dkim` is only
    about signatures whose domain covers the one in From.
    """

    server: str | None = None
    dmarc: AuthVerdict = AuthVerdict.NONE
    dkim: AuthVerdict = AuthVerdict.NONE

    @property
    def verdict(self) -> AuthVerdict:
        """Return `PASS` where DMARC passed, or DKIM did and DMARC did not fail."""
        if self.dmarc is not AuthVerdict.NONE:
            return self.dmarc
        return self.dkim

    @property
    def passes(self) -> bool:
        """Say whether the mail is from whom it says."""
        return self.verdict is AuthVerdict.PASS
