"""What stands under a writer's own words: signature, what a device adds, disclaimers, the foot of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.domain.stripped import PieceKind
from newsletter.replies.containers import Mark
from newsletter.replies.strip.labels import Sheet
from newsletter.replies.strip.lines import Line
from newsletter.replies.strip.phrases import is_postscript, is_signoff
from newsletter.replies.strip.separators import is_rule

__all__ = ["glued_footer", "label_closings", "trailing_rules"]

_DASHES = ("--", "—", "––", "- -", "-- ")
_MOST_TRIED = 5
_NEAR = 4  # lines
_MOST_SIGNED = 25
_LONG_SENTENCE = 14
_FEW_WORDS = 3
_MOST_FOOTER_WORDS = 8
_MOST_DISCLAIMED = 40  # lines
_LONGEST_DISCLAIMER = 4_000
_LONGEST_FOOTER = 160
_LONGEST_GLUED = 400
_GLUED = re.compile(
    r"(?<=[a-zà-ÿ.!?)])(?=(?:Verstuurd|Verzonden) vanaf mijn |Sent from my |Envoyé de mon |Enviado desde mi )"
)
_EDGE = " \t*_[](){}<>|.·•-–—"


def glued_footer(line: Line) -> int | None:
    """Return where in `line.raw` the words of a device begin right behind other text; None if none do."""
    match = _GLUED.search(line.raw) if len(line.raw) <= _LONGEST_GLUED else None
    return None if match is None else match.start()


def label_closings(sheet: Sheet) -> None:
    """Label what is under the writer's own words, in each stretch of them."""
    for start, end in list(sheet.stretches()):
        _label_list_foot(sheet, start, end)
        _label_disclaimers(sheet, start, end)
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
    if not is_strict and any(is_signoff(text, sheet.words) for text in own[1:]):
        return False
    if not is_strict and _goes_on_in_sentences(own):
        return False
    return sentences <= (2 if is_strict else 0)


def _goes_on_in_sentences(own: Sequence[str]) -> bool:
    """Tell whether lines are text that goes on, by how they end; names and contact details do not so."""
    ends = sum(1 for text in own if text[-1] in ".!?:" and len(text.split()) > _FEW_WORDS and "@" not in text)
    return ends > 1


def _label_footers(sheet: Sheet, start: int, end: int) -> None:
    """Label what a device adds; and, when the letter is not at hand, what stands below it."""
    for index in range(start, end):
        if not sheet.is_own(index) or not _is_footer(sheet, index) or _is_shown(sheet, index, end):
            continue
        sheet.label((index,), PieceKind.FOOTER, "device")
        if sheet.has_letter or not sheet.has_own_before(index):
            continue
        below = next((at for at in range(index + 1, end) if sheet.is_own(at)), None)
        if below is None or is_postscript(sheet.lines[below].body, sheet.words):
            continue
        sheet.label(range(index + 1, end), PieceKind.QUOTE, "below-footer")
        return


def _is_footer(sheet: Sheet, index: int) -> bool:
    text = sheet.lines[index].body
    if len(text) > _LONGEST_FOOTER:
        return False
    lower = text.strip(_EDGE).lower()
    if not lower.startswith(sheet.words.sent_from):
        return False
    prefix = next(one for one in sheet.words.sent_from if lower.startswith(one))
    rest = text.strip(_EDGE)[len(prefix) :]
    if rest[:1].isalpha():
        return False
    rest = rest.lstrip(" [")
    for mark in ("<", "(", "[", "]", ". ", "http"):
        rest = rest.partition(mark)[0]
    return _names_device(rest.strip(" .!:<>\"'"), sheet)


def _names_device(text: str, sheet: Sheet) -> bool:
    """Tell whether a text names a device or program, rather than a place or a person."""
    tokens = [token.strip(".,!\"'™®") for token in text.split()]
    if not tokens or len(tokens) > _MOST_FOOTER_WORDS:
        return False
    is_device = [
        not sheet.words.devices.isdisjoint((token.lower(), *token.lower().split("-"))) for token in tokens
    ]
    if "," in text:
        plain = sum(
            1 for token, known in zip(tokens, is_device, strict=True) if token[:1].islower() and not known
        )
        return any(is_device) and plain == 0
    if any(is_device):
        return True
    return len(tokens) > 1 and not any(token[:1].islower() for token in tokens)


def _label_disclaimers(sheet: Sheet, start: int, end: int) -> None:
    """Label paragraphs that lawyers wrote, wherever they stand."""
    paragraphs = _paragraphs(sheet, start, end)
    for first, last in paragraphs:
        if _is_shown(sheet, first, end):
            continue
        texts = [sheet.lines[at].body for at in range(first, last)]
        at = _disclaimer_line(texts, sheet, is_last=(first, last) == paragraphs[-1] and len(paragraphs) > 1)
        if at is not None:
            sheet.label(range(first + at, last), PieceKind.DISCLAIMER, "disclaimer")


def _is_shown(sheet: Sheet, at: int, end: int) -> bool:
    """Tell whether the writer shows what stands at a line: a colon above it, more of their words below."""
    above = next(
        (one for one in range(at - 1, max(-1, at - _NEAR), -1) if not sheet.lines[one].is_blank), None
    )
    if above is None or not sheet.is_own(above) or not sheet.lines[above].body.endswith(":"):
        return False
    below = range(at + 1, min(end, at + _MOST_DISCLAIMED))
    return any(sheet.is_own(one) and sheet.lines[one - 1].is_blank for one in below)


def _disclaimer_line(texts: Sequence[str], sheet: Sheet, *, is_last: bool) -> int | None:
    """Return the line of a paragraph on which a disclaimer begins.

    It begins like one and holds a phrase that only lawyers write, or is the last and holds two of those.
    """
    words = sheet.words
    for at, text in enumerate(texts[:_MOST_DISCLAIMED]):
        is_begun = text.lower().lstrip(" *_\"'[(").startswith(words.disclaimer_starts)
        if not is_begun and (at or not is_last):
            continue
        rest = " ".join(texts[at : at + _MOST_DISCLAIMED])[:_LONGEST_DISCLAIMER].lower()
        if sum(1 for phrase in words.disclaimer_firm if phrase in rest) >= (1 if is_begun else 2):
            return at
    return None


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
