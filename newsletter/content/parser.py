"""The Markdown parser: CommonMark with tables, strikethrough, footnotes and directives, no raw HTML.

Beyond parsing, it remembers where inline things stand and what would silently stay plain text: a link
that is none, a reference without definition, a tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from newsletter.content.directives import directives_plugin
from newsletter.content.quotations import set_attributions
from newsletter.content.sources import add_source, drop_rule_above_notes
from newsletter.content.typography import set_typography

__all__ = ["MAX_NESTING", "ParsedMarkdown", "Slip", "SlipKind", "parse_tokens"]

MAX_NESTING = 22
"""Block nesting at which the parser gives up; far above what `markdown.MAX_DEPTH` lets through."""

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_NOTE = re.compile(r"\[\^[^\s\]\[]{1,100}\]")
_LOOK_BACK = 2_000
_LOOK_AHEAD = 300

Rule = Callable[[StateInline, bool], bool]


class SlipKind(StrEnum):
    """What would silently have stayed plain text, or been lost."""

    BROKEN_LINK = "broken_link"
    UNKNOWN_REFERENCE = "unknown_reference"
    UNKNOWN_FOOTNOTE = "unknown_footnote"
    NESTED_FOOTNOTE = "nested_footnote"
    SECOND_FOOTNOTE = "second_footnote"
    RAW_HTML = "raw_html"


@dataclass(frozen=True, slots=True)
class Slip:
    """One such thing: the line (from 0) in the body and the text."""

    kind: SlipKind
    line: int
    text: str


@dataclass(slots=True)
class ParsedMarkdown:
    """Tokens, the slips on the way, and the labels of footnotes that nothing refers to."""

    tokens: list[Token]
    slips: list[Slip] = field(default_factory=list)
    unused_footnotes: list[str] = field(default_factory=list)


def parse_tokens(text: str, lang: str) -> ParsedMarkdown:
    """Parse `text`; `lang` decides quotes and dashes.

    Each `link_open` and `image` token has its line (from 0) in `meta["line"]`. Link targets are normalised
    but not judged: `javascript:` and all are still links here, so that they can be named.
    """
    env: dict[str, object] = {"lang": lang, "slips": [], "line": 0}
    parsed = ParsedMarkdown(tokens=_parser().parse(text, env))
    slips = env["slips"]
    assert isinstance(slips, list)
    parsed.slips = slips
    footnotes = env.get("footnotes")
    if isinstance(footnotes, dict):
        parsed.unused_footnotes = [label[1:] for label, number in footnotes["refs"].items() if number < 0]
    return parsed


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING, "store_labels": True})
    md.enable(["table", "strikethrough"])
    md.use(footnote_plugin, inline=False)
    md.use(directives_plugin)
    md.validateLink = _accept  # type: ignore[assignment]  # targets are judged later, in `links`
    for name in ("link", "image", "autolink"):
        md.inline.ruler.at(name, _placed(_rule(md, name)))
    md.inline.ruler.after("autolink", "tag", _tag)
    md.inline.ruler.push("stranded", _stranded)
    md.core.ruler.at("inline", _parse_inlines)
    md.core.ruler.before("footnote_tail", "footnote_texts", _footnote_texts)
    md.core.ruler.before("text_join", "notes_and_quotations", _notes_and_quotations)
    md.core.ruler.before("text_join", "typography", _typography)
    return md


def _accept(_url: str) -> bool:
    return True


def _rule(md: MarkdownIt, name: str) -> Rule:
    names = md.inline.ruler.get_active_rules()
    return md.inline.ruler.getRules("")[names.index(name)]


def _parse_inlines(state: StateCore) -> None:
    line = 0
    for token in state.tokens:
        line = token.map[0] if token.map else line
        if token.type == "inline":
            state.env["line"] = line
            token.meta["line"] = line
            token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _footnote_texts(state: StateCore) -> None:
    """See texts of footnotes that the plugin would lose: inside another, or a second one of a name."""
    seen: set[str] = set()
    depth = 0
    for token in state.tokens:
        if token.type == "footnote_reference_close":
            depth -= 1
        elif token.type == "footnote_reference_open":
            depth += 1
            label, line = token.meta["label"], token.map[0] if token.map else 0
            if depth > 1:
                state.env["slips"].append(Slip(SlipKind.NESTED_FOOTNOTE, line, f"[^{label}]"))
            elif label in seen:
                state.env["slips"].append(Slip(SlipKind.SECOND_FOOTNOTE, line, f"[^{label}]"))
            seen.add(label)


def _notes_and_quotations(state: StateCore) -> None:
    state.tokens = set_attributions(drop_rule_above_notes(state.tokens))


def _typography(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            set_typography(token.children, state.env["lang"])
            for child in token.children:
                if child.children:  # the alternative text of a picture
                    set_typography(child.children, state.env["lang"])


def _placed(rule: Rule) -> Rule:
    """Return `rule` so that the link or picture it finds knows its line."""

    def placed(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the parser's signature
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        for token in state.tokens[count : count + 2]:  # pending text may come first
            if token.type in ("link_open", "image") and "line" not in token.meta:
                token.meta["line"] = _line(state, start)
                if token.type == "link_open":
                    add_source(state, token)
        return True

    return placed


def _tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the parser's signature
    """Take what looks like an HTML tag as text, whole, and remember it."""
    if state.src[state.pos] != "<":
        return False
    match = _TAG.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("text", "", 0)
        token.content = match[0]
        token.meta["raw"] = True
        _remember(state, SlipKind.RAW_HTML, match[0])
    state.pos = match.end()
    return True


def _stranded(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the parser's signature
    """See the brackets that no rule wanted; never takes them, so they stay text."""
    if silent:
        return False
    char, position = state.src[state.pos], state.pos
    if char == "[" and state.src.startswith("[^", position):
        match = _NOTE.match(state.src, position, state.posMax)
        if match:
            _remember(state, SlipKind.UNKNOWN_FOOTNOTE, match[0])
    elif char == "]" and state.src[position + 1 : position + 2] in ("(", "["):
        opening = state.src.rfind("[", max(0, position - _LOOK_BACK), position)
        if opening >= 0 and not _is_escaped(state.src, opening):
            is_link = state.src[position + 1] == "("
            end = state.src.find(")" if is_link else "]", position + 2, position + _LOOK_AHEAD)
            text = state.src[opening : end + 1 if end >= 0 else position + 40]
            if is_link or end >= 0:
                _remember(state, SlipKind.BROKEN_LINK if is_link else SlipKind.UNKNOWN_REFERENCE, text)
    return False


def _is_escaped(text: str, position: int) -> bool:
    before = text[max(0, position - 50) : position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _remember(state: StateInline, kind: SlipKind, text: str) -> None:
    state.env["slips"].append(Slip(kind, _line(state, state.pos), text))


def _line(state: StateInline, position: int) -> int:
    return int(state.env["line"]) + state.src.count("\n", 0, position)
