"""HTML of a letter as Markdown; every word a reader saw is still there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4 import BeautifulSoup, Comment, Doctype, Tag
from markdownify import MarkdownConverter

__all__ = ["html_to_markdown"]

_UNSEEN = ("script", "style", "head", "title", "noscript", "template", "meta", "link")
_LAID_OUT = ("table", "thead", "tbody", "tfoot", "tr", "td", "th")
_PUNCTUATION = re.compile(r"[\\`*_{}\[\]()#+\-.!<>&|~=:]")
_BLANK = re.compile(r"\n{3,}")


def html_to_markdown(html: str) -> tuple[str, Sequence[str]]:
    """Return `html` as Markdown, and the addresses of its pictures.

    Tables with a row of headings stay tables; those that only lay a letter out become paragraphs. Scripts,
    styles and pictures of one pixel, which nobody saw, are left out.
    """
    soup = BeautifulSoup(html, "lxml")
    for unseen in soup.find_all(_UNSEEN):
        unseen.decompose()
    for note in soup.find_all(string=lambda text: isinstance(text, (Comment, Doctype))):
        note.extract()
    for picture in soup.find_all("img"):
        if _is_pixel(picture):
            picture.decompose()
    _flatten(soup)
    pictures = [str(one["src"]) for one in soup.find_all("img") if one.get("src")]
    converter = MarkdownConverter(
        heading_style="atx", bullets="-", escape_misc=True, newline_style="backslash", autolinks=False
    )
    try:
        text = str(converter.convert_soup(soup))
    except RecursionError:  # nested deeper than any editor makes it: its words are what matters
        text = _PUNCTUATION.sub(r"\\\g<0>", soup.get_text("\n\n", strip=True))
    lines = [line.rstrip() for line in text.split("\n")]
    return _BLANK.sub("\n\n", "\n".join(lines)).strip() + "\n", pictures


def _is_pixel(picture: Tag) -> bool:
    return str(picture.get("width", "")) in ("0", "1") and str(picture.get("height", "")) in ("0", "1")


def _flatten(soup: BeautifulSoup) -> None:
    """Make paragraphs of tables that lay a letter out, and of cells and list items that stand alone."""
    kept = {id(heading.find_parent("table")) for heading in soup.find_all("th")}
    laid_out = [
        part
        for part in soup.find_all(_LAID_OUT)
        if id(part if part.name == "table" else part.find_parent("table")) not in kept
    ]
    loose = [item for item in soup.find_all("li") if item.find_parent(("ul", "ol", "menu")) is None]
    for part in (*laid_out, *loose):
        part.name = "div"
