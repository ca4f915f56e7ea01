"""Conditional blocks: which conditions a letter has, and the letter as one variant of its readers gets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from newsletter.content.closing_lines import keep_closing_lines
from newsletter.content.directives import MAX_INSIDE
from newsletter.content.document import Document
from newsletter.content.footnotes import keep_footnotes
from newsletter.domain.issue import Issue
from newsletter.domain.variant import Condition
from newsletter.source import Place

__all__ = ["every_block", "find_conditions", "show_variant"]

_MAY_EMPTY = ("question", "note", "columns", "column", "signature")


def find_conditions(tokens: Sequence[Token], issue: Issue) -> tuple[Condition, ...]:
    """Return the distinct conditions of `::: only` among `tokens`, in reading order."""
    places: dict[str, list[Place]] = {}
    around: dict[str, list[tuple[int, ...]]] = {}
    numbers: dict[str, int] = {}
    lines = issue.body.split("\n")
    opened: list[int | None] = []
    for token in tokens:
        if token.type == "directive_open":
            text = str(token.meta["argument"]) if token.info == "only" else ""
            if text:
                places.setdefault(text, []).append(_place(token, text, lines, issue))
                outer = tuple(dict.fromkeys(number for number in opened[-MAX_INSIDE:] if number is not None))
                around.setdefault(text, []).append(outer)
                numbers.setdefault(text, len(numbers))
            opened.append(numbers.get(text))
        elif token.type == "directive_close" and opened:
            opened.pop()
    return tuple(
        Condition(text=text, places=tuple(places[text]), around=tuple(around[text])) for text in numbers
    )


def every_block(document: Document) -> str:
    """Return the key with which every block of `document` is shown."""
    return "1" * len(document.conditions)


def show_variant(document: Document, key: str) -> Document:
    """Return `document` as readers with `key` get it: a sound document without any `::: only`.

    What a hidden block leaves empty goes with it: containers, a heading right above it with nothing else
    below, all but one of the rules around it, and footnotes that nothing refers to any more. A row with
    one column left is full width.
    """
    if not document.conditions:
        return document
    texts = {condition.text for condition, mark in zip(document.conditions, key, strict=True) if mark == "1"}
    shown = _Shown(texts)
    body, notes = _split(document.tokens)
    tokens = [token for block in _tidy(shown.keep(_blocks(body))) for token in block.tokens()]
    kept, dropped_lines = keep_footnotes(tokens, notes)
    hidden = shown.hidden_lines | dropped_lines
    hidden -= _lines(kept)

    def is_shown(place: Place | None) -> bool:
        return place is None or place.line is None or place.line - document.issue.body_line not in hidden

    return replace(
        document,
        tokens=tuple(keep_closing_lines(kept)),
        slot_uses=tuple(slot for slot in document.slot_uses if is_shown(slot.place)),
        links=tuple(link for link in document.links if is_shown(link.place)),
        images=tuple(image for image in document.images if is_shown(image.place)),
        headings=tuple(heading for heading in document.headings if is_shown(heading.place)),
        conditions=(),
    )


@dataclass(slots=True)
class _Block:
    """A block of the letter; a directive has blocks inside, any other block its tokens."""

    opening: list[Token]
    inside: list[_Block] = field(default_factory=list)
    closing: Token | None = None

    @property
    def kind(self) -> str:
        first = self.opening[0]
        return first.info if first.type == "directive_open" else first.type

    @property
    def parts(self) -> bool:
        """Say whether it only parts others: a heading or a rule."""
        return self.kind in ("heading_open", "hr")

    @property
    def level(self) -> int:
        """Return the level of a heading, 0 for anything else."""
        return int(self.opening[0].tag[1:]) if self.kind == "heading_open" else 0

    @property
    def lines(self) -> range:
        start, end = self.opening[0].map, self.closing.map if self.closing else None
        return range(start[0], end[1]) if start and end else range(0)

    def tokens(self) -> Iterator[Token]:
        yield from self.opening
        for block in self.inside:
            yield from block.tokens()
        if self.closing is not None:
            yield self.closing


class _Shown:
    """Hides blocks whose condition is not among `texts`, and remembers which lines that were."""

    def __init__(self, texts: set[str]) -> None:
        self._texts = texts
        self.hidden_lines: set[int] = set()

    def keep(self, blocks: Iterable[_Block]) -> Iterator[_Block | None]:
        """Yield the blocks that stay, None where one went; as deep as directives stand inside each other."""
        for block in blocks:
            if block.kind == "only":
                if str(block.opening[0].meta["argument"]) in self._texts:
                    yield from self.keep(block.inside)
                else:
                    self.hidden_lines.update(block.lines)
                    yield None
            elif block.kind in _MAY_EMPTY:
                yield from self._container(block)
            else:
                yield block

    def _container(self, block: _Block) -> Iterator[_Block | None]:
        inside = _tidy(self.keep(block.inside))
        if not inside:
            yield None
        elif block.kind == "columns" and len(inside) == 1:
            yield from inside[0].inside
        else:
            yield replace(block, inside=inside)


def _tidy(blocks: Iterable[_Block | None]) -> list[_Block]:
    """Return `blocks` without gaps, and without the headings and rules that a gap leaves with nothing."""
    kept: list[_Block] = []
    is_gap = False
    for block in blocks:
        if block is None:
            is_gap = True
            continue
        if is_gap and (block.parts or block.kind == "signature"):
            while kept and kept[-1].level > 0 and kept[-1].level >= block.level:
                kept.pop()
        if not (is_gap and block.kind == "hr" and (not kept or kept[-1].kind == "hr")):
            kept.append(block)
            is_gap = False
    while is_gap and kept and kept[-1].parts:
        kept.pop()
    return kept


def _blocks(tokens: Iterable[Token]) -> list[_Block]:
    top: list[_Block] = []
    opened: list[_Block] = []
    depth = 0  # inside a list, a quotation …
    for token in tokens:
        row = opened[-1].inside if opened else top
        if depth:
            row[-1].opening.append(token)
        elif token.type == "directive_close":
            opened.pop().closing = token
            continue
        else:
            row.append(_Block([token]))
            if token.type == "directive_open":
                opened.append(row[-1])
                continue
        depth += token.nesting
    return top


def _split(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Return the tokens of the letter itself, and those of the footnotes behind it."""
    for index, token in enumerate(tokens):
        if token.type == "footnote_block_open":
            return tokens[:index], tokens[index:]
    return tokens, ()


def _lines(tokens: Iterable[Token]) -> set[int]:
    return {line for token in tokens if token.map for line in range(*token.map)}


def _place(token: Token, text: str, lines: Sequence[str], issue: Issue) -> Place:
    line = token.map[0] if token.map else 0
    raw = lines[line] if line < len(lines) else ""
    column = raw.find(text, raw.find("only") + len("only"))
    return issue.body_place(line, column + 1 if column >= 0 else None)
