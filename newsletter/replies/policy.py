"""What follows from a mail: done at once, or proposed to the author, who decides with one key.

At once happens only what is certain to be the reader's: what they ask from their own address, when the
author's server vouches for it; and what a mail system says with the signed letter as proof, about the address
the letter went to. Whoever has the letter could leave by its link too, so a forged bounce can do no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from newsletter.domain.address import address_key
from newsletter.domain.inbound import (
    UNPROVEN,
    Authentication,
    AuthVerdict,
    BounceFacts,
    Classified,
    FoundIntent,
    InboundKind,
    Intent,
    SubKind,
)
from newsletter.domain.inbound_match import Matched, MatchRule
from newsletter.domain.provider_event import BounceClass

__all__ = ["Act", "Decision", "Doubt", "Step", "decide"]


class Act(StrEnum):
    """What may be done about a reader."""

    SUSPEND = "suspend"  # a hard bounce: mail them no more until they ask again
    STRIKE = "strike"  # a soft bounce: one of three in a row
    NOTE_BLOCKED = "note_blocked"  # we were refused; counts for the author, never for the reader
    SUPPRESS = "suppress"  # a complaint: never again
    UNSUBSCRIBE = "unsubscribe"
    CHANGE_ADDRESS = "change_address"  # ask the new address to confirm; change when it does
    FORGET = "forget"
    REVIEW = "review"  # look whether this reader is still there


class Doubt(StrEnum):
    """Why something is only proposed."""

    NO_READER = "it is not certain which reader it is about"
    OTHER_SENDER = "it does not come from the address the letter went to"
    NOT_AUTHENTICATED = "your mail server does not vouch for the sender"
    FORGED = "your mail server says that the sender is forged"
    NO_PROOF = "nothing in it proves that it is about a letter of yours"
    OTHER_ADDRESS = "it is about another address than the reader's"
    NO_NEW_ADDRESS = "it does not say the new address"
    ALWAYS_ASKED = "this is never done without you"
    UNSURE = "the words are not certain"
    LONG_AGO = "it was written long ago, and they may have come back since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, about `subscriber_id`; None where the author has to say who it is.

    `is_automatic` says that it may be done at once; else `doubt` says why not. `new_address` belongs to
    CHANGE_ADDRESS. `reason` is what it follows from, in the words of the mail.
    """

    act: Act
    subscriber_id: int | None
    is_automatic: bool
    doubt: Doubt | None = None
    reason: str = ""
    new_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """All that follows from a mail, in the order in which to do it; often nothing."""

    steps: tuple[Step, ...] = ()


_PROVEN = (MatchRule.MESSAGE_ID, MatchRule.STORED_ID, MatchRule.RECIPIENT, MatchRule.RETURNED, MatchRule.LINK)
_CERTAIN_WORDS = 0.75
_ONLY_PROVEN = (Act.STRIKE, Act.NOTE_BLOCKED)  # not worth a question to the author
_BOUNCE_ACTS = {
    BounceClass.HARD: Act.SUSPEND,
    BounceClass.SOFT: Act.STRIKE,
    BounceClass.BLOCKED: Act.NOTE_BLOCKED,
}
_ABOUT_ADDRESSES = frozenset(_BOUNCE_ACTS.values())
_INTENT_ACTS = {
    Intent.UNSUBSCRIBE: Act.UNSUBSCRIBE,
    Intent.CHANGE_ADDRESS: Act.CHANGE_ADDRESS,
    Intent.FORGET: Act.FORGET,
}


def decide(
    classified: Classified,
    match: Matched,
    authentication: Authentication,
    *,
    readers: Mapping[str, int] | None = None,
    is_old: bool = False,
) -> Decision:
    """Return what follows from a mail; of one that `is_old` nothing that a person asks is done at once.

    `readers` are the subscribers known by the addresses that its bounces name, by `address_key`: a bounce of
    an address the letter was only passed on to is not about them.
    """
    kind = classified.kind
    if kind is InboundKind.BOUNCE:
        return Decision(steps=tuple(_about_bounces(classified.bounces, match, readers or {})))
    if kind is InboundKind.COMPLAINT:
        return Decision(steps=(_by_proof(Act.SUPPRESS, match, None, classified.sub_kind or ""),))
    if kind is InboundKind.HUMAN:
        return Decision(
            steps=tuple(_asked(one, match, authentication, is_old=is_old) for one in classified.intents)
        )
    if kind is InboundKind.OUT_OF_OFFICE and classified.sub_kind is SubKind.LEFT:
        reader = match.subscriber_id or match.via_subscriber_id
        return Decision(steps=(_proposed(Act.REVIEW, reader, Doubt.ALWAYS_ASKED, "left"),))
    return Decision()


def _about_bounces(
    facts: tuple[BounceFacts, ...], match: Matched, readers: Mapping[str, int]
) -> Iterator[Step]:
    """Yield at most one step for each act and reader: a report may name one twice."""
    seen: set[tuple[Act, int | None]] = set()
    for fact in facts:
        act = None if fact.is_delay or fact.bounce is None else _BOUNCE_ACTS[fact.bounce]
        if act is None:
            continue
        step = _about(fact, act, match, readers)
        if (act, step.subscriber_id) not in seen and (step.is_automatic or act not in _ONLY_PROVEN):
            seen.add((act, step.subscriber_id))
            yield step


def _about(fact: BounceFacts, act: Act, match: Matched, readers: Mapping[str, int]) -> Step:
    named = _named(fact, readers)
    if fact.rule in UNPROVEN:
        owner = match.subscriber_id if match.subscriber_id is not None else match.via_subscriber_id
        return _proposed(act, named if named is not None else owner, Doubt.ALWAYS_ASKED, fact.diagnostic)
    return _by_proof(act, match, named, fact.diagnostic, is_named=fact.recipient is not None)


def _named(fact: BounceFacts, readers: Mapping[str, int]) -> int | None:
    return None if fact.recipient is None else readers.get(address_key(fact.recipient))


def _by_proof(act: Act, match: Matched, named: int | None, reason: str, *, is_named: bool = False) -> Step:
    """Return a step that needs the letter as proof: a machine wrote the mail, so its sender says nothing.

    `named` is the reader whose address the mail names, None for nobody's; `is_named` says that it names one.
    """
    owner = match.via_subscriber_id if match.via_subscriber_id is not None else match.subscriber_id
    if match.rule not in _PROVEN or owner is None:
        doubt = Doubt.NO_PROOF if named is not None or owner is not None else Doubt.NO_READER
        return _proposed(act, named if named is not None else owner, doubt, reason)
    if (is_named and named != owner) or (act in _ABOUT_ADDRESSES and _may_be_an_answer(match, is_named)):
        return _proposed(act, owner, Doubt.OTHER_ADDRESS, reason)
    return Step(act=act, subscriber_id=owner, is_automatic=True, reason=reason[:200])


def _may_be_an_answer(match: Matched, is_named: bool) -> bool:  # noqa: FBT001  # of a bounce, as above
    """Say whether what bounced may be an answer of the author, which went to whoever wrote."""
    return match.rule is MatchRule.STORED_ID and not is_named


def _asked(found: FoundIntent, match: Matched, authentication: Authentication, *, is_old: bool) -> Step:
    """Return what to do about what a person asks, in their own name or in that of somebody else."""
    act = _INTENT_ACTS[found.intent]
    doubt = _doubt_about(found, match, authentication)
    if doubt is None and is_old:
        doubt = Doubt.LONG_AGO
    return Step(
        act=act,
        subscriber_id=match.subscriber_id,
        is_automatic=doubt is None,
        doubt=doubt,
        reason=found.excerpt,
        new_address=found.new if act is Act.CHANGE_ADDRESS else None,
    )


def _doubt_about(found: FoundIntent, match: Matched, authentication: Authentication) -> Doubt | None:
    if match.subscriber_id is None:
        return Doubt.NO_READER
    if not match.is_sender:
        return Doubt.OTHER_SENDER
    if not authentication.passes:
        is_forged = authentication.verdict is AuthVerdict.FAIL
        return Doubt.FORGED if is_forged else Doubt.NOT_AUTHENTICATED
    if found.intent is Intent.FORGET:  # nothing brings it back
        return Doubt.ALWAYS_ASKED
    if found.intent is Intent.CHANGE_ADDRESS and found.new is None:
        return Doubt.NO_NEW_ADDRESS
    return Doubt.UNSURE if found.confidence < _CERTAIN_WORDS else None


def _proposed(act: Act, reader: int | None, doubt: Doubt, reason: str) -> Step:
    return Step(act=act, subscriber_id=reader, is_automatic=False, doubt=doubt, reason=reason[:200])
