"""How a mail is worded: like a person's or like those of machines, by what such mails were made of.

A sentence of a machine has no end of forms, so rules for sentences miss many. Here every word and pair of
words counts a little: `wording.tsv` says how much each speaks for a kind and against a person, learned from
mails in the repository (`tests/tools/learn_wording.py`; multinomial logistic regression, Berkson 1944 and
Cox 1958). The words that weighed most are kept as evidence, so that the author can see why.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from newsletter.domain.inbound import WORDING, Evidence, InboundKind
from newsletter.replies.classify.seen import Seen
from newsletter.replies.classify.traits import ALWAYS, traits, traits_of_sentences

__all__ = [
    "KINDS",
    "SCALE",
    "Likeness",
    "Weights",
    "likeness",
    "read_weights",
    "share_of",
    "wording_evidence",
]

KINDS: Final = (
    InboundKind.OUT_OF_OFFICE,
    InboundKind.ACKNOWLEDGEMENT,
    InboundKind.CHALLENGE,
    InboundKind.MDN,
    InboundKind.BOUNCE,
    InboundKind.DELAY,
)
"""The columns of `wording.tsv`; a person is what all of them are compared with."""

SCALE: Final = 100
"""A weight in `wording.tsv` is a natural logarithm of odds times this."""

_MOST_NAMED: Final = 6
_WHERE: Final = {"a": "first: {}", "z": "last: {}", "p": "{}…", "s": "subject: {}", "f": "sender: {}"}
_MOST: Final = 0.9
_LEAST_ODDS: Final = 0.5  # a natural logarithm: odds so even say nothing yet
_OF_ONE: Final = 5.0  # what the only trait of a mail counts
_SLOPE: Final = 0.35  # weight for each further one
_OF_A_SENTENCE: Final = 0.6  # how much the most human one counts beside all words

Weights = Mapping[str, tuple[int, ...]]
"""How much each trait speaks for each of `KINDS`, as `wording.tsv` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The kind a mail is worded like most, and what spoke for it most.

    `odds` is the natural logarithm of those of a person where a person it is, else of those of any machine,
    the most human sentence counted in.
    """

    kind: InboundKind
    odds: float
    words: tuple[str, ...]


def wording_evidence(seen: Seen, weights: Weights | None = None) -> Iterator[Evidence]:
    """Yield what the wording of a mail speaks for, when it speaks for anything.

    `weights` are those of `wording.tsv` unless given.
    """
    found = likeness(
        traits(seen), _shipped() if weights is None else weights, sentences=traits_of_sentences(seen)
    )
    weight = _weight_of(found)
    if weight:
        yield Evidence(kind=found.kind, weight=weight, rule=WORDING, excerpt=", ".join(found.words)[:200])


def _weight_of(found: Likeness) -> float:
    """Return how much a likeness counts beside rules."""
    return round(min(_MOST, max(0.0, (found.odds - _LEAST_ODDS) * _SLOPE)), 2)


def likeness(found: Iterable[str], weights: Weights, *, sentences: Iterable[Iterable[str]] = ()) -> Likeness:
    """Return what kind of mail the traits in `found` are most like by `weights`.

    The most human of the `sentences`, given by their traits, counts besides where it speaks for a person:
    what no machine says, none said, whatever stands around it.
    """
    known = {trait: weights[trait] for trait in sorted(found) if trait in weights}
    sums = _sums(known.values())
    least = min((_odds(_sums(_known(one, weights))) for one in sentences), default=0.0)
    odds = _odds(sums) + _OF_A_SENTENCE * min(0.0, least)
    at = 0 if odds <= 0 else max(range(1, len(KINDS) + 1), key=lambda place: sums[place - 1])
    kind = InboundKind.HUMAN if at == 0 else KINDS[at - 1]

    def speaks(trait: str) -> int:
        return known[trait][at - 1] if at else -max(known[trait])

    named = sorted(
        (trait for trait in known if speaks(trait) > 0 and trait != ALWAYS),
        key=lambda one: (-speaks(one), one),
    )
    words = tuple(map(_spoken, named[:_MOST_NAMED]))
    return Likeness(kind=kind, odds=abs(odds), words=words)


def _known(found: Iterable[str], weights: Weights) -> list[tuple[int, ...]]:
    return [weights[trait] for trait in found if trait in weights]


def _sums(known: Collection[tuple[int, ...]]) -> list[float]:
    """Return the logarithm of the odds of each of `KINDS` against a person."""
    share = share_of(len(known)) / SCALE
    return [sum(column) * share for column in zip(*known, strict=True)] or [0.0] * len(KINDS)


def _odds(sums: Sequence[float]) -> float:
    """Return the logarithm of the odds of any machine against a person."""
    most = max(sums)
    return most + math.log(sum(math.exp(one - most) for one in sums))


def _spoken(trait: str) -> str:
    """Return a trait as an author may read it."""
    where, _, word = trait.partition(":")
    if word and where in _WHERE:
        return _WHERE[where].format(word)
    return trait.removeprefix("=")


def share_of(many: int) -> float:
    """Return how much each of so `many` traits counts: those of a long mail less, for they say it again."""
    return _OF_ONE / math.sqrt(max(1, many))


def read_weights(content: str) -> Weights:
    """Return the weights in a file such as `wording.tsv`: a trait and a whole number for each kind a line."""
    rows = (line.split("\t") for line in content.splitlines() if not line.startswith("#"))
    return {trait: tuple(int(weight) for weight in weights) for trait, *weights in rows}


@cache
def _shipped() -> Weights:
    return read_weights(files("newsletter.replies.classify").joinpath("wording.tsv").read_text("utf-8"))
