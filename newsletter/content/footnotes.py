"""Footnotes of a letter of which a part is hidden: only those that something refers to, numbered anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markdown_it.token import Token

__all__ = ["keep_footnotes"]


def keep_footnotes(body: Sequence[Token], notes: Sequence[Token]) -> tuple[list[Token], set[int]]:
    """Return `body` with the footnotes it refers to behind it, and the lines (from 0) of those dropped.

    `notes` is the block of all footnotes. A footnote that only another refers to stays while that one does.
    """
    if not notes:
        return list(body), set()
    texts = {int(one[0].meta["id"]): one for one in _each(notes[1:-1])}
    wanted = _reached(body, texts)
    numbers = {old: new for new, old in enumerate(sorted(wanted))}
    dropped = {
        line
        for old, one in texts.items()
        if old not in wanted
        for token in one
        if token.map
        for line in range(*token.map)
    }
    kept = [_renumbered(token, numbers) for token in body]
    if wanted:
        inside = [_renumbered(token, numbers) for old in sorted(wanted) for token in texts[old]]
        kept += [notes[0], *inside, notes[-1]]
    return kept, dropped


def _each(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    note: list[Token] = []
    for token in tokens:
        note.append(token)
        if token.type == "footnote_close":
            yield note
            note = []


def _reached(body: Iterable[Token], texts: Mapping[int, Sequence[Token]]) -> set[int]:
    wanted: set[int] = set()
    todo = list(_references(body))
    while todo:
        number = todo.pop()
        if number in texts and number not in wanted:
            wanted.add(number)
            todo += _references(texts[number])
    return wanted


def _references(tokens: Iterable[Token]) -> Iterator[int]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "footnote_ref":
                yield int(child.meta["id"])


def _renumbered(token: Token, numbers: Mapping[int, int]) -> Token:
    if token.type in ("footnote_open", "footnote_anchor", "footnote_ref"):
        return token.copy(meta={**token.meta, "id": numbers[int(token.meta["id"])]})
    if any(child.type == "footnote_ref" for child in token.children or ()):
        return token.copy(children=[_renumbered(child, numbers) for child in token.children or ()])
    return token
