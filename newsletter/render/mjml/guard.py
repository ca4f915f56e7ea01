"""MJML written again so that mjml-python 1.4.2 reads it as the official compiler would.

Each rule answers a measured divergence of mrml 6.0.1 (the engine inside): attribute values printed with
Rust's debug escapes (D1), white space that starts with a line break dropped between tags (D2), a bare 0 in
padding not understood (D3), `mj-style inline` not inlined (D4), raw HTML in a wrapper hidden from all but
Outlook (D7), short colours not expanded (D17), the defaults of mj-body passed over (D19), a space in a
social element drawn as its text (D20).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.render.mjml.defaults import read_defaults
from newsletter.render.mjml.nesting import VOID, Nested
from newsletter.render.mjml.styles import clean_css
from newsletter.render.mjml.tokens import Attribute, Kind, Token, is_conditional, tokenise

__all__ = ["MAX_LENGTH", "Guarded", "freed", "guard"]

MAX_LENGTH = 300_000
"""Longest MJML compiled, in characters; mail programs cut off a letter of a third of that."""

_ZERO = re.compile(r"(?<!\S)0(?!\S)")
_LONG_SHARE = re.compile(r"(\d+\.\d{4})\d+%")
"""A share with more digits than mrml's numbers hold: 33.33333333333333 % of 600 px would be 200 px (D9)."""

_SHORT_COLOUR = re.compile(r"#([0-9A-Fa-f])([0-9A-Fa-f])([0-9A-Fa-f])")
_RAW = ("<!--raw for all-->", "<!--/raw for all-->")
"""What stands around raw HTML that mjml-python will put into a comment which only Outlook reads (D7)."""

_FOR_OUTLOOK = re.compile(r"(<!--\[if [^\]<>]*\]>)(.*)(<!\[endif\]-->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Guarded:
    """MJML safe to compile, and the CSS to inline afterwards.

    `pieces` are the parts of the MJML with the offset each has in the template.
    """

    pieces: tuple[tuple[str, int], ...]
    inline_css: tuple[str, ...]

    @property
    def mjml(self) -> str:
        """Return the MJML as one text."""
        return "".join(piece for piece, _ in self.pieces)

    def offset(self, byte: int) -> int:
        """Return the offset in the template of byte `byte` of the UTF-8 form of `mjml`."""
        passed = 0
        for piece, offset in self.pieces:
            passed += len(piece.encode())
            if byte < passed:
                return offset
        return self.pieces[-1][1] if self.pieces else 0


def freed(html: str) -> str:
    """Return `html` with the raw HTML of wrappers outside the comments that mjml-python put it into."""
    return html.replace(_RAW[0], "<![endif]-->").replace(_RAW[1], "<!--[if mso | IE]>")


def guard(nested: Sequence[Nested]) -> Guarded:
    """Write validated MJML again; leaves out authors' comments and the style sheets to inline."""
    pieces: list[tuple[str, int]] = []
    inline_css: list[str] = []
    defaults = read_defaults(nested)
    for index, item in enumerate(nested):
        token = item.token
        if _is_inline_style(nested, index):
            if token.kind is Kind.CSS:
                inline_css.append(clean_css(token.text))
            continue
        if token.kind is Kind.OPEN:
            is_body = token.name == "mj-body" and item.parent == "mjml"
            more = defaults.left_to_component(token) if is_body else ()
            pieces.append((_tag(item, more) + _raw_mark(item), token.start))
        elif token.kind is Kind.CLOSE:
            pieces.append((f"{_raw_mark(item)}</{token.name}>", token.start))
        elif token.kind is Kind.CSS:
            pieces.append((clean_css(token.text), token.start))
        elif token.kind is Kind.TEXT:
            pieces.append((_text(nested, index), token.start))
        elif is_conditional(token):
            pieces.append((_conditional(token.text), token.start))
    return Guarded(tuple(pieces), tuple(inline_css))


def _is_inline_style(nested: Sequence[Nested], index: int) -> bool:
    """Say whether the token at `index` is an inline mj-style, its text or its end."""
    for back in range(index, max(index - 3, -1), -1):
        token = nested[back].token
        if token.kind is Kind.OPEN:
            if token.name != "mj-style" or token.attribute("inline") is None:
                return False
            kinds = [item.token.kind for item in nested[back + 1 : index + 1]]
            return kinds in ([], [Kind.CSS], [Kind.CSS, Kind.CLOSE], [Kind.CLOSE])
    return False


def _conditional(comment: str) -> str:
    """Write a comment only classic Outlook reads again: mjml-python takes what stands in it for HTML, too."""
    match = _FOR_OUTLOOK.fullmatch(comment)
    if match is None:
        return comment
    tokens, faults = tokenise(match[2])
    if faults:
        return comment
    inner = guard([Nested(token, "", "mj-raw") for token in tokens])
    return f"{match[1]}{inner.mjml}{match[3]}"


def _text(nested: Sequence[Nested], index: int) -> str:
    """Keep white space that starts with a line break between two tags in HTML, and text between columns."""
    item = nested[index]
    if item.ending == "mj-social-element" and _is_alone_and_blank(nested, index):
        return ""
    text = item.token.text.replace(">", "&gt;")  # mrml panics on > shortly after a letter outside ASCII
    if item.ending is None and item.parent == "mj-section" and text.strip():
        return f"<mj-raw>{text}</mj-raw>"  # where mjml-python shows it anyway, and it is missed when lost
    if item.ending is None or not text.startswith("\n") or text.strip():
        return text
    before = nested[index - 1] if index else None
    after = nested[index + 1] if index + 1 < len(nested) else None
    is_first = before is None or before.ending is None
    is_last = after is None or after.ending is None
    return text if is_first or is_last else "&#10;" + text[1:]


def _is_alone_and_blank(nested: Sequence[Nested], index: int) -> bool:
    around = [nested[place].token.kind for place in (index - 1, index + 1) if 0 <= place < len(nested)]
    return not nested[index].token.text.strip() and around == [Kind.OPEN, Kind.CLOSE]


def _raw_mark(item: Nested) -> str:
    """Return the mark that goes after the begin of raw HTML in a wrapper, or before its end (D7)."""
    token = item.token
    if token.name != "mj-raw" or item.parent != "mj-wrapper" or token.is_self_closed:
        return ""
    return _RAW[token.kind is Kind.CLOSE]


def _tag(item: Nested, more: Sequence[Attribute] = ()) -> str:
    token = item.token
    is_mjml = item.ending is None
    attributes = "".join(
        f" {attribute.name}={_value(token, attribute, is_mjml)}" for attribute in (*token.attributes, *more)
    )
    is_void = not is_mjml and token.name in VOID
    return f"<{token.name}{attributes}{' /' if is_void or token.is_self_closed else ''}>"


def _value(token: Token, attribute: Attribute, is_mjml: bool) -> str:  # noqa: FBT001 (private, one caller)
    value = attribute.value or ""
    name = attribute.name
    if is_mjml and (
        name.startswith("padding") or "-padding" in name or (token.name, name) == ("mj-hero", "height")
    ):
        value = _ZERO.sub("0px", value)
    if is_mjml and name == "width":
        value = _LONG_SHARE.sub(r"\1%", value)
    if name.endswith("color"):
        value = (
            _SHORT_COLOUR.sub(r"#\1\1\2\2\3\3", value) if _SHORT_COLOUR.fullmatch(value.strip()) else value
        )
    for character in "\n\r\t":
        value = value.replace(character, " ")
    value = value.replace("\\", "&#92;").replace('"', "&quot;").replace("<", "&lt;")
    return f'"{value.encode("ascii", "xmlcharrefreplace").decode("ascii")}"'
