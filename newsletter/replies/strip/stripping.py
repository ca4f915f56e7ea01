"""Strip one mail: choose its text, label its lines, and put together what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.domain.read_mail import ReadMail
from newsletter.domain.stripped import PieceKind, Removed, Stripped
from newsletter.replies.containers import Mark
from newsletter.replies.strip.attribution import end_of_attribution, glued_attribution
from newsletter.replies.strip.closing import label_closings, trailing_rules
from newsletter.replies.strip.footers import glued_footer
from newsletter.replies.strip.labels import Sheet
from newsletter.replies.strip.lines import Line, lines_of_html, lines_of_text, split_line
from newsletter.replies.strip.quotable import quotable
from newsletter.replies.strip.quotes import label_quotes
from newsletter.replies.strip.sent import echo_of
from newsletter.replies.text import html_lines
from newsletter.replies.ticket_lines import is_answer_above
from newsletter.replies.words import MailWords, mail_words

__all__ = ["strip"]

_NAME_WORD = re.compile(r"\w{2,40}")


def strip(mail: ReadMail, *, sent_text: str | None = None, langs: Sequence[str] = ()) -> Stripped:
    """Return what the writer of `mail` wrote themselves.

    `sent_text` is the plain text of the letter they answer, if known: what repeats it is a quote, however it
    is marked. `langs` says in which languages people greet and sign off; without it in all we know. The plain
    text is read when there is any, else the HTML. Never raises; time grows with the length and no faster.
    """
    words = mail_words(langs)
    if mail.has_plain_text:
        source, lines = mail.text, lines_of_text(mail.text)
    else:
        source, lines = lines_of_html(html_lines(mail.html))
    lines = _unglued(lines, words)
    letter = (sent_text or "").strip()
    sheet = Sheet(lines, words, echo_of(lines, letter or _quoted_in_markup(mail)), bool(letter))
    _label_answer_above(sheet)
    label_quotes(sheet)
    label_closings(sheet)
    trailing_rules(sheet)
    stretches = [[lines[at].raw.rstrip() for at in range(*one)] for one in sheet.stretches()]
    reply = "\n\n".join("\n".join(lines_of).strip("\n") for lines_of in stretches)
    names = [name.lower() for name in _NAME_WORD.findall(mail.from_.name)] if mail.from_ else []
    return Stripped(
        source=source,
        reply_text=reply.strip(),
        quote_text="" if sheet.is_passed_on else quotable(stretches, words, names).strip(),
        removed=_removed(sheet),
        confidence=sheet.certainty() if reply.strip() and not sheet.is_passed_on else 0.3,
    )


def _label_answer_above(sheet: Sheet) -> None:
    """Label the line of a ticket system that a mail begins with."""
    first = next((at for at, line in enumerate(sheet.lines) if not line.is_blank), None)
    if first is not None and is_answer_above(sheet.lines[first].body):
        sheet.label((first,), PieceKind.FOOTER, "answer-above")


def _unglued(lines: Sequence[Line], words: MailWords) -> list[Line]:
    """Return the lines, with those cut in two that hold an attribution behind other text."""
    found: list[Line] = []
    for index, line in enumerate(lines):
        following = lines[index + 1].body if index + 1 < len(lines) else ""
        at = glued_attribution(line, following, words) if not line.depth and line.body else None
        if at is None and not line.depth:
            at = glued_footer(line, words) or end_of_attribution(line, words)
        found += (line,) if at is None else split_line(line, at)
    return found


def _quoted_in_markup(mail: ReadMail) -> str:
    """Return what the HTML beside a plain text marks as quoted, to compare the plain text with."""
    if not mail.has_plain_text or not mail.html:
        return ""
    return "\n".join(line.text for line in html_lines(mail.html) if line.mark is Mark.QUOTE)


def _removed(sheet: Sheet) -> tuple[Removed, ...]:
    found: list[Removed] = []
    for line, kind, rule in zip(sheet.lines, sheet.kinds, sheet.rules, strict=True):
        if kind is None or line.start == line.end:
            continue
        last = found[-1] if found else None
        if last is not None and last.end == line.start and (last.kind, last.rule) == (kind, rule):
            found[-1] = Removed(kind=kind, start=last.start, end=line.end, rule=rule)
        else:
            found.append(Removed(kind=kind, start=line.start, end=line.end, rule=rule))
    return tuple(found)
