"""What subject and sentences say: away, received, prove that you are a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from newsletter.domain.inbound import Evidence, InboundKind
from newsletter.replies.classify import phrases
from newsletter.replies.classify.seen import Seen

__all__ = ["has_left", "likeliest", "word_evidence"]

# Rule, kind, weight, where, pattern. Subject and sentence together come to `ENOUGH`; alone, none does.
_RULES: Final = (
    ("subject:away", InboundKind.OUT_OF_OFFICE, 0.5, "subject", phrases.ABSENT_SUBJECT.match),
    ("words:away", InboundKind.OUT_OF_OFFICE, 0.4, "words", phrases.ABSENT.search),
    ("subject:received", InboundKind.ACKNOWLEDGEMENT, 0.5, "subject", phrases.RECEIVED_SUBJECT.match),
    ("subject:thanks", InboundKind.ACKNOWLEDGEMENT, 0.2, "subject", phrases.THANKS_SUBJECT.match),
    ("words:received", InboundKind.ACKNOWLEDGEMENT, 0.25, "words", phrases.RECEIVED.search),
    ("words:receipt", InboundKind.ACKNOWLEDGEMENT, 0.35, "words", phrases.RECEIVED_FIRMLY.search),
    ("subject:verify", InboundKind.CHALLENGE, 0.45, "subject", phrases.VERIFY_SUBJECT.search),
    ("words:held", InboundKind.CHALLENGE, 0.45, "words", phrases.HELD.search),
    ("words:prove", InboundKind.CHALLENGE, 0.4, "words", phrases.PROVE.search),
)
_OURS_REPEATED: Final = 0.5
_SERVERS_SUBJECT: Final = 0.6


def word_evidence(seen: Seen) -> Iterator[Evidence]:
    """Yield a piece for each rule that meets."""
    texts = {"subject": seen.subject, "words": seen.words}
    for rule, kind, weight, where, looks in _RULES:
        found = looks(texts[where])
        if found is not None:
            yield Evidence(kind=kind, weight=weight, rule=rule, excerpt=found[0].strip()[:200])
    if seen.mail.in_reply_to and phrases.AUTOMATIC_SUBJECT.match(seen.subject):
        # A server writes its own subject over an answer; a person who changes it writes none of a server's.
        yield Evidence(kind=InboundKind.OUT_OF_OFFICE, weight=_SERVERS_SUBJECT, rule="subject:server")
    if seen.repeats is not None and phrases.ABSENT_SUBJECT.match(seen.repeats):
        yield Evidence(
            kind=InboundKind.OUT_OF_OFFICE,
            weight=_OURS_REPEATED,
            rule="subject:ours",
            excerpt=seen.subject[:200],
        )


def likeliest(evidence: Sequence[Evidence]) -> InboundKind:
    """Return the kind that the words speak for most; away where they say nothing."""
    weights: dict[InboundKind, float] = {}
    for one in evidence:
        weights[one.kind] = weights.get(one.kind, 0.0) + one.weight
    return max(weights, key=lambda kind: weights[kind], default=InboundKind.OUT_OF_OFFICE)


def has_left(seen: Seen) -> bool:
    """Tell whether an automatic answer says that its writer is gone for good."""
    return bool(phrases.LEFT.search(seen.words) or phrases.LEFT.search(seen.subject))
