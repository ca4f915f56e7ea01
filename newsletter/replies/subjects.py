"""Subjects: what mail programs and gateways put in front of them, and two of them compared."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["bare_subject", "is_answer", "subject_fits", "without_answer_marks"]

_LONGEST = 1_000
_MOST_PREFIXES = 20
# RFC 5256 2.1 knows Re, Fw and Fwd; the others are what programs in these languages write.
_ANSWERED = (
    *("re", "fw", "fwd", "aw", "antw", "antwoord", "antwort", "beantw", "doorst", "wg", "wtr", "tr", "rv"),
    *("rep", "sv", "vs", "vb", "vl", "odp", "pd", "res", "ref", "enc", "rif", "r", "i"),
)
_WORDS = (
    *_ANSWERED,
    *("automatisch antwoord", "automatic reply", "automatische antwort", "reponse automatique"),
    *("respuesta automatica", "afwezig", "afwezigheidsbericht", "afwezigheid", "out of office", "autoreply"),
    *("abwesenheitsnotiz", "absence", "undeliverable", "onbestelbaar", "niet-bestelbaar", "unzustellbar"),
)
_NUMBER = r" ?(?:[\[(]?\d{1,3}[\])]?)? ?[:\uff1a]"
_PREFIX = re.compile(rf"(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))}){_NUMBER}")
_ANSWER = re.compile(
    rf"\s{{0,20}}(?:{'|'.join(sorted(_ANSWERED, key=len, reverse=True))}){_NUMBER}\s{{0,20}}", re.IGNORECASE
)
_MARK = re.compile(r"(?:\[[^\[\]]{1,40}\]|\*{1,3}[a-z ]{2,20}\*{1,3}|\{[a-z ]{2,20}\}|\(extern(?:al)?\))")
_SLOT = re.compile(r"\{\{[^{}]{0,200}\}\}")
_SAME = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "..."}
)
_LEAST_FIXED = 6  # characters a subject must have beside its slots to say which letter it is of


def is_answer(subject: str) -> bool:
    """Tell whether `subject` begins as that of an answer, or of something passed on."""
    return _ANSWER.match(subject[:_LONGEST]) is not None


def without_answer_marks(subject: str) -> str:
    """Return `subject` without the Re:, Antw:, FW: and the like in front of it, else as it is written."""
    for _ in range(_MOST_PREFIXES):
        found = _ANSWER.match(subject)
        if found is None:
            break
        subject = subject[found.end() :]
    return subject


def bare_subject(subject: str) -> str:
    """Return `subject` as it was before it was answered or forwarded, folded for comparison.

    Letter case and accents do not count, nor Re:, Antw:, FW: and the like, however many, nor marks such as
    [EXTERN]. A mark in front of the author's own subject goes as well, in both that are compared.
    """
    spelt = unicodedata.normalize("NFKD", subject[:_LONGEST].translate(_SAME)).casefold()
    text = " ".join("".join(sign for sign in spelt if unicodedata.category(sign) != "Mn").split())
    for _ in range(_MOST_PREFIXES):
        found = _PREFIX.match(text) or _MARK.match(text)
        if found is None:
            break
        text = text[found.end() :].lstrip(" -")
    while text.endswith(("[extern]", "[external]")):
        text = text[: text.rindex("[")].rstrip()
    return text


def subject_fits(ours: str, theirs: str) -> bool:
    """Say whether `theirs` may be an answer to a letter with the subject `ours`, whose slots are open.

    Each `{{ … }}` stands for any text. A subject that is nearly all slots fits nothing.
    """
    # A slot has to survive folding, and cannot stand in what somebody writes after it.
    pieces = bare_subject(_SLOT.sub("\0", ours)).split("\0")
    answered = bare_subject(theirs.replace("\0", ""))
    if len("".join(pieces).strip()) < _LEAST_FIXED:
        return False
    if len(pieces) == 1:
        return pieces[0] == answered
    first, *middle, last = pieces
    if not answered.startswith(first) or not answered.endswith(last):
        return False
    at, end = len(first), len(answered) - len(last)
    for piece in middle:
        found = answered.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end
