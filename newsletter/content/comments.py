"""Comments in Markdown, `<!-- … -->`: taken out before parsing, in one pass, with every line kept."""

from __future__ import annotations

import re

__all__ = ["strip_comments"]

_NONE, _EARLIER, _HERE = range(3)  # where a comment that is open was opened
_FENCE_PREFIX = " \t>-*+0123456789.)"  # what may stand before a fence in a quote or list
_FENCE = re.compile(r"(?P<run>`{3,}|~{3,})(?P<info>.*)")
_EVENT = re.compile("`+|<!--(?:-?>)?|-->")


def strip_comments(text: str) -> tuple[str, int | None]:
    """Return `text` without comments and the line (from 0) of one that is never closed, else None.

    Comments in fenced code and in code spans are the author's text and stay. Line numbers stay true.
    """
    lines: list[str] = []
    fence = ""
    opened: int | None = None
    for number, line in enumerate(text.split("\n")):
        if fence:
            lines.append(line)
            if _closes(line, fence):
                fence = ""
            continue
        kept, last_opening = _strip_line(line, is_open=opened is not None)
        if last_opening == _NONE:
            fence = "" if opened is not None else _opens(line)
            opened = None
            kept = line if fence else kept
        elif last_opening == _HERE:
            opened = number
        lines.append(kept)
    return "\n".join(lines), opened


def _opens(line: str) -> str:
    match = _FENCE.fullmatch(line.lstrip(_FENCE_PREFIX))
    if match is None or (match["run"][0] == "`" and "`" in match["info"]):
        return ""
    return match["run"]


def _closes(line: str, fence: str) -> bool:
    rest = line.strip(" \t>")
    return len(rest) >= len(fence) and not rest.strip(fence[0])


def _strip_line(line: str, *, is_open: bool) -> tuple[str, int]:
    """Return what is left of `line`, and where the comment that is open at its end was opened."""
    events = list(_EVENT.finditer(line))
    last_run = {len(event[0]): index for index, event in enumerate(events) if event[0][0] == "`"}
    opening = _EARLIER if is_open else _NONE
    kept = ""
    position = 0
    index = 0
    while index < len(events):
        event = events[index]
        mark = event[0]
        index += 1
        if mark == "-->" and opening != _NONE:
            opening = _NONE
            position = event.end()
        elif mark.startswith("<!--") and opening == _NONE:
            kept = _join(kept, line[position : event.start()]) if position else line[: event.start()]
            position = event.end()
            opening = _NONE if mark.endswith(">") else _HERE  # <!--> is whole (CommonMark 6.6)
        elif mark[0] == "`" and opening == _NONE and last_run[len(mark)] >= index:
            while events[index][0] != mark:  # a code span: go to its end
                index += 1
            index += 1
    if opening != _NONE:
        return kept.rstrip(), opening
    return (_join(kept, line[position:]) if position else line), _NONE


def _join(before: str, after: str) -> str:
    """Put together what stood on both sides of a comment, so that no white space gains a meaning."""
    if not after.strip():
        return before.rstrip()
    if not before.strip() or before.endswith(" "):
        return before + after.lstrip(" ")
    return before + after
