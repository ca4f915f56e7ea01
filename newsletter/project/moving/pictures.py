"""Pictures of a letter that comes over: HTML of them as Markdown, and those that stayed on the web."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["in_markdown", "stayed_away"]

_CODE_OR_PICTURE = re.compile(
    r"(?P<code>^(?P<fence>```+|~~~+)[^\n]*\n(?:.*?^(?P=fence)[^\n]*$|.*\Z)|(?P<ticks>`+)[^`\n]+(?P=ticks))"
    r"|(?P<picture><img\b[^<>]*>)|(?P<around></?(?:figure|figcaption|picture)\b[^<>]*>)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_BLANK = re.compile(r"\n{3,}")
_READER = MarkdownIt("commonmark")


def in_markdown(text: str) -> str:
    """Return the Markdown `text` with its HTML of pictures, and what is around them, as Markdown."""

    def written(match: re.Match[str]) -> str:
        if match["code"]:
            return match["code"]
        return _picture(match["picture"]) if match["picture"] else "\n\n"

    changed, number = _CODE_OR_PICTURE.subn(written, text)
    return _BLANK.sub("\n\n", changed) if number and changed != text else text


def _picture(html: str) -> str:
    tag = BeautifulSoup(html, "lxml").find("img")
    source = str(tag.get("src") or "") if tag else ""
    if not tag or not re.fullmatch(r"[^\s<>()]+", source):
        return html
    words = re.sub(r"([\[\]\\])", r"\\\1", " ".join(str(tag.get("alt") or "").split()))
    return f"![{words}]({source})"


def stayed_away(name: str, text: str, first_line: int) -> Iterator[Problem]:
    """Tell the pictures of the Markdown `text` that are on the web; it begins at `first_line` of `name`."""
    told: set[str] = set()
    for block in _READER.parse(text) if "![" in text else ():
        line = first_line + (block.map[0] if block.map else 0)
        for one in block.children or ():
            if one.type in ("softbreak", "hardbreak"):
                line += 1
            source = str(one.attrs.get("src", "")) if one.type == "image" else ""
            if re.match(r"https?:", source, re.IGNORECASE) and source not in told:
                told.add(source)
                yield Problem(what=f"{source[:200]} stayed on the web", place=Place(path=name, line=line))
