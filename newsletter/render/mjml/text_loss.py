"""Proof, in every build, that no text of a template was lost on the way through mjml-python.

The text of each MJML element that holds text must stand in the HTML, in the same order, white space between
words included, in the web view and in Outlook's. mjml-python drops what it does not understand in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from newsletter.render.mjml.guard import Guarded
from newsletter.render.mjml.schema import elements
from newsletter.render.mjml.tokens import Fault
from newsletter.render.mjml.views import BLANK, View, seen_in, text_in

__all__ = ["lost_text"]

_HEAD_TEXTS = ("mj-title", "mj-preview")
_SPACE = re.compile(
    r"(?: (?=[ \t\n\r]|&#10;)|[\t\n\r]|&#10;)(?>(?:[ \t\n\r]|&#10;)*)"
)  # a lone space is passed over
_OWN_SIGNS = r"\s|&nbsp;|&#8202;|&#9776;|&#8855;|[\u00a0\u200a☰⊗]"
"""What MJML's components write themselves: the filling of spacers, dividers and cells, a menu's two signs."""

_MENU_SIGN = re.compile(r'\bico-(?:open|close)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class _Piece:
    """The text of one element, as one line, and where its element begins in the MJML."""

    name: str
    text: str
    start: int


def lost_text(guarded: Guarded, html: str) -> list[Fault]:
    """Return the first text of each view that does not stand in `html` where it should, as a fault."""
    mjml = guarded.mjml
    is_same = "<!--" not in mjml  # then both views show all that the template holds
    pieces = list(_pieces(mjml, View.WEB)) if is_same else []
    body = max(html.find("<body"), 0)
    signs = _own_signs(mjml)
    for view in View:
        wanted = pieces if is_same else list(_pieces(seen_in(mjml, view), view))
        of_head = [piece for piece in wanted if piece.name == "mj-title"]
        of_body = [piece for piece in wanted if piece.name == "mj-preview"]
        of_body += [piece for piece in wanted if piece.name not in _HEAD_TEXTS]
        lost = _first_lost(of_head, _text(html[:body], view), signs)
        lost = lost or _first_lost(of_body, _text(html[body:], view), signs)
        if lost is not None:
            return [_fault(lost, view, guarded, mjml)]
    return []


def _pieces(mjml: str, view: View) -> Iterator[_Piece]:
    """Yield the text of each element that holds text or HTML and is part of the letter."""
    head_end = mjml.find("<mj-body")
    for match in _ending_pattern().finditer(mjml):
        name = match["name"]
        if match.start() < head_end and name not in _HEAD_TEXTS:
            continue  # what stands in the head is no text
        text = _text(match["inner"], view).strip()
        if text:
            yield _Piece(name, text, match.start())


@cache
def _ending_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(name for name, element in elements().items() if element.is_ending))
    inner = r"(?P<inner>[^<]*+(?>(?:<(?!/(?P=name)>)[^<]*+)*))"
    return re.compile(rf"<(?P<name>{names})(?=[\s>])[^<>]*(?<!/)>{inner}</")


def _text(markup: str, view: View) -> str:
    """Return what a reader sees of `markup`, white space as single spaces."""
    return _SPACE.sub(" ", text_in(markup, view).replace(BLANK, ""))


def _own_signs(mjml: str) -> re.Pattern[str]:
    """Return what may stand between two texts; a menu's signs can be set in the template."""
    set_here = (re.escape(sign) for sign in _MENU_SIGN.findall(mjml))
    return re.compile(f"(?>(?:{'|'.join([_OWN_SIGNS, *set_here])})*)")


def _first_lost(pieces: Sequence[_Piece], text: str, signs: re.Pattern[str]) -> _Piece | None:
    position = 0
    for piece in pieces:
        found = text.find(piece.text, position)
        if found < 0 or not signs.fullmatch(text, position, found):
            return piece
        position = found + len(piece.text)
    return None


def _fault(lost: _Piece, view: View, guarded: Guarded, mjml: str) -> Fault:
    where = "classic Outlook" if view is View.MSO else "the letter"
    return Fault(
        offset=guarded.offset(len(mjml[: lost.start].encode())),
        what=f'"{lost.text[:60]}" in <{lost.name}> would not be shown as written in {where}',
        why="the MJML compiler loses it, or glues words together, at this place",
        fix="put the text in an <mj-text> of its own",
    )
