"""What subject and sentences say: away, received, prove that you are a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from newsletter.domain.inbound import Evidence, InboundKind
from newsletter.replies.classify import away_phrases, phrases
from newsletter.replies.classify.seen import Seen
from newsletter.replies.subjects import is_answer

__all__ = ["CALLS_ITSELF_AUTOMATIC", "has_left", "likeliest", "word_evidence"]

CALLS_ITSELF_AUTOMATIC: Final = "words:machine"
"""The rule for what does so, which says little of what it is."""

_AWAY: Final = 0.5

# Rule, kind, weight, where, pattern. Subject and sentence together come to `ENOUGH`; alone, none does.
_RULES: Final = (
    ("subject:away", InboundKind.OUT_OF_OFFICE, _AWAY, "subject", away_phrases.ABSENT_SUBJECT.match),
    ("subject:away-behind", InboundKind.OUT_OF_OFFICE, 0.3, "subject", away_phrases.ABSENT_BEHIND.search),
    ("subject:away-until", InboundKind.OUT_OF_OFFICE, 0.4, "subject", away_phrases.ABSENT_UNTIL.match),
    ("words:away", InboundKind.OUT_OF_OFFICE, 0.4, "words", away_phrases.ABSENT.search),
    ("words:only-notice", InboundKind.OUT_OF_OFFICE, 0.6, "words", away_phrases.ONLY_NOTICE.search),
    ("subject:received", InboundKind.ACKNOWLEDGEMENT, 0.5, "subject", phrases.RECEIVED_SUBJECT.match),
    ("subject:thanks", InboundKind.ACKNOWLEDGEMENT, 0.25, "subject", phrases.THANKS_SUBJECT.match),
    ("words:received", InboundKind.ACKNOWLEDGEMENT, 0.25, "words", phrases.RECEIVED.search),
    ("words:submitted", InboundKind.ACKNOWLEDGEMENT, 0.05, "words", phrases.SUBMITTED.search),
    (CALLS_ITSELF_AUTOMATIC, InboundKind.ACKNOWLEDGEMENT, 0.4, "words", phrases.BY_MACHINE.search),
    ("words:promise", InboundKind.ACKNOWLEDGEMENT, 0.3, "words", phrases.PROMISED.search),
    ("subject:verify", InboundKind.CHALLENGE, 0.45, "subject", phrases.VERIFY_SUBJECT.search),
    ("words:held", InboundKind.CHALLENGE, 0.45, "words", phrases.HELD.search),
    ("words:prove", InboundKind.CHALLENGE, 0.4, "words", phrases.PROVE.search),
)
_CLAIMED: Final = (InboundKind.OUT_OF_OFFICE, InboundKind.ACKNOWLEDGEMENT)
_SENTENCE_END: Final = re.compile(r"[.!?]")
_LONGEST_QUESTION: Final = 200
_MOST_AWAY: Final = 20
_BY_SERVER: Final = "subject:away"
_OF_ITSELF: Final = 0.7
_OWN_SUBJECT: Final = 0.3
_OURS_REPEATED: Final = 0.75
_OURS_BEHIND_A_WORD: Final = 0.75
_SERVERS_SUBJECT: Final = 0.75


def word_evidence(seen: Seen) -> Iterator[Evidence]:
    """Yield a piece for each rule that meets."""
    texts = {"subject": seen.subject, "words": seen.unsigned}
    automatic, itself = _automatic(seen), _of_itself(seen)
    if itself is not None:
        yield itself
    for rule, kind, weight, where, looks in _RULES:
        found = looks(texts[where])
        if found is not None and not (where == "words" and kind in _CLAIMED and _is_asked(found)):
            is_away = rule == _BY_SERVER
            if rule == CALLS_ITSELF_AUTOMATIC and itself is not None:
                continue
            yield Evidence(
                kind=automatic if is_away else kind,
                weight=_weight_away(seen.subject, found[0]) if is_away else weight,
                rule=rule,
                excerpt=found[0].strip()[:200],
            )
    yield from _together(seen)
    excerpt = seen.subject[:200]
    is_servers = away_phrases.AUTOMATIC_SUBJECT.match(seen.subject)
    if seen.mail.in_reply_to and is_servers and not away_phrases.ABSENT_SUBJECT.match(seen.subject):
        # A server writes its own subject over an answer; a person who changes it writes none of a server's.
        yield Evidence(kind=automatic, weight=_SERVERS_SUBJECT, rule="subject:server", excerpt=excerpt)
    if seen.repeats is None:
        return
    behind = (
        (away_phrases.ABSENT_SUBJECT, automatic, _OURS_REPEATED),
        (phrases.RECEIVED_BEFORE, InboundKind.ACKNOWLEDGEMENT, _OURS_REPEATED),
        (away_phrases.ABSENT_BEFORE, InboundKind.OUT_OF_OFFICE, _OURS_BEHIND_A_WORD),
    )
    for wanted, kind, weight in behind:
        if wanted.match(seen.repeats):
            yield Evidence(kind=kind, weight=weight, rule="subject:ours", excerpt=excerpt)


def _is_asked(found: re.Match[str]) -> bool:
    """Tell whether words stand in a question, which claims nothing: who asks of an absence has none."""
    end = _SENTENCE_END.search(found.string, found.end(), found.end() + _LONGEST_QUESTION)
    return end is not None and end[0] == "?"


def _together(seen: Seen) -> Iterator[Evidence]:
    """Yield what words say together that prove less apart."""
    away = {found[0].lower() for found in islice(away_phrases.ABSENT.finditer(seen.unsigned), _MOST_AWAY)}
    if len(away) > 1:
        yield _piece(InboundKind.OUT_OF_OFFICE, 0.2, "words:away-again", ", ".join(sorted(away)))
    says = away_phrases.ABSENT.search(seen.subject)
    if away and says is not None and not is_answer(seen.subject):
        yield _piece(InboundKind.OUT_OF_OFFICE, 0.3, "subject:says-away", says[0])
    instead = away_phrases.URGENT.search(seen.unsigned)
    if away and instead is not None:
        yield _piece(InboundKind.OUT_OF_OFFICE, 0.15, "words:away-instead", instead[0])
        thanks = away_phrases.THANKS_FOR_MAIL.match(seen.unsigned)
        if thanks is not None:
            yield _piece(InboundKind.OUT_OF_OFFICE, 0.25, "words:away-formula", thanks[0])
    click = phrases.CLICK.search(seen.unsigned)
    if click is not None and phrases.PROVE.search(seen.unsigned):
        yield _piece(InboundKind.CHALLENGE, 0.4, "words:click", click[0])


def _piece(kind: InboundKind, weight: float, rule: str, excerpt: str) -> Evidence:
    return Evidence(kind=kind, weight=weight, rule=rule, excerpt=excerpt.strip()[:200])


def _of_itself(seen: Seen) -> Evidence | None:
    """Return that the mail calls itself automatic: an absence where it says that somebody is away.

    Receipts may say so too, and then that something was received.
    """
    itself = away_phrases.OF_ITSELF.search(seen.words)
    if itself is None or _is_asked(itself):
        return None
    is_receipt = not has_left(seen) and (
        phrases.RECEIVED.search(seen.unsigned) or phrases.RECEIPT.search(seen.unsigned)
    )
    is_away = not is_receipt and away_phrases.ABSENT.search(seen.unsigned) is not None
    kind = InboundKind.OUT_OF_OFFICE if is_away else InboundKind.ACKNOWLEDGEMENT
    return Evidence(kind=kind, weight=_OF_ITSELF, rule=CALLS_ITSELF_AUTOMATIC, excerpt=itself[0][:200])


def _weight_away(subject: str, found: str) -> float:
    """Return how much a subject that begins with an absence proves: most where a server wrote it."""
    if len(found.strip()) == len(subject):  # people may have written "Afwezig", with nothing behind it
        return _AWAY if away_phrases.ONLY_MACHINES.match(subject) else _OWN_SUBJECT
    by_servers = (away_phrases.AUTOMATIC_SUBJECT, away_phrases.NOTICE_SUBJECT)
    return _SERVERS_SUBJECT if any(wanted.match(subject) for wanted in by_servers) else _AWAY


def _automatic(seen: Seen) -> InboundKind:
    """Return what the subject of a server stands for: receipts have it too, and say nothing of absence."""
    if phrases.RECEIPT.search(seen.unsigned):
        return InboundKind.ACKNOWLEDGEMENT
    if not away_phrases.CALLED_AUTOMATIC.match(seen.subject) or away_phrases.ABSENT.search(seen.unsigned):
        return InboundKind.OUT_OF_OFFICE
    says = (phrases.RECEIVED, phrases.SUBMITTED, phrases.BY_MACHINE, phrases.PROMISED)
    is_receipt = any(pattern.search(seen.unsigned) for pattern in says)
    return InboundKind.ACKNOWLEDGEMENT if is_receipt else InboundKind.OUT_OF_OFFICE


def likeliest(evidence: Sequence[Evidence]) -> InboundKind:
    """Return the kind of machine that the words speak for most; away where they say nothing."""
    weights: dict[InboundKind, float] = {}
    for one in evidence:
        if one.kind is InboundKind.HUMAN:
            continue
        weights[one.kind] = weights.get(one.kind, 0.0) + one.weight
    return max(weights, key=lambda kind: weights[kind], default=InboundKind.OUT_OF_OFFICE)


def has_left(seen: Seen) -> bool:
    """Tell whether an automatic answer says that its writer is gone for good."""
    return bool(away_phrases.LEFT.search(seen.words) or away_phrases.LEFT.search(seen.subject))
