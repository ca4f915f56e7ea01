"""Typography of running text: quotes, apostrophes, dashes, and spaces that must not break.

Runs over a paragraph's inline tokens after Markdown, in linear time, and leaves code, link targets, bare
addresses and slots alone. What the author escapes with a backslash stays as typed. Doing it twice is
doing it once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from markdown_it.token import Token

from newsletter.content.typography.dashes import NB_HYPHEN, dash_edits
from newsletter.content.typography.edits import Edit, apply_edits, in_order
from newsletter.content.typography.languages import language_of
from newsletter.content.typography.quotes import quote_edits
from newsletter.content.typography.spaces import space_edits

__all__ = ["BREAKABLE", "set_typography", "typeset_line"]

BREAKABLE = str.maketrans({"\u00a0": " ", "\u202f": " ", NB_HYPHEN: "-"})
"""Turns what must not break into what may, where no lines are broken or where they have been already."""

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>]*[^\s<>\"'.,;:!?)\]]"
    r"|[\w.+%&~-]{1,64}(?:'[\w.+%&~-]{1,64}){0,2}@[\w.-]{1,255}"
)
_QUOTES = re.compile("[\"']")


def set_typography(children: Sequence[Token], lang: str) -> None:
    """Change the text tokens among `children` in place; `lang` is a BCP 47 tag."""
    for _ in range(_rounds(lang)):
        _set_once(children, lang)


def _rounds(lang: str) -> int:
    """Return how often the text is looked at: French quotation marks bring spaces, seen in the next round."""
    return 2 if language_of(lang).spaced_marks else 1


def _set_once(children: Sequence[Token], lang: str) -> None:
    texts = _running_text(children)
    running = "".join(token.content for token in texts)
    fixed = _fixed(running, texts)
    edits = _edits(running, fixed, lang)
    if not edits:
        return
    ends = list(accumulate(len(token.content) for token in texts))
    number = 0
    own: list[list[Edit]] = [[] for _ in texts]
    for edit in edits:
        while ends[number] <= edit.start:
            number += 1
        if edit.end <= ends[number]:
            own[number].append(edit)
    for token, end, some in zip(texts, ends, own, strict=True):
        if some:
            token.content = apply_edits(token.content, some, offset=end - len(token.content))


def typeset_line(text: str, lang: str) -> str:
    """Return a line of the front matter, such as the subject, typeset but with spaces that may break.

    Mail programs show a subject on one line, and some draw a box for the narrow no-break space.
    """
    for _ in range(_rounds(lang)):
        edits = _edits(text, _fixed(text, ()), lang)
        text = apply_edits(text, edits).translate(BREAKABLE) if edits else text
    return text


def _edits(running: str, fixed: bytearray, lang: str) -> list[Edit]:
    language = language_of(lang)
    return in_order(
        [
            *dash_edits(running),
            *space_edits(running, language),
            *quote_edits(running, fixed, language),
        ],
        fixed,
    )


def _running_text(children: Sequence[Token]) -> list[Token]:
    """Return stand-ins for what the reader sees, in order; only those of type `text` may be changed."""
    texts: list[Token] = []
    in_address = False
    for token in children:
        if token.type in ("link_open", "link_close") and token.info == "auto":
            in_address = token.type == "link_open"
        elif token.type == "text" and not in_address and "raw" not in token.meta:
            texts.append(token)
        elif token.type in ("softbreak", "hardbreak"):
            texts.append(Token("space", "", 0, content=" "))
        elif token.type in ("text", "text_special"):
            texts.append(Token("fixed", "", 0, content=_QUOTES.sub("x", token.content)))
        elif token.type in ("code_inline", "image", "footnote_ref"):
            texts.append(Token("fixed", "", 0, content="x"))
    return texts


def _fixed(running: str, texts: Sequence[Token]) -> bytearray:
    """Return a 1 for each character of `running` that stays: stand-ins and addresses."""
    fixed = bytearray(len(running) + 1)
    start = 0
    for token in texts:
        end = start + len(token.content)
        if token.type != "text":
            fixed[start:end] = b"\1" * (end - start)
        start = end
    if "@" in running or "/" in running or "www." in running:
        for match in _ADDRESS.finditer(running):
            fixed[match.start() : match.end()] = b"\1" * len(match[0])
    return fixed
