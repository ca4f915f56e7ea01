"""Running text as HTML for inside an `mj-text`: paragraphs, headings, lists, quotes, code.

No line feed is ever written between tags: mrml drops white space that starts with one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import unquote

from markdown_it.token import Token

from newsletter.content.inline_text import inline_text
from newsletter.content.quotations import is_attribution
from newsletter.content.tree import Node
from newsletter.content.typography.languages import NBSP
from newsletter.render.contents import heading_id
from newsletter.render.hyphenation import SOFT_HYPHEN, hyphenate
from newsletter.render.line_marks import LineMarks
from newsletter.render.pictures.fitting import room_attribute
from newsletter.render.pictures.letter import Picture
from newsletter.render.pictures.theme import SIGNATURE

__all__ = ["Prose", "attribute"]

_SIMPLE = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<s>",
    "s_close": "</s>",
    "link_close": "</a>",
    "softbreak": " ",
    "hardbreak": "<br />",
}
_INSETS = {
    "bullet_list": 40,
    "ordered_list": 40,
    "blockquote": 24,
    "reader": 48,
    "column": 24,
    "question": 44,
    "note": 44,
}  # px, as wide as themes make them
_SPACES = re.compile("^ +| {2,}")
_WORD_END = re.compile("[^\\s<>&;\u00ad-]{1,24}$")
_WRAPPED = {"bullet_list": "ul", "list_item": "li", "blockquote": "blockquote"}


def attribute(value: str) -> str:
    """Return `value` for inside the quotes of an attribute; soft hyphens, of no use there, go."""
    return escape(value.replace(SOFT_HYPHEN, ""), quote=True)


class Prose:
    """Writes blocks and inline tokens as HTML; `pictures` holds the address and width of each source."""

    def __init__(self, pictures: Mapping[str, Picture], lines: LineMarks, hyphens: str | None) -> None:
        """Keep the pictures, by source; `lines` says on which line a block stands.

        `hyphens` is the language (BCP 47) in which long words get soft hyphens, None for none.
        """
        self._pictures = pictures
        self._lines = lines
        self._headings = 0
        self._inset = 0
        self._shares = 1
        self._hyphens = hyphens

    def block(self, node: Node) -> str:
        """Return one block, with the blocks inside it."""
        line = self._lines.attribute(node)
        if node.kind == "paragraph":
            inner = self.inline(node.inline, is_running=True)
            kind = ' class="attribution"' if is_attribution(node.token) else ""
            return inner if node.token.hidden else f"<p{line}{kind}>{inner}</p>"
        if node.kind == "heading":
            return self._heading(node, line)
        if node.kind in ("fence", "code_block"):
            return _code(node.token.content, line)
        if node.kind == "hr":
            return f"<hr{line} />"
        if node.kind == "table":
            return f'<table class="data" cellpadding="0" cellspacing="0">{self.rows(node)}</table>'
        if node.kind == "button":  # in such a question or note
            href, label = attribute(str(node.token.meta["argument"])), self.label(node)
            return f'<p{line}><a class="button" href="{href}">{label}</a></p>'
        inner = self.blocks(node.children, inside=node.kind)
        if node.kind == "ordered_list":
            start = node.token.attrs.get("start")
            return f"<ol{line}>{inner}</ol>" if start is None else f'<ol{line} start="{start}">{inner}</ol>'
        if node.kind in ("question", "note"):  # in a column; elsewhere they are sections of their own
            return f'<div{line} class="{node.kind}">{inner}</div>'
        if node.kind == "reader":
            return f'<blockquote{line} class="reader">{inner}</blockquote>'
        tag = _WRAPPED.get(node.kind)
        return f"<{tag}{line}>{inner}</{tag}>" if tag else inner

    def blocks(self, nodes: Sequence[Node], *, inside: str = "") -> str:
        """Return blocks one after another; `inside` is the kind of block around them, written elsewhere."""
        inset = _INSETS.get(inside, 0)
        self._inset += inset
        inner = "".join(self.block(node) for node in nodes)
        self._inset -= inset
        return inner

    def inline(self, children: Sequence[Token], *, is_running: bool = False) -> str:
        """Return inline tokens as HTML; text that `is_running`, but for links, gets soft hyphens."""
        parts: list[str] = []
        links = 0
        is_hyphenated = is_running and self._hyphens is not None
        for token in children:
            links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "footnote_ref":
                parts.append(_with_mark(parts.pop() if parts else "", self._inline_token(token)))
            elif is_hyphenated and token.type == "text" and not links and "raw" not in token.meta:
                parts.append(escape(hyphenate(token.content, self._hyphens or ""), quote=False))
            else:
                parts.append(self._inline_token(token))
        return "".join(parts)

    def label(self, button: Node) -> str:
        """Return what stands on a button."""
        return "".join(self.inline(child.inline) for child in button.children)

    def rows(self, table: Node) -> str:
        """Return the inside of a table, with header cells marked as such and columns aligned."""
        parts: list[str] = []
        for part in table.children:  # thead, tbody
            self._shares = max((len(row.children) for row in part.children), default=1)
            rows = "".join(
                f"<tr{self._lines.attribute(row)}>{''.join(self._cell(cell) for cell in row.children)}</tr>"
                for row in part.children
            )
            parts.append(f"<{part.kind}>{rows}</{part.kind}>")
        self._shares = 1
        return "".join(parts)

    def signature(self, node: Node) -> str:
        """Return the closing lines, the written name below the first of them when the theme has one.

        Names and functions are not hyphenated.
        """
        hyphens, self._hyphens = self._hyphens, None
        picture = self._pictures.get(SIGNATURE)
        hand = f"<p>{self._image_tag(picture, '')}</p>" if picture else ""
        inner = self.blocks(node.children[:1]) + hand + self.blocks(node.children[1:])
        self._hyphens = hyphens
        return inner

    def image(self, token: Token) -> tuple[Picture, str]:
        """Return the picture of an image token and its alternative text."""
        source = unquote(str(token.attrs["src"]))
        return self._pictures[source], inline_text(token.children or ()).strip()

    def _inline_token(self, token: Token) -> str:
        simple = _SIMPLE.get(token.type)
        if simple is not None:
            return simple
        if token.type == "link_open":
            return f'<a href="{attribute(str(token.attrs["href"]))}">'
        if token.type == "code_inline":
            return f"<code>{escape(token.content, quote=False)}</code>"
        if token.type == "image":
            return self._image(token)
        if token.type == "footnote_ref":
            return f"<sup>[{int(token.meta['id']) + 1}]</sup>"
        return escape(token.content, quote=False)

    def _heading(self, node: Node, line: str) -> str:
        self._headings += 1
        tag, name = node.token.tag, heading_id(self._headings)
        return f'<{tag}{line} id="{name}">{self.inline(node.inline)}</{tag}>'

    def _image(self, token: Token) -> str:
        return self._image_tag(*self.image(token))

    def _image_tag(self, picture: Picture, alt: str) -> str:
        width = f' width="{picture.width}"' if picture.width else ""
        room = room_attribute(self._shares, self._inset) if picture.width else ""
        src = attribute(picture.url)
        return f'<img src="{src}" alt="{attribute(alt)}"{width}{room} style="max-width:100%;height:auto;" />'

    def _cell(self, cell: Node) -> str:
        inner = self.inline(cell.inline, is_running=True)
        style = str(cell.token.attrs.get("style", ""))
        align = f' align="{style.partition(":")[2]}" style="{style};"' if style else ""
        if cell.kind == "th" and inner:
            return f'<th scope="col"{align}>{inner}</th>'
        return f"<td{align}>{inner}</td>"


def _with_mark(before: str, mark: str) -> str:
    """Return `before` and the mark of a footnote behind it, on one line with the end of the last word."""
    last = _WORD_END.search(before)
    if last is None:
        return before + mark
    return f'{before[: last.start()]}<span style="white-space:nowrap;">{last[0]}{mark}</span>'


def _code(content: str, line: str) -> str:
    """Return lines of code with a `<br />` between: white space between tags does not survive everywhere.

    Spaces that Outlook and Gmail would swallow, at the begin of a line and in rows, are no-break spaces.
    """
    lines = content.expandtabs(4).removesuffix("\n").split("\n")
    kept = (_SPACES.sub(lambda match: NBSP * len(match[0]), escape(each, quote=False)) for each in lines)
    return f"<pre{line}>{'<br />'.join(kept)}</pre>"
