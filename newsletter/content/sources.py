"""Sources: a reference with a title, `[name]: https://… "Who, what"`, is listed among the footnotes."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

__all__ = ["add_source", "drop_rule_above_notes"]


def add_source(state: StateInline, link: Token) -> None:
    """Put the number of its source behind `link`, which has just been closed, when its reference has a title.

    The first link to a reference gives it the next number among the footnotes; later ones share it.
    """
    label, title = link.meta.get("label"), link.attrs.get("title")
    if not label or not title:
        return
    notes = state.env.setdefault("footnotes", {})
    listed = notes.setdefault("list", {})
    notes.setdefault("refs", {})
    known = state.env.setdefault("sources", {})
    if label not in known:
        known[label] = len(listed)
        listed[known[label]] = {"content": str(title), "tokens": _text(str(title), link)}
    mark = state.push("footnote_ref", "", 0)
    mark.meta = {"id": known[label], "label": label}


def drop_rule_above_notes(tokens: Sequence[Token]) -> list[Token]:
    """Return `tokens` without a rule (`---`) right above the footnotes, which have one of their own."""
    starts = [index for index, token in enumerate(tokens) if token.type == "footnote_block_open"]
    dropped = {index - 1 for index in starts if index and tokens[index - 1].type == "hr"}
    return [token for index, token in enumerate(tokens) if index not in dropped]


def _text(title: str, link: Token) -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": link.attrs["href"]}, meta={"line": link.meta["line"]})
    return [opening, Token("text", "", 0, content=title), Token("link_close", "a", -1)]
