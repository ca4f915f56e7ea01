"""Who said it: the last line of a quotation that begins with a dash becomes a paragraph of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from newsletter.content.typography import set_typography
from newsletter.content.typography.languages import NBSP

__all__ = ["attribution_tokens", "is_attribution", "set_attributions", "word_tokens"]

_DASH = re.compile(r"(?:—|–|-{2,3})[ \u00a0]*")


def is_attribution(token: Token) -> bool:
    """Say whether the paragraph that `token` opens tells who said what stands above it."""
    return bool(token.meta.get("attribution"))


def attribution_tokens(name: str, lang: str) -> list[Token]:
    """Return the paragraph that says that `name` said it, set as `lang` (BCP 47) does."""
    text = Token("text", "", 0, content=f"—{NBSP}{name}")
    set_typography([text], lang)
    opening = Token("paragraph_open", "p", 1, meta={"attribution": True}, block=True)
    inline = Token("inline", "", 0, content=text.content, children=[text], block=True)
    return [opening, inline, Token("paragraph_close", "p", -1, block=True)]


def word_tokens(words: str, lang: str) -> list[Token]:
    """Return the paragraphs of a reader's `words`, set as `lang` does; nothing in them is Markdown."""
    tokens: list[Token] = []
    for paragraph in re.split(r"\n[ \t]*\n", words.strip()):
        text = Token("text", "", 0, content=" ".join(paragraph.split()))
        set_typography([text], lang)
        inline = Token("inline", "", 0, content=text.content, children=[text], block=True)
        opening = Token("paragraph_open", "p", 1, block=True)
        tokens += [opening, inline, Token("paragraph_close", "p", -1, block=True)]
    return tokens


def set_attributions(tokens: Sequence[Token]) -> list[Token]:
    """Return `tokens` with the attribution of each quotation (`> — Name`) in a paragraph of its own.

    It is the last line of the last paragraph of a `>` block, and gets an em dash whatever dash was typed.
    A quotation that is nothing else stays as it is.
    """
    result: list[Token] = []
    for token in tokens:
        if token.type == "blockquote_close":
            _split_last(result)
        result.append(token)
    return result


def _split_last(tokens: list[Token]) -> None:
    """Set the attribution apart that ends `tokens`, which run to the end of a quotation."""
    types = [token.type for token in tokens[-3:]]
    if types != ["paragraph_open", "inline", "paragraph_close"]:
        return
    opening, inline, closing = tokens[-3:]
    children = inline.children or []
    start = max((index for index, child in enumerate(children) if child.type in _BREAKS), default=-1) + 1
    first = children[start] if start < len(children) else None
    match = _DASH.match(first.content) if first is not None and first.type == "text" else None
    if first is None or match is None or (start == 0 and tokens[-4].type == "blockquote_open"):
        return
    if match.end() == len(first.content) and start + 1 == len(children):
        return  # a dash and nothing more
    first.content = f"—{NBSP}{first.content[match.end() :]}"
    if start == 0:
        opening.meta["attribution"] = True
        return
    said, _, name = inline.content.rpartition("\n")
    inline.children, inline.content = children[: start - 1], said
    line = (opening.map[1] - 1) if opening.map else 0
    place = [line, line + 1] if opening.map else None
    tokens += [
        opening.copy(map=place, meta={**opening.meta, "attribution": True}),
        inline.copy(map=place, meta={**inline.meta, "line": line}, children=children[start:], content=name),
        closing.copy(),
    ]


_BREAKS = ("softbreak", "hardbreak")
