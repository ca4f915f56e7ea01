"""Learn how much each word speaks for an absence, a receipt or a notice, from the mails of the tests.

Usage: `python tests/tools/learn_wording.py`. Writes `newsletter/replies/classify/wording.tsv`, the same each
time, and tells how mails fare by what the others taught. Multinomial logistic regression with weights held
small (ridge).
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from newsletter.domain.inbound import InboundKind
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.classify import classify
from newsletter.replies.classify.seen import see
from newsletter.replies.classify.traits import traits
from newsletter.replies.classify.wording import KINDS, SCALE, read_weights, share_of
from newsletter.replies.mime import read_mail
from newsletter.replies.subjects import is_answer, without_answer_marks

_ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(_ROOT / "tests" / "unit" / "replies"))

from worded_mails import WordedMail, all_mails  # noqa: E402  # beside the tests that read them

TARGET = _ROOT / "newsletter" / "replies" / "classify" / "wording.tsv"
ALL_KINDS = ("human", *KINDS)
_LEAST_MAILS = 2
_LEAST_ANSWERS = 3
_LOOSE = 2.0  # the larger, the larger weights may grow
_MOST_ROUNDS = 1000
_TOLERANCE = 1e-5
_SEED = 14
SMALLEST = 8
_HEAD = "# Learned by tests/tools/learn_wording.py from the mails of the tests: do not change by hand.\n"

_PARTS = 5
_MOST_SHARE = 6.0
_TELLING = {  # words of a language that are none in the others
    "nl": {"het", "een", "ik", "niet", "uw", "wij", "van", "voor", "je", "dat", "ook", "zijn"},
    "en": {"the", "and", "your", "you", "this", "is", "of", "my", "will", "it", "was", "be"},
    "de": {"ich", "und", "der", "das", "nicht", "ihre", "wir", "ist", "sie", "zum", "bis", "auf"},
    "fr": {"le", "les", "vous", "votre", "est", "et", "du", "une", "pour", "je", "nous", "au"},
    "es": {"el", "los", "su", "y", "por", "una", "que", "del", "con", "para", "mi", "no"},
}

Lesson = tuple[frozenset[str], int]


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """How mails fared by what others taught: machines found of all there are, and people lost among them."""

    machines: int
    found: int
    people: int
    lost: int


def main() -> None:
    """Write the weights, and tell how well such weights do."""
    mails = list(all_mails())
    TARGET.write_text(written(learned(lessons(mails))), "utf-8")
    print(held_out(mails))  # a tool for a terminal


def held_out(mails: Sequence[WordedMail]) -> HeldOut:
    """Return how each part of `mails` is classified by what the other parts taught."""
    used = [mail for mail in mails if mail.kind in (*ALL_KINDS, "gone")]
    random.Random(_SEED).shuffle(used)
    given = lessons(used)
    machines = found = people = lost = 0
    for part in range(_PARTS):
        taught = [lesson for at, lesson in enumerate(given) if at % _PARTS != part]
        weights = read_weights(written(learned(taught)))
        for mail in used[part::_PARTS]:
            is_found = classify(read_mail(mail.raw), weights=weights).kind is not InboundKind.HUMAN
            if mail.kind == "human":
                people, lost = people + 1, lost + is_found
            else:
                machines, found = machines + 1, found + is_found
    return HeldOut(machines=machines, found=found, people=people, lost=lost)


def lessons(mails: Iterable[WordedMail]) -> list[Lesson]:
    """Return the traits of each mail of a kind that has a wording, and its place in `ALL_KINDS`."""
    kinds = [("out_of_office" if mail.kind == "gone" else mail.kind, read_mail(mail.raw)) for mail in mails]
    letters = _letters(mail for _, mail in kinds)
    return [(traits(see(mail, letters)), ALL_KINDS.index(kind)) for kind, mail in kinds if kind in ALL_KINDS]


def _letters(mails: Iterable[ReadMail]) -> list[str]:
    """Return the subjects of letters: what is answered again and again."""
    answered = Counter(
        " ".join(without_answer_marks(mail.subject).split()) for mail in mails if is_answer(mail.subject)
    )
    return sorted(subject for subject, count in answered.items() if count >= _LEAST_ANSWERS)


def learned(given: Sequence[Lesson]) -> dict[str, list[float]]:
    """Return a weight for each trait and kind: the larger, the more it speaks for the kind."""
    count = Counter(trait for found, _ in given for trait in found)
    known = sorted(trait for trait, mails in count.items() if mails >= _LEAST_MAILS)
    places = {trait: at for at, trait in enumerate(known)}
    rows = [sorted(places[trait] for trait in found if trait in places) for found, _ in given]
    ends = numpy.cumsum([0, *map(len, rows)])
    shares = numpy.concatenate([numpy.full(len(row), share_of(len(row))) for row in rows])
    mails = csr_matrix((shares, numpy.concatenate(rows), ends), shape=(len(rows), len(known)))
    model = LogisticRegression(C=_LOOSE, fit_intercept=False, max_iter=_MOST_ROUNDS, tol=_TOLERANCE)
    model.fit(mails, [kind for _, kind in given], sample_weight=_shares(given))
    return dict(zip(known, model.coef_.T.tolist(), strict=True))


def _shares(given: Sequence[Lesson]) -> list[float]:
    """Return how much each mail counts: kinds alike in each language, or a language would speak for one."""
    groups = [(_language(found), kind) for found, kind in given]
    many = Counter(groups)
    of_language = Counter(language for language, _ in groups)
    kinds = Counter(language for language, _ in many)
    return [
        min(_MOST_SHARE, of_language[language] / (kinds[language] * many[language, kind]))
        for language, kind in groups
    ]


def _language(found: frozenset[str]) -> str:
    return max(sorted(_TELLING), key=lambda language: len(_TELLING[language] & found))


def written(weights: dict[str, list[float]]) -> str:
    """Return the file of `weights`, each compared with a person's; what hardly counts is left out."""
    lines = []
    for trait, (human, *others) in weights.items():
        rounded = [round(SCALE * (one - human)) for one in others]
        if max(abs(one) for one in rounded) >= SMALLEST:
            lines.append("\t".join((trait, *map(str, rounded))))
    return _HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
