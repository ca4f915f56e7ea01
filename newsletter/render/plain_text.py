"""A document becomes plain text: what every reader can read, and some prefer."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from newsletter.content.document import Document
from newsletter.content.inline_text import inline_text
from newsletter.content.quotations import is_attribution
from newsletter.content.tree import Node, grow
from newsletter.content.typography import BREAKABLE
from newsletter.render.phrases import phrases_for
from newsletter.render.plain_text_table import table_lines
from newsletter.render.plain_text_wrap import text_width, wrap

__all__ = ["WIDTH", "to_text"]

WIDTH = 72
"""Columns of a line; RFC 5322 2.1.1 asks for at most 78, and a quoted answer needs some room."""

_MARGIN = 24
_SHORT_CODE = 40
_RULE = "* * *"
_UNDERLINES = {1: "="}
# Not seen in plain text, or spaces that have done their work once the lines are broken.
_CLEAN = {**BREAKABLE, ord("\u00ad"): None, ord("\u200b"): None}


def to_text(document: Document, *, contents: Sequence[str] = (), width: int = WIDTH) -> str:
    """Return the letter as plain text in lines of `width` columns, ending in a line feed.

    Every word and every link of the letter is in it, in the same order, sources under a heading; before it
    the headings in `contents`, as a numbered list, where the template shows a table of contents. Slots
    are inert tokens still, so a filled-in line may be longer or shorter. Addresses are never broken.
    Raises ContentError when the document has problems.
    """
    document.require_sound()
    nodes = grow(document.tokens)
    notes = [node for node in nodes if node.kind == "footnote_block"]
    lines = _contents(contents, document.issue.lang, width)
    lines += _blocks([node for node in nodes if node.kind != "footnote_block"], width)
    for node in notes:
        lines += ["", *_underlined([phrases_for(document.issue.lang)["sources"]], "-")]
        lines += ["", *_blocks(node.children, width)]
    return "\n".join(line.translate(_CLEAN).rstrip() for line in lines) + "\n"


def _contents(headings: Sequence[str], lang: str, width: int) -> list[str]:
    """Return the table of contents with two empty lines below it, nothing without `headings`."""
    if not headings:
        return []
    lines = [f"{phrases_for(lang)['contents']}:", ""]
    widest = len(f"{len(headings)}. ")
    for number, heading in enumerate(headings, 1):
        lines += _hanging(f"{number}. ".rjust(widest), wrap(" ".join(heading.split()), width - widest))
    return [*lines, "", ""]


def _blocks(nodes: Sequence[Node], width: int) -> list[str]:
    """Return blocks with an empty line between, but for the parts of a tight list item."""
    lines: list[str] = []
    previous: Node | None = None
    for node in nodes:
        block = _block(node, max(width, _MARGIN))
        if not block:
            continue
        if previous is not None and not _is_tight(previous) and not is_attribution(node.token):
            lines.append("")
        lines += block
        previous = node
    return lines


def _block(node: Node, width: int) -> list[str]:
    if node.kind == "paragraph":
        text = _inline(node.inline)
        return wrap(text, width) if text.strip() else []
    if node.kind == "heading":
        return _heading(node, width)
    if node.kind in ("bullet_list", "ordered_list"):
        return _list(node, width)
    if node.kind in ("blockquote", "reader"):
        return ["> " + line for line in _blocks(node.children, width - 2)]
    if node.kind in ("fence", "code_block"):
        code = node.token.content.expandtabs(4).removesuffix("\n")
        return ["    " + line for line in code.split("\n")]
    if node.kind == "hr":
        return [_RULE]
    if node.kind == "table":
        return table_lines(_cells(node), _alignments(node), width)
    return _directive(node, width)


def _directive(node: Node, width: int) -> list[str]:
    if node.kind == "button":
        label = " ".join(_inline(child.inline) for child in node.children)
        return [*_hanging("→ ", wrap(label, width - 2)), str(node.token.meta["argument"])]
    if node.kind in ("question", "note"):
        edge = "-" * _MARGIN
        return [edge, *_blocks(node.children, width), edge]
    if node.kind == "footnote":
        mark = f"[{int(node.token.meta['id']) + 1}] "
        return _hanging(mark, _blocks(node.children, width - len(mark)))
    return _blocks(node.children, width)  # columns, column, signature


def _heading(node: Node, width: int) -> list[str]:
    return _underlined(wrap(_inline(node.inline), width), _UNDERLINES.get(int(node.token.tag[1:]), "-"))


def _underlined(lines: Sequence[str], mark: str) -> list[str]:
    longest = max(text_width(line.translate(_CLEAN)) for line in lines)
    return [*lines, mark * longest] if longest else []


def _list(node: Node, width: int) -> list[str]:
    start = int(node.token.attrs.get("start", 1))
    is_ordered = node.kind == "ordered_list"
    widest = len(f"{start + len(node.children) - 1}. ") if is_ordered else 2
    lines: list[str] = []
    for number, item in enumerate(node.children, start):
        mark = f"{number}. ".rjust(widest) if is_ordered else "- "
        if lines and not _is_tight(item):
            lines.append("")
        lines += _hanging(mark, _blocks(item.children, width - widest) or [""])
    return lines


def _hanging(mark: str, lines: Sequence[str]) -> list[str]:
    indent = " " * len(mark)
    return [(indent if index else mark) + line for index, line in enumerate(lines)]


def _is_tight(node: Node) -> bool:
    """Say whether no empty line follows: a paragraph of a tight list, an item with one, a short note."""
    if node.kind == "footnote":
        return [child.kind for child in node.children] == ["paragraph"]
    if node.kind == "list_item":
        return bool(node.children) and _is_tight(node.children[0])
    return node.kind == "paragraph" and node.token.hidden


def _cells(table: Node) -> list[list[str]]:
    return [
        [_inline(cell.inline).translate(_CLEAN) for cell in row.children]
        for part in table.children
        for row in part.children
    ]


def _alignments(table: Node) -> list[str]:
    header = table.children[0].children[0]
    return [str(cell.token.attrs.get("style", "")).partition(":")[2] or "left" for cell in header.children]


def _inline(children: Sequence[Token]) -> str:
    """Return inline tokens as text: links with their address behind, hard breaks as line feeds."""
    parts: list[str] = []
    links: list[tuple[str, int]] = []
    for token in children:
        if token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "link_open":
            links.append((str(token.attrs["href"]), len(parts)))
        elif token.type == "link_close":
            url, start = links.pop()
            parts[start:] = [_link("".join(parts[start:]), url)]
        elif token.type == "image":
            alt = inline_text(token.children or ()).strip()
            parts.append(f"[{alt}]" if alt else "")
        elif token.type in ("s_open", "s_close"):
            parts.append("~~")  # without it, what was struck would read as meant
        elif token.type == "footnote_ref":
            parts.append(f"[{int(token.meta['id']) + 1}]")
        elif token.type == "code_inline" and len(token.content) <= _SHORT_CODE:
            parts.append(token.content.replace(" ", "\u00a0"))  # stays on one line
        else:
            parts.append(token.content)
    return "".join(parts)


def _link(label: str, url: str) -> str:
    """Return `label (url)`, or only one of the two when they say the same."""
    plain = " ".join(label.split())
    if url.removeprefix("mailto:").removeprefix("tel:") == plain:
        return plain
    if url.removeprefix("https://").removeprefix("http://").rstrip("/") == plain.rstrip("/") or url == plain:
        return url
    return f"{label} ({url})" if plain else url
