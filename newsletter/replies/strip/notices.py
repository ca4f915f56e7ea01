"""Paragraphs that lawyers and mail servers add: disclaimers, banners, words about viruses and paper.

Told by what they are about rather than by how they begin: a disclaimer speaks of the message, and of
several of secrecy, its addressee, mistakes, destruction and liability. Nothing that somebody says is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.domain.stripped import PieceKind
from newsletter.replies.strip.labels import Sheet
from newsletter.replies.strip.notice_kinds import (
    EDGE,
    JE,
    TREE,
    begins,
    has,
    is_banner,
    is_disclaimer,
    is_mail,
    is_note,
    is_tag,
)
from newsletter.replies.strip.phrases import is_greeting, is_postscript
from newsletter.replies.strip.spoken import is_spoken
from newsletter.replies.words import MailWords

__all__ = ["is_shown", "label_notices"]

_NEAR = 4  # lines
_TIP_LINES = 3
_BANNER_LINES = 4
_MOST_LINES = 40
_LONGEST = 4_000
_FEW_WORDS = 4
_STOPS = (".", "!", "?", "]", ")", ":")
_WRAPPED, _WIDEST = 60, 100  # characters of a line that a program breaks
_LEARN = r"(?:^|[.!?:;|>\[<(*])\W{0,6}(?:%s)|https?://aka\.ms/"  # a link, or a sentence of its own


def label_notices(sheet: Sheet, start: int, end: int) -> None:
    """Label such paragraphs of a stretch of the writer's own lines, wherever they stand."""
    paragraphs = _paragraphs(sheet, start, end)
    if paragraphs:
        below = _tip_end(sheet, *paragraphs[0])
        sheet.label(range(paragraphs[0][0], below), PieceKind.DISCLAIMER, "disclaimer")
        paragraphs = _paragraphs(sheet, start, end)
    if paragraphs and is_tag(sheet.lines[paragraphs[0][0]].body, sheet.words):
        sheet.label((paragraphs[0][0],), PieceKind.DISCLAIMER, "disclaimer")
        paragraphs = _paragraphs(sheet, start, end)
    is_elsewhere = any(sheet.is_own(at) and not sheet.lines[at].is_blank for at in range(start))
    is_many = len(paragraphs) > 1 or is_elsewhere
    for first, last in paragraphs:
        if is_shown(sheet, first, end):
            continue
        texts = [sheet.lines[at].body for at in range(first, last)]
        if is_postscript(texts[0], sheet.words):
            continue
        is_last = (first, last) == paragraphs[-1] and is_many
        is_first = (first, last) == paragraphs[0] and len(paragraphs) > 1
        is_signed = sheet.has_signed_before(first)
        at = _notice_line(texts, sheet.words, is_first=is_first, is_last=is_last, is_signed=is_signed)
        if at is not None:
            end_of_notice = first + _end(texts, at, sheet.words) if first == paragraphs[0][0] else last
            sheet.label(range(first + at, end_of_notice), PieceKind.DISCLAIMER, "disclaimer")
            _label_heading(sheet, first + at, start)
        elif (first, last) == paragraphs[0]:
            banner = range(first, first + _banner_end(texts, sheet.words))
            sheet.label(banner, PieceKind.DISCLAIMER, "disclaimer")


def _tip_end(sheet: Sheet, first: int, last: int) -> int:
    """Return the line behind a tip that Outlook put first, `first` when there is none.

    It is one sentence and a link; the writer's first line may follow without a gap.
    """
    begun = sheet.lines[first].body.lower().lstrip(EDGE).replace("’", "'")
    if not begins(begun, sheet.words, "tip"):
        return first
    for below in range(first + 1, min(last, first + _TIP_LINES) + 1):
        text = " ".join(sheet.lines[at].body for at in range(first, below))[:_LONGEST].lower()
        is_of_somebody = "@" in text or has(text, sheet.words, "sender")
        if _is_learn(text, sheet.words):
            return below if is_of_somebody and not is_spoken(JE.sub(" ", text), sheet.words) else first
    return first


def _is_learn(text: str, words: MailWords) -> bool:
    learn = "|".join(re.escape(phrase) for phrase in words.notices["learn"])
    return bool(re.search(_LEARN % learn, text))


def _banner_end(texts: Sequence[str], words: MailWords) -> int:
    """Return the line behind a banner under which the writer goes on without a gap; 0 where there is none.

    Their words stand in the same paragraph, so the lines above them have to say all that a banner says.
    """
    for end in range(1, min(len(texts), _BANNER_LINES + 1)):
        text = " ".join(texts[:end])[:_LONGEST]
        is_ended = is_greeting(texts[end], words) or _is_ended(texts[end - 1], texts[end])
        is_whole = is_banner(text, words) and has(text.lower(), words, "harm")
        if is_ended and is_whole and is_mail(text.lower(), words):
            return end
    return 0


def _label_heading(sheet: Sheet, at: int, start: int) -> None:
    """Label the heading right above a notice that begins at a line: a few words that say what it is."""
    above = next((one for one in range(at - 1, start - 1, -1) if not sheet.lines[one].is_blank), None)
    if above is None or not sheet.is_own(above):
        return
    text = sheet.lines[above].body.lower().strip(EDGE + ":=.#~")
    if len(text.split()) <= _FEW_WORDS and text.startswith(sheet.words.notices["heading"]):
        sheet.label(range(above, above + 1), PieceKind.DISCLAIMER, "disclaimer")


def is_shown(sheet: Sheet, at: int, end: int) -> bool:
    """Tell whether the writer shows what stands at a line: a colon above it, more of their words below."""
    above = next(
        (one for one in range(at - 1, max(-1, at - _NEAR), -1) if not sheet.lines[one].is_blank), None
    )
    if above is None or not sheet.is_own(above) or not sheet.lines[above].body.endswith(":"):
        return False
    below = range(at + 1, min(end, at + _MOST_LINES))
    return any(sheet.is_own(one) and sheet.lines[one - 1].is_blank for one in below)


def _notice_line(
    texts: Sequence[str], words: MailWords, *, is_first: bool, is_last: bool, is_signed: bool
) -> int | None:
    """Return the line of a paragraph on which a notice begins."""
    for at, text in enumerate(texts[:_MOST_LINES]):
        begun = TREE.sub("", text.lstrip(), count=1).lower().lstrip(EDGE)
        is_begun = begun.startswith(words.disclaimer_starts)
        may_begin = at == 0 or is_begun or begins(begun, words, "about")
        rest = " ".join(texts[at : at + _MOST_LINES])[:_LONGEST]
        if may_begin and is_disclaimer(
            rest, words, is_last=is_last and at == 0, is_begun=is_begun, is_signed=is_signed
        ):
            return at
        if is_first and at == 0 and is_banner(rest, words):
            return at
        if is_last and is_note(rest, words, is_begun=is_begun, is_signed=is_signed):
            return at
    return None


def _end(texts: Sequence[str], at: int, words: MailWords) -> int:
    """Return the line behind a notice: in HTML a writer's first line may follow a banner without a gap.

    A banner that its first lines make complete goes on as long as a sentence does, or names what may harm.
    """
    for end in range(at + 1, min(len(texts), _MOST_LINES)):
        above = " ".join(text[:_LONGEST] for text in texts[at:end])[:_LONGEST]
        below = texts[end][:_LONGEST].lower()
        is_greeted = is_greeting(texts[end], words)
        is_ended = is_greeted or _is_ended(texts[end - 1], texts[end])
        is_whole = is_banner(above, words) and is_ended
        if is_whole and (is_greeted or is_spoken(below, words) or not has(below, words, "harm")):
            return end
    return len(texts)


def _is_ended(line: str, following: str) -> bool:
    """Tell whether a sentence ends with a line, by its last sign or because nothing wrapped it."""
    if line.rstrip(" *_\"'").endswith(_STOPS):
        return True
    is_wrapped = _WRAPPED <= len(line) <= _WIDEST
    return not is_wrapped and following.lstrip(EDGE)[:1].isupper()


def _paragraphs(sheet: Sheet, start: int, end: int) -> list[tuple[int, int]]:
    found, first = [], None
    for index in range(start, end + 1):
        is_inside = index < end and sheet.is_own(index)
        if is_inside and first is None:
            first = index
        elif not is_inside and first is not None:
            found.append((first, index))
            first = None
    return found
