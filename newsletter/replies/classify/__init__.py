"""What a mail is: rules that each give evidence, and one way to weigh it.

The rules look in an order, reports for machines first, and what they find is kept. A mail with a report is
what the report says. Everything else is a person's until evidence says otherwise, and evidence for a person
counts against it: to hold a person for a machine loses a reply, the other way round costs a glance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from newsletter.domain.inbound import BounceFacts, Classified, Evidence, InboundKind, SubKind
from newsletter.domain.provider_event import BounceClass
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.bounce import bounces, worded_bounces
from newsletter.replies.bounce.speaker import is_automatic
from newsletter.replies.classify.at_once import time_evidence
from newsletter.replies.classify.gone import gone_address
from newsletter.replies.classify.machines import SAID, machine_evidence, no_machine_evidence
from newsletter.replies.classify.reports import report_evidence
from newsletter.replies.classify.seen import Seen, see
from newsletter.replies.classify.spam import spam_evidence
from newsletter.replies.classify.weigh import weigh
from newsletter.replies.classify.wording import Weights, wording_evidence
from newsletter.replies.classify.words import CALLS_ITSELF_AUTOMATIC, has_left, likeliest, word_evidence

__all__ = ["classify"]

_UNDELIVERED = (InboundKind.BOUNCE, InboundKind.DELAY)
_AUTOMATIC = (InboundKind.OUT_OF_OFFICE, InboundKind.ACKNOWLEDGEMENT, InboundKind.MDN)
_BY_CLASS = {
    BounceClass.HARD: SubKind.HARD,
    BounceClass.SOFT: SubKind.SOFT,
    BounceClass.BLOCKED: SubKind.BLOCKED,
    None: SubKind.UNCLEAR,
}


def classify(
    mail: ReadMail,
    *,
    subjects: Collection[str] = (),
    answered_after: timedelta | None = None,
    weights: Weights | None = None,
) -> Classified:
    """Return what `mail` is. Intents are not looked for: they are in a person's own words (`intents`).

    `subjects` are those of letters that were sent lately; an automatic answer often repeats one.
    `answered_after` is how long after its letter had left it was written, None where that is not known.
    `weights` are those of words, the ones that were learned unless given.
    """
    facts = bounces(mail)
    reported = tuple(report_evidence(mail, facts))
    if reported:
        kind = reported[0].evidence.kind
        return Classified(
            kind=kind,
            confidence=reported[0].evidence.weight,
            sub_kind=reported[0].sub_kind or _of_bounce(kind, facts),
            evidence=tuple(one.evidence for one in reported),
            bounces=facts if kind in _UNDELIVERED else (),
        )
    seen = see(mail, subjects)
    evidence = tuple(_by_rules(seen, answered_after, weights))
    kind, confidence = weigh(evidence)
    is_autoreply = kind in _AUTOMATIC or (kind is InboundKind.BOUNCE and is_automatic(mail))
    gone = gone_address(seen) if is_autoreply else None
    if gone is not None:
        by = Evidence(
            kind=InboundKind.BOUNCE, weight=confidence, rule="bounce:autoreply", excerpt=gone.diagnostic
        )
        return Classified(
            kind=InboundKind.BOUNCE,
            confidence=confidence,
            sub_kind=_BY_CLASS[gone.bounce],
            evidence=(by, *evidence),
            bounces=(gone,),
        )
    if kind in _UNDELIVERED:
        facts = worded_bounces(mail, is_delay=kind is InboundKind.DELAY)
        return Classified(
            kind=kind,
            confidence=confidence,
            sub_kind=_of_bounce(kind, facts),
            evidence=evidence,
            bounces=facts,
        )
    is_gone = kind is InboundKind.OUT_OF_OFFICE and has_left(seen)
    return Classified(
        kind=kind, confidence=confidence, sub_kind=SubKind.LEFT if is_gone else None, evidence=evidence
    )


def _by_rules(seen: Seen, answered_after: timedelta | None, weights: Weights | None) -> Iterator[Evidence]:
    words = list(word_evidence(seen))
    wording = list(wording_evidence(seen, weights))
    kind = likeliest(
        [one for one in words if one.rule != CALLS_ITSELF_AUTOMATIC]
        or [one for one in wording if one.kind is not InboundKind.HUMAN]
        or words
    )
    machine = list(machine_evidence(seen, kind))
    is_said = any(one.weight >= SAID for one in machine)
    yield from machine
    yield from time_evidence(answered_after, kind)
    yield from words
    spam = list(spam_evidence(seen))
    if not spam:  # it was learned from no offers
        yield from (one for one in wording if one.kind is not InboundKind.HUMAN or not is_said)
    yield from spam
    yield from no_machine_evidence(seen)


def _of_bounce(kind: InboundKind, facts: tuple[BounceFacts, ...]) -> SubKind | None:
    """Return the class of a bounce: that of the first address that failed."""
    if kind is not InboundKind.BOUNCE:
        return None
    return next((_BY_CLASS[fact.bounce] for fact in facts if not fact.is_delay), SubKind.UNCLEAR)
