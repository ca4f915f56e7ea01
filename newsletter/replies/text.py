"""HTML of a mail as lines, each with what the markup says of it; in linear time, for any HTML."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field

from lxml import etree

from newsletter.replies.containers import Mark, mark_of

__all__ = ["HtmlLine", "html_lines", "text_of_html"]

_MOST_TAGS = 60_000
_LONGEST_HTML = 1_000_000
_PARSER_DEPTH = 2_000  # libxml2 stops reading at 2,048 open elements
_SKIPPED = {
    "head",
    "style",
    "script",
    "title",
    "meta",
    "link",
    "template",
    "noscript",
    "object",
    "svg",
}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset"),
    *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"),
    *("li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"),
}
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote", "pre"))
_LISTS = ("ul", "ol")
_LONGEST_NUMBER = 6
_HAS_SIGN = re.compile(r"\s*(?:[-*•·–‣▪◦]|\d{1,3}[.)])\s")
_SPACE = re.compile(r"[ \t\r\n\u00a0]+")
_LONG_TAG = re.compile(
    r"(<[A-Za-z][^<>]{3000})[^<>]*"
)  # attributes cost the parser the square of their number
_TAG = re.compile(r"<[!/?A-Za-z][^<>]*>?")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_TIGHT = re.compile(r"margin(?:-bottom)?\s*:\s*0", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HtmlLine:
    """One line as a reader sees it, and what the markup around it says."""

    text: str
    mark: Mark | None = None


@dataclass(slots=True)
class _Page:
    """The lines written so far."""

    lines: list[HtmlLine] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    mark: Mark | None = None
    wants_blank: bool = False
    has_hard_space: bool = False
    lists: list[int | None] = field(default_factory=list)  # how far each is numbered, None without numbers
    item: str = ""  # what stands before an item whose first word is still to come

    def add(self, text: str, mark: Mark | None, *, is_preformatted: bool) -> None:
        """Add the text of a run."""
        if is_preformatted:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self._append(first, mark)
            for line in more:
                self.end_line(keep_empty=True)
                self._append(line, mark)
        else:
            self.has_hard_space |= "\u00a0" in text
            self._append(_SPACE.sub(" ", text), mark)

    def _append(self, text: str, mark: Mark | None) -> None:
        if text.strip() and not any(piece.strip() for piece in self.pieces[-1:]):
            self.mark = mark
        if self.item and text.strip():
            if not _HAS_SIGN.match(text):
                self.pieces.append(self.item)
            self.item = ""
        self.pieces.append(text)

    def end_line(self, *, keep_empty: bool = False) -> None:
        """End the line if there is one, or an empty one if asked."""
        text = _SPACE.sub(" ", "".join(self.pieces)).strip() if self.pieces else ""
        self.pieces = []
        if text:
            if self.wants_blank and self.lines and self.lines[-1].text:
                self.lines.append(HtmlLine("", self.mark if self.lines[-1].mark is self.mark else None))
            self.lines.append(HtmlLine(text, self.mark))
            self.wants_blank = False
        elif keep_empty or (self.has_hard_space and self.lines and self.lines[-1].text):
            self.lines.append(HtmlLine("", self.mark))
        self.mark = None
        self.has_hard_space = False

    def begin_item(self) -> None:
        """Begin an item of a list, numbered where the list is."""
        number = self.lists[-1] if self.lists else None
        if number is None:
            self.item = "- "
        else:
            self.item = f"{number}. "
            self.lists[-1] = number + 1

    def rule(self, mark: Mark) -> None:
        """Draw a line, which has no text."""
        self.end_line()
        self.lines.append(HtmlLine("", mark))


def text_of_html(html: str) -> str:
    """Return what a reader sees of `html`, as plain text with lines that end in LF."""
    return "\n".join(line.text for line in html_lines(html)).strip("\n")


def html_lines(html: str) -> tuple[HtmlLine, ...]:
    """Return the lines of `html`; links and pictures leave only their text.

    HTML that a parser would need more than linear time for, or that is nested deeper than any mail, is
    read crudely: its tags are taken away and nothing is marked.
    """
    if not html.strip():
        return ()
    html = html[:_LONGEST_HTML]
    if html.count("<") > _MOST_TAGS:
        return _crude(html)
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = etree.fromstring(_LONG_TAG.sub(r"\1", html).encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return _crude(html)
    if root is None:
        return _crude(html)
    page = _Page()
    if not _write(root, page):
        return _crude(html)
    return tuple(page.lines)


def _crude(html: str) -> tuple[HtmlLine, ...]:
    text = entities.unescape(_TAG.sub("\n", html))
    kept = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return tuple(HtmlLine(line) for line in kept if line)


def _write(root: etree._Element, page: _Page) -> bool:
    """Write the tree onto the page; False when it is too deep to have been read whole."""
    marks: list[Mark | None] = [None]
    preformatted = 0
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if len(marks) > _PARSER_DEPTH:
                return False
            marks.append(_inner(marks[-1], tag, element, page))
            preformatted += tag in ("pre", "textarea")
            if skipped is None and (tag in _SKIPPED or _is_hidden(element)):
                skipped = element
            if skipped is None and element.text:
                page.add(element.text, marks[-1], is_preformatted=preformatted > 0)
            continue
        marks.pop()
        preformatted -= tag in ("pre", "textarea")
        if skipped is None:
            _close(tag, element, page)
        if element is skipped:
            skipped = None
        if skipped is None and element.tail:
            page.add(element.tail, marks[-1], is_preformatted=preformatted > 0)
    page.end_line()
    return True


def _inner(outer: Mark | None, tag: str, element: etree._Element, page: _Page) -> Mark | None:
    """Begin an element; return what holds for the lines in it. What is quoted stays quoted inside."""
    if tag in _BLOCKS:
        page.end_line()
        page.wants_blank |= tag in _SPACED and not _is_tight(element)
        if tag == "li":
            page.begin_item()
        elif tag in _LISTS:
            page.lists.append(_first_number(element) if tag == "ol" else None)
    elif tag == "br":
        page.end_line(keep_empty=True)
    elif tag in ("td", "th"):
        page.add(" ", outer, is_preformatted=False)
    found = mark_of(tag, {str(name): str(value) for name, value in element.attrib.items()})
    if found in (Mark.RULE, Mark.BELOW):
        if outer is not Mark.QUOTE:
            page.rule(found)
        return outer
    return outer if outer is Mark.QUOTE or found is None else found


def _close(tag: str, element: etree._Element, page: _Page) -> None:
    if tag in _BLOCKS:
        page.end_line()
        page.wants_blank |= tag in _SPACED and not _is_tight(element)
        if tag == "li":
            page.item = ""
        elif tag in _LISTS and page.lists:
            page.lists.pop()


def _first_number(element: etree._Element) -> int:
    start = str(element.get("start") or "")
    return int(start) if start.isascii() and start.isdigit() and len(start) < _LONGEST_NUMBER else 1


def _is_tight(element: etree._Element) -> bool:
    if element.tag != "p":
        return False
    style = element.get("style") or ""
    return "MsoNormal" in (element.get("class") or "") or bool(_TIGHT.search(style[:500]))


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style") or ""
    return _HIDDEN.search(style[:500]) is not None
