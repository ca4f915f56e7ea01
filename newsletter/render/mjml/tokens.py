"""MJML text cut into tokens by a scanner that knows quotes, comments and style sheets.

Time is linear in the length of the text, and nothing recurses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Attribute", "Fault", "Kind", "Token", "is_conditional", "tokenise"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:_.-]*")
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\W\d][^\s=/>"'<]*)(?:\s*+=\s*+(?P<value>"[^"]*"|'[^']*'|[^\s"'<>=`]+))?""",
)
_SPACE = re.compile(r"[\s/]*")
_STYLE_ELEMENTS = {"mj-style", "style"}
_CONDITIONAL = re.compile(r"<!--\s*(?:\[if\s|<!\[endif)")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>\s*")


class Kind(StrEnum):
    """What a token is; CSS is the text inside a style element."""

    TEXT = "text"
    COMMENT = "comment"
    OPEN = "open"
    CLOSE = "close"
    CSS = "css"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute as written; `value` still has its entities and is None when there is none."""

    name: str
    value: str | None
    offset: int


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `start` and `end` are offsets in the source, `name` is in lower case."""

    kind: Kind
    start: int
    end: int
    text: str = ""
    name: str = ""
    attributes: tuple[Attribute, ...] = ()
    is_self_closed: bool = False

    def attribute(self, name: str) -> str | None:
        """Return the value of the first attribute called `name`, "" when it has none, None when absent."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute.value or ""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong at `offset` of the text; it becomes a Problem once its line is known.

    `is_note` means that the letter is built all the same, as the official compiler builds it.
    """

    offset: int
    what: str
    why: str | None = None
    fix: str | None = None
    is_note: bool = False


class _Scanner:
    """The state of one scan: where it is, and what it has found."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens: list[Token] = []
        self.faults: list[Fault] = []

    def run(self) -> None:
        """Scan from begin to end, or to a fault that leaves nothing to go on with."""
        declaration = _DECLARATION.match(self.source)
        position = declaration.end() if declaration else 0
        while position < len(self.source):
            start = self.source.find("<", position)
            if start != position:
                position = self._text(Kind.TEXT, position, len(self.source) if start < 0 else start)
                continue
            after = self._markup(position)
            if after is None:
                return
            position = after

    def _text(self, kind: Kind, start: int, end: int) -> int:
        if end > start:
            self.tokens.append(Token(kind, start, end, self.source[start:end]))
        return end

    def _markup(self, start: int) -> int | None:
        source = self.source
        if source.startswith("<!--", start):
            return self._until(Kind.COMMENT, start, "-->", "a comment that starts here has no end")
        if source.startswith("<![CDATA[", start):
            self._fault(start, "CDATA cannot stand in a template", fix="write &lt; for <, without CDATA")
            end = source.find("]]>", start)
            return None if end < 0 else end + 3
        if source.startswith(("<!", "<?"), start):
            return self._declaration(start)
        if source.startswith("</", start):
            return self._close(start)
        name = _NAME.match(source, start + 1)
        if name is None:
            self._fault(start, "a < that starts no tag", fix="write &lt;")
            return self._text(Kind.TEXT, start, start + 1)
        return self._open(start, name.group().lower(), name.end())

    def _until(self, kind: Kind, start: int, mark: str, what: str) -> int | None:
        end = self.source.find(mark, start + len(mark))
        if end < 0:
            self._fault(start, what)
            return None
        return self._text(kind, start, end + len(mark))

    def _declaration(self, start: int) -> int | None:
        end = self.source.find(">", start)
        shown = self.source[start : start + 20 if end < 0 else min(end + 1, start + 40)]
        fix = "write <!--[if !mso]><!--> … <!--<![endif]-->" if shown.startswith("<![") else "take it out"
        self._fault(start, f"{shown} cannot stand in a template", fix=fix)
        return None if end < 0 else end + 1

    def _close(self, start: int) -> int | None:
        name = _NAME.match(self.source, start + 2)
        end = self.source.find(">", start)
        if name is None or end < 0 or self.source[name.end() : end].strip():
            self._fault(start, "a closing tag that is not well formed")
            return None if end < 0 else end + 1
        self.tokens.append(Token(Kind.CLOSE, start, end + 1, name=name.group().lower()))
        return end + 1

    def _open(self, start: int, name: str, position: int) -> int | None:
        source = self.source
        attributes: list[Attribute] = []
        while True:
            before, position = position, _skip(position, source)
            if position >= len(source):
                self._fault(start, f"the tag <{name} has no >", why="a quote may be missing")
                return None
            if source[position] == ">":
                break
            match = _ATTRIBUTE.match(source, position)
            if match is None or (match["value"] is None and source.startswith("=", match.end())):
                return self._broken_tag(start, name, position)
            attributes.append(Attribute(match["name"].lower(), _unquoted(match["value"]), position))
            position = match.end()
        is_self_closed = "/" in source[before:position]
        self.tokens.append(
            Token(
                Kind.OPEN,
                start,
                position + 1,
                name=name,
                attributes=tuple(attributes),
                is_self_closed=is_self_closed,
            )
        )
        if name in _STYLE_ELEMENTS and not is_self_closed:
            return self._style(name, start, position + 1)
        return position + 1

    def _style(self, name: str, start: int, position: int) -> int | None:
        end = self.source.find(f"</{name}", position)
        if end < 0:
            self._fault(start, f"<{name}> has no </{name}>")
            return None
        return self._text(Kind.CSS, position, end)

    def _broken_tag(self, start: int, name: str, position: int) -> int | None:
        self._fault(position, f"<{name}> has an attribute that is not well formed", fix='write name="value"')
        end = self.source.find(">", max(start, position))
        return None if end < 0 else end + 1

    def _fault(self, offset: int, what: str, *, why: str | None = None, fix: str | None = None) -> None:
        self.faults.append(Fault(offset=offset, what=what, why=why, fix=fix))


def is_conditional(token: Token) -> bool:
    """Say whether `token` is a comment that classic Outlook reads, or the begin or end of what it skips."""
    return token.kind is Kind.COMMENT and _CONDITIONAL.match(token.text) is not None


def tokenise(source: str) -> tuple[tuple[Token, ...], tuple[Fault, ...]]:
    """Cut `source` into tokens; also return every fault of form found on the way."""
    scanner = _Scanner(source)
    scanner.run()
    return tuple(scanner.tokens), tuple(scanner.faults)


def _skip(position: int, source: str) -> int:
    match = _SPACE.match(source, position)
    return match.end() if match else position


def _unquoted(value: str | None) -> str | None:
    return value[1:-1] if value and value[0] in "\"'" else value
