"""How a mail is worded: like a person's or like those of machines, by what such mails were made of.

A sentence of a machine has no end of forms, so rules for sentences miss many. Here every word and pair of
words counts a little: `wording.tsv` says how much each speaks for a kind and against a person, learned from
mails in the repository (`tests/tools/learn_wording.py`; multinomial logistic regression, Berkson 1944 and
Cox 1958). The words that weighed most are kept as evidence, so that the author can see why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from newsletter.domain.inbound import WORDING, Evidence, InboundKind
from newsletter.replies.classify.seen import Seen
from newsletter.replies.classify.traits import ALWAYS, traits

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
_SLOPE: Final = 0.3  # weight for each further one

Weights = Mapping[str, tuple[int, ...]]
"""How much each trait speaks for each of `KINDS`, as `wording.tsv` has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The kind a mail is worded like most, and what spoke for it most.

    `chance`, from 0 to 1, is that of a person where a person it is, else that of any machine.
    """

    kind: InboundKind
    chance: float
    words: tuple[str, ...]


def wording_evidence(seen: Seen, weights: Weights | None = None) -> Iterator[Evidence]:
    """Yield what the wording of a mail speaks for, when it speaks for anything.

    `weights` are those of `wording.tsv` unless given.
    """
    found = likeness(traits(seen), _shipped() if weights is None else weights)
    weight = _weight_of(found)
    if weight:
        yield Evidence(kind=found.kind, weight=weight, rule=WORDING, excerpt=", ".join(found.words)[:200])


def _weight_of(found: Likeness) -> float:
    """Return how much a likeness counts beside rules."""
    odds = math.log(found.chance / max(1.0 - found.chance, 1e-9))
    return round(min(_MOST, max(0.0, (odds - _LEAST_ODDS) * _SLOPE)), 2)


def likeness(found: Iterable[str], weights: Weights) -> Likeness:
    """Return what kind of mail the traits in `found` are most like by `weights`."""
    known = {trait: weights[trait] for trait in sorted(found) if trait in weights}
    share = share_of(len(known)) / SCALE
    sums = [sum(column) * share for column in zip(*known.values(), strict=True)] or [0.0] * len(KINDS)
    most = max(0.0, *sums)
    odds = [math.exp(-most), *(math.exp(one - most) for one in sums)]
    human = odds[0] / sum(odds)
    at = 0 if human >= 0.5 else max(range(1, len(odds)), key=lambda place: odds[place])
    kind = InboundKind.HUMAN if at == 0 else KINDS[at - 1]

    def speaks(trait: str) -> int:
        return known[trait][at - 1] if at else -max(known[trait])

    named = sorted(
        (trait for trait in known if speaks(trait) > 0 and trait != ALWAYS),
        key=lambda one: (-speaks(one), one),
    )
    words = tuple(map(_spoken, named[:_MOST_NAMED]))
    return Likeness(kind=kind, chance=human if at == 0 else 1.0 - human, words=words)


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
