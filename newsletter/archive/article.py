"""A letter as HTML for the web: the words of the mail in elements that mean something, without style."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote

from markdown_it.token import Token

from newsletter.archive.neutral import Neutral
from newsletter.content.inline_text import inline_text
from newsletter.content.quotations import is_attribution
from newsletter.content.tree import Node, grow, lone_picture
from newsletter.render.pictures.letter import Picture
from newsletter.render.pictures.theme import SIGNATURE

__all__ = ["Article", "Labels", "article_text", "write_article"]

_SIMPLE = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<s>",
    "s_close": "</s>",
    "softbreak": "\n",
    "hardbreak": "<br>\n",
}
_WRAPPED = {
    "bullet_list": "ul",
    "list_item": "li",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
}
_BOXES = {"question", "note", "columns", "column", "signature"}
_WIDE_PX = 480  # as wide as a letter may be at least: such a picture fills the page's column as well
_ALIGNED = re.compile(r"text-align:(center|right)")
_MAIL_OR_WEB = re.compile(r"(?:https?|mailto|tel):|#", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Words in an article that its author did not write: the heading of the notes, and two spoken names."""

    sources: str
    back: str
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What goes into an article: `tokens` of a sound document without conditions, and what to show in them.

    `pictures` has the address and size of each picture by its source. `title` stands above the article, so a
    heading that says the same is left out and others begin at level 2.
    """

    tokens: Sequence[Token]
    pictures: Mapping[str, Picture]
    neutral: Neutral
    labels: Labels
    title: str


def write_article(article: Article) -> str:
    """Return the HTML of the letter's text; it holds no style, no script and nothing of one reader."""
    return _Writer(article).blocks(grow(article.tokens))


def article_text(tokens: Sequence[Token], neutral: Neutral) -> str:
    """Return the words of the letter in reading order, for those who search: one space between any two."""
    parts = [inline_text(token.children or ()) if token.type == "inline" else "" for token in tokens]
    return " ".join(neutral.text(" ".join(parts)).replace("\u00ad", "").split())


class _Writer:
    def __init__(self, article: Article) -> None:
        self._article = article
        self._say = article.neutral.text
        self._shift = (
            1 if any(token.type == "heading_open" and token.tag == "h1" for token in article.tokens) else 0
        )
        self._headings = 0
        self._links: list[bool] = []
        self._seen_notes: set[int] = set()

    def blocks(self, nodes: Sequence[Node]) -> str:
        return "".join(self._block(node) for node in nodes)

    def _block(self, node: Node) -> str:
        if node.kind in _LEAVES:
            return _LEAVES[node.kind](self, node)
        inner = self.blocks(node.children)
        if node.kind in _BOXES:
            return f'<div class="{node.kind}">\n{inner}</div>\n'
        if node.kind == "reader":
            return f'<blockquote class="reader">\n{inner}</blockquote>\n'
        if node.kind == "blockquote":
            return f"<blockquote>\n{inner}</blockquote>\n"
        if node.kind == "ordered_list":
            start = node.token.attrs.get("start")
            return f"<ol>\n{inner}</ol>\n" if start is None else f'<ol start="{int(start)}">\n{inner}</ol>\n'
        tag = _WRAPPED.get(node.kind)
        return f"<{tag}>{inner}</{tag}>\n" if tag else inner

    def _paragraph(self, node: Node) -> str:
        picture = lone_picture(node.inline)
        if picture is not None:
            shown = self._article.pictures[unquote(str(picture.attrs["src"]))]
            kind = "picture wide" if (shown.width or 0) >= _WIDE_PX else "picture"
            return f'<figure class="{kind}">{self._inline(node.inline)}</figure>\n'
        inner = self._inline(node.inline)
        if node.token.hidden or not inner:
            return inner
        kind = ' class="attribution"' if is_attribution(node.token) else ""
        return f"<p{kind}>{inner}</p>\n"

    def _heading(self, node: Node) -> str:
        if inline_text(node.inline).strip() == self._article.title and node.token.tag == "h1":
            return ""
        self._headings += 1
        level = min(int(node.token.tag[1:]) + self._shift, 6)
        return f'<h{level} id="part-{self._headings}">{self._inline(node.inline)}</h{level}>\n'

    def _code(self, node: Node) -> str:
        return f"<pre><code>{self._words(node.token.content)}</code></pre>\n"

    def _rule(self, _node: Node) -> str:
        return "<hr>\n"

    def _table(self, node: Node) -> str:
        label = escape(self._article.labels.table)
        inner = self.blocks(node.children)
        region = f'<div class="table" role="region" aria-label="{label}" tabindex="0">'
        return f"{region}<table>{inner}</table></div>\n"

    def _cell(self, node: Node) -> str:
        inner = self._inline(node.inline)
        aligned = _ALIGNED.search(str(node.token.attrs.get("style", "")))
        kind = f' class="{aligned[1]}"' if aligned else ""
        if node.kind == "th" and inner:
            return f'<th scope="col"{kind}>{inner}</th>'
        return f"<td{kind}>{inner}</td>"

    def _button(self, node: Node) -> str:
        label = "".join(self._inline(child.inline) for child in node.children)
        url = self._address(str(node.token.meta["argument"]))
        return f'<p><a class="button" href="{url}">{label}</a></p>\n' if url else f"<p>{label}</p>\n"

    def _signature(self, node: Node) -> str:
        hand = self._article.pictures.get(SIGNATURE)
        inner = self.blocks(node.children[:1])
        if hand:
            inner += f'<p class="hand">{self._image(hand, "")}</p>\n'
        return f'<div class="signature">\n{inner}{self.blocks(node.children[1:])}</div>\n'

    def _notes(self, node: Node) -> str:
        inner = "".join(self._note(note) for note in node.children)
        heading = escape(self._article.labels.sources)
        return (
            f'<section class="footnotes">\n<h2 id="sources">{heading}</h2>\n<ol>\n{inner}</ol>\n</section>\n'
        )

    def _note(self, note: Node) -> str:
        number = int(note.token.meta["id"]) + 1
        children = [child for child in note.children if child.kind != "footnote_anchor"]
        inner = self.blocks(children).rstrip("\n")
        label = escape(self._article.labels.back.format(number=number))
        back = f' <a class="back" href="#ref-{number}" aria-label="{label}">↩</a>'
        closed = f"{inner[:-4]}{back}</p>" if inner.endswith("</p>") else inner + back
        return f'<li id="note-{number}">{closed}</li>\n'

    def _inline(self, children: Sequence[Token]) -> str:
        return "".join(self._inline_token(token) for token in children)

    def _inline_token(self, token: Token) -> str:
        if token.type in _SIMPLE:
            return _SIMPLE[token.type]
        if token.type == "link_open":
            url = self._address(str(token.attrs["href"]))
            self._links.append(url is not None)
            return f'<a href="{url}">' if url else ""
        if token.type == "link_close":
            return "</a>" if self._links.pop() else ""
        if token.type == "image":
            picture = self._article.pictures[unquote(str(token.attrs["src"]))]
            return self._image(picture, inline_text(token.children or ()).strip())
        if token.type == "footnote_ref":
            return self._reference(int(token.meta["id"]) + 1)
        if token.type == "code_inline":
            return f"<code>{self._words(token.content)}</code>"
        return self._words(token.content)

    def _image(self, picture: Picture, alt: str) -> str:
        url, said = escape(picture.url, quote=True), escape(self._say(alt), quote=True)
        size = ""
        if picture.width and picture.height:
            size = f' width="{picture.width}" height="{picture.height}"'
        own = picture.url.startswith(f"{self._article.neutral.address}/")
        away = "" if own else ' referrerpolicy="no-referrer"'
        return f'<img src="{url}" alt="{said}"{size} loading="lazy"{away}>'

    def _reference(self, number: int) -> str:
        name = "" if number in self._seen_notes else f' id="ref-{number}"'
        self._seen_notes.add(number)
        return f'<sup><a href="#note-{number}"{name}>{number}</a></sup>'

    def _words(self, text: str) -> str:
        return escape(self._say(text), quote=False)

    def _address(self, url: str) -> str | None:
        """Return a link's target, escaped; None when there is none that everybody may follow."""
        target = self._article.neutral.link(url)
        if target is None or not _MAIL_OR_WEB.match(target):
            return None
        return escape(target, quote=True)


_LEAVES = {
    "paragraph": _Writer._paragraph,
    "heading": _Writer._heading,
    "fence": _Writer._code,
    "code_block": _Writer._code,
    "hr": _Writer._rule,
    "table": _Writer._table,
    "th": _Writer._cell,
    "td": _Writer._cell,
    "button": _Writer._button,
    "signature": _Writer._signature,
    "footnote_block": _Writer._notes,
}
