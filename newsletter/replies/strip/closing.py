"""What stands under a writer's own words: signature, what a device adds, notices, the foot of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.domain.stripped import PieceKind
from newsletter.replies.containers import Mark
from newsletter.replies.strip.footers import is_footer
from newsletter.replies.strip.labels import Sheet
from newsletter.replies.strip.notices import is_shown, label_notices
from newsletter.replies.strip.phrases import is_postscript, is_signoff
from newsletter.replies.strip.separators import is_rule
from newsletter.replies.words import MailWords

__all__ = ["label_closings", "trailing_rules"]

_DASHES = ("--", "—", "––", "- -", "-- ")
_MOST_TRIED = 5
_MOST_SIGNED = 25
_LONG_SENTENCE = 14
_FEW_WORDS = 3
_FEW_SENTENCES = 2
_FEWEST_QUOTED = 60  # words
_MOST_FOOTER_WORDS = 8
_CONTACT = re.compile(r"\S@\S|://|www\.|\||[+(]?\d[\d ()./-]{6,}\d")
_NAME = re.compile(
    r"\W{0,3}[A-ZÀ-Þ][\w.'-]{0,30}(?: (?:[a-z]{1,3} ){0,2}[A-ZÀ-Þ][\w.'-]{0,30}){0,4}(?:, [\w .&-]{2,60})?\W?"
)


def label_closings(sheet: Sheet) -> None:
    """Label what is under the writer's own words, in each stretch of them."""
    for start, end in list(sheet.stretches()):
        _label_list_foot(sheet, start, end)
        label_notices(sheet, start, end)
        _label_footers(sheet, start, end)
        _label_signature(sheet, start, end)
    _label_marked(sheet)


def _label_signature(sheet: Sheet, start: int, end: int) -> None:
    """Label what comes under a line of two dashes (RFC 3676 4.3), up to a postscript."""
    dashes = [at for at in range(start, end) if sheet.lines[at].body in _DASHES and sheet.kinds[at] is None]
    for index in dashes[-_MOST_TRIED:]:
        line = sheet.lines[index]
        is_strict = line.raw.rstrip("\r") == "-- "
        if len(dashes) > 1 and not is_strict:
            continue  # dashes that frame a text, or part its pieces
        below = index + 1
        while below < end and not is_postscript(sheet.lines[below].body, sheet.words):
            below += 1
        if _is_signature(sheet, range(index + 1, below), is_strict=is_strict):
            sheet.label(
                range(index, below), PieceKind.SIGNATURE, "signature" if is_strict else "signature-weak"
            )
            return


def _is_signature(sheet: Sheet, block: range, *, is_strict: bool) -> bool:
    """Tell whether lines under two dashes sign a mail rather than go on with it."""
    own = [sheet.lines[at].body for at in block if sheet.is_own(at)]
    if len(own) > _MOST_SIGNED:
        return False
    sentences = sum(
        1 for text in own if len(text.split()) > _LONG_SENTENCE and "@" not in text and "|" not in text
    )
    if is_strict:
        return sentences <= _FEW_SENTENCES
    if sentences or any(is_signoff(text, sheet.words) for text in own[1:]):
        return False
    return not own or (_names_somebody(own, sheet.words) and not _goes_on_in_sentences(own))


def _names_somebody(own: Sequence[str], words: MailWords) -> bool:
    """Tell whether lines name a person, or say where one is to be found; who says goodbye does the latter."""
    if any(_CONTACT.search(text) for text in own):
        return True
    return not is_signoff(own[0], words) and any(_NAME.fullmatch(text) for text in own)


def _goes_on_in_sentences(own: Sequence[str]) -> bool:
    """Tell whether lines are text that goes on, by how they end; names and contact details do not so."""
    ends = sum(1 for text in own if text[-1] in ".!?:" and len(text.split()) > _FEW_WORDS and "@" not in text)
    return ends > (1 if any(_CONTACT.search(text) for text in own) else 0)


def _label_footers(sheet: Sheet, start: int, end: int) -> None:
    """Label what a device adds; and, when the letter is not at hand, what stands below it."""
    for index in range(start, end):
        if (
            not sheet.is_own(index)
            or not is_footer(sheet.lines[index].body, sheet.words)
            or is_shown(sheet, index, end)
        ):
            continue
        sheet.label((index,), PieceKind.FOOTER, "device")
        if sheet.has_letter or not sheet.has_own_before(index):
            continue
        below = next((at for at in range(index + 1, end) if sheet.is_own(at)), None)
        if below is None or is_postscript(sheet.lines[below].body, sheet.words):
            continue
        if not _is_like_a_letter(sheet, range(below, end)):
            continue
        sheet.label(range(index + 1, end), PieceKind.QUOTE, "below-footer")
        return


def _is_like_a_letter(sheet: Sheet, block: range) -> bool:
    """Tell whether lines may be a letter that went out to many: long, with a link in it."""
    bodies = [sheet.lines[at].body for at in block]
    return sum(len(body.split()) for body in bodies) >= _FEWEST_QUOTED and any("://" in one for one in bodies)


def _label_list_foot(sheet: Sheet, start: int, end: int) -> None:
    """Label the foot of a mailing list, from its line of underscores on."""
    for index in range(start, end):
        body = sheet.lines[index].body
        if len(body) < 2 or body.strip("_-="):
            continue
        bodies = [sheet.lines[at].body for at in range(index + 1, min(end, index + 4))]
        near = " ".join(bodies).lower()
        if any(len(text.split()) > _MOST_FOOTER_WORDS for text in bodies):
            continue
        if not any(mark in near for mark in ("@", "://", "www.")):
            continue  # a list says where it is
        if "mailing list" in near or "mailinglijst" in near or "unsubscribe" in near:
            sheet.label(range(index, end), PieceKind.FOOTER, "mailing-list")
            return


def _label_marked(sheet: Sheet) -> None:
    """Label what the markup calls a signature, but for a sign-off and the name under it."""
    kept_name = False
    for index, line in enumerate(sheet.lines):
        if line.mark is not Mark.SIGNATURE or sheet.kinds[index] is not None:
            kept_name = kept_name and line.is_blank
            continue
        if is_signoff(line.body, sheet.words):
            kept_name = True
            continue
        if line.is_blank and kept_name:
            continue
        if kept_name and not line.is_blank:
            kept_name = False
            continue
        sheet.label((index,), PieceKind.SIGNATURE, "markup")


def trailing_rules(sheet: Sheet) -> None:
    """Label rules of dashes that now end a stretch."""
    for start, end in list(sheet.stretches()):
        for index in range(end - 1, start - 1, -1):
            if is_rule(sheet.lines[index].body):
                sheet.label((index,), PieceKind.FOOTER, "rule")
            elif not sheet.lines[index].is_blank:
                break
