"""The style sheets that the project's own templates hold, as they stand in the files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import tinycss2

from newsletter.checks.context import CheckContext
from newsletter.checks.template_lines import own_template_files
from newsletter.source import Place

__all__ = ["StyleFault", "template_style_faults"]

_SHEET = re.compile(r"<(mj-style|style)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_DEEPEST = 50
_NESTING = frozenset({"media", "supports", "layer", "container"})


@dataclass(frozen=True, slots=True)
class StyleFault:
    """A piece of a style sheet that programs pass over, and where it stands."""

    what: str
    place: Place


def template_style_faults(context: CheckContext) -> Iterator[StyleFault]:
    """Yield what cannot be read in the style sheets of the project's templates (Need.RENDERED).

    What Jinja writes is taken for a value; a sheet that Jinja builds with conditions is read as if all held.
    """
    for name, text in own_template_files(context):
        plain = _JINJA.sub(_value, text)
        for sheet in _SHEET.finditer(plain):
            css = sheet[2]
            line = plain.count("\n", 0, sheet.start(2))
            open_braces = css.count("{") - css.count("}")
            if open_braces > 0:
                yield StyleFault(
                    "a brace is not closed, so that what follows is lost", Place(path=name, line=line + 1)
                )
                continue
            if css.count("{") <= _DEEPEST * 20:
                for offset, what in _faults(
                    tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), 0
                ):
                    yield StyleFault(what, Place(path=name, line=line + offset))


def _faults(nodes: list[tinycss2.ast.Node], depth: int) -> Iterator[tuple[int, str]]:
    for node in nodes:
        if node.type == "error":
            yield node.source_line, f"a piece of CSS cannot be read: {node.message}"
        elif node.type == "qualified-rule":
            inside = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            yield from (
                (one.source_line, f"a declaration cannot be read: {one.message}")
                for one in inside
                if one.type == "error"
            )
        elif node.type == "at-rule" and node.content and node.lower_at_keyword in _NESTING and depth < 5:
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _faults(inner, depth + 1)


def _value(match: re.Match[str]) -> str:
    """Return as many lines as Jinja's own text has, with a value where it writes one, not whole rules."""
    before = match.string[: match.start()].rpartition("\n")[2]
    after = match.string[match.end() :].partition("\n")[0]
    is_value = match[0].startswith("{{") and bool(before.strip() or after.strip())
    return ("x" if is_value else "") + "\n" * match[0].count("\n")
