"""What the rules look at: a mail's subject and its own first words, without what it quotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from newsletter.domain.read_mail import ReadMail
from newsletter.replies.classify.signed import above_signature
from newsletter.replies.subjects import without_answer_marks
from newsletter.replies.ticket_lines import is_answer_above

__all__ = ["Seen", "see"]

_MOST_LINES: Final = 120
_MOST_CHARACTERS: Final = 4000
_QUOTED = re.compile(r"[\"“„”«»][^\"“„”«»\n]{1,200}[\"“”»«]|(?<!\w)['‘‚][^'’‘\n]{4,200}['’](?!\w)")
_BELOW = re.compile(
    r"\W{0,10}(?:-{2,}\s?(?:original|oorspronkelijk|urspr|message d'orig|mensaje orig|doorgestuurd"
    r"|forwarded)"
    r"|(?:op|on|am|le|el) .{4,80}(?:schreef|heeft|wrote|schrieb|a écrit|escribió)"
    r"|(?:van|from|von|de)\s?: .{1,200}@)",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A mail as the rules see it.

    `words` are its own first words on one line, without quotes from mails and without speech in quotation
    marks, which is never what the writer claims; `unsigned` are those above the signature. `repeats` is the
    part of the subject before one of our own subjects, None where none stands in it.
    """

    mail: ReadMail
    subject: str
    words: str
    unsigned: str
    repeats: str | None


def see(mail: ReadMail, subjects: Collection[str]) -> Seen:
    """Return `mail` as the rules look at it; `subjects` are those of our letters."""
    subject = _SPACE.sub(" ", mail.subject[:500]).strip()
    own = _own_lines(mail.text)
    name = mail.from_.name if mail.from_ is not None else ""
    return Seen(
        mail=mail,
        subject=subject,
        words=_on_one_line(own),
        unsigned=_on_one_line(above_signature(own, name)),
        repeats=_before_ours(subject, subjects),
    )


def _own_lines(text: str) -> list[str]:
    kept: list[str] = []
    left = _MOST_CHARACTERS
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if _BELOW.match(line[:300]) or left <= 0:
            break
        if not line.lstrip().startswith((">", "|")) and not is_answer_above(line):
            kept.append(line[:left])
            left -= len(line)
    return kept


def _on_one_line(lines: Sequence[str]) -> str:
    return _QUOTED.sub("", _SPACE.sub(" ", " ".join(lines)).strip())


def _before_ours(subject: str, subjects: Collection[str]) -> str | None:
    lowered = subject.casefold()
    for one in subjects:
        bare = _SPACE.sub(" ", without_answer_marks(one)).strip().casefold()
        if len(bare) >= 8 and lowered.endswith(bare):
            return subject[: len(subject) - len(bare)].strip()
    return None
