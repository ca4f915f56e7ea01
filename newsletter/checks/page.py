"""The rendered letter as one reader's browser would have it: links, and words that can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree, html

from newsletter.domain.rendered import RenderedIssue

__all__ = ["Anchor", "Page", "read_markup", "read_page", "squeeze"]

_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)(?![\w-])", re.IGNORECASE)
_NOT_SHOWN = frozenset({"head", "style", "script", "title", "template"})
_SPACE = re.compile(r"[\s\u00a0\u200b-\u200d\u034f\u00ad\ufeff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link of the page: its target, and the words or picture to click on ("" when there are none)."""

    href: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a reader sees: every link, the words in reading order, and the ids a link can jump to."""

    anchors: tuple[Anchor, ...]
    text: str
    ids: frozenset[str]


def read_markup(rendered: RenderedIssue, links: Mapping[str, str]) -> html.HtmlElement:
    """Return the HTML with `links` filled in and every field at its fallback, else its name."""
    values = {slot.name: slot.fallback or slot.name for slot in rendered.slots if not slot.is_link}
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8")
    source = rendered.html.fill({**values, **links})
    return html.document_fromstring(source.encode() or b"<p></p>", parser=parser)


def read_page(root: html.HtmlElement) -> Page:
    """Return what a reader sees of the letter whose HTML is `root`."""
    return Page(
        anchors=tuple(_anchors(root)),
        text=squeeze("".join(_words(root))),
        ids=frozenset(name for element in root.iter() if (name := element.get("id"))),
    )


def squeeze(text: str) -> str:
    """Return `text` with every run of white space and invisible characters as one space."""
    return _SPACE.sub(" ", text).strip()


def _anchors(root: html.HtmlElement) -> Iterator[Anchor]:
    for element in root.iter("a"):
        href = element.get("href")
        if href is not None and not _is_hidden(element):
            pictures = " ".join(image.get("alt") or "" for image in element.iter("img"))
            yield Anchor(href=href, label=squeeze(f"{''.join(_words(element))} {pictures}"))


def _is_hidden(element: html.HtmlElement) -> bool:
    return _hides(element) or any(_hides(above) for above in element.iterancestors())


def _words(root: html.HtmlElement) -> Iterator[str]:
    """Yield the text below `root` that is shown; a parser's events keep this flat, however deep the page."""
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        is_hidden = _hides(element)
        if event == "start":
            hidden += is_hidden
            if not hidden and element.text:
                yield element.text
            if element.tag in ("br", "p", "td", "div", "li", "tr", "h1", "h2", "h3"):
                yield " "
            continue
        if event == "end":
            hidden -= is_hidden
        if element is not root and not hidden and element.tail:
            yield element.tail


def _hides(element: etree._Element) -> bool:
    style = element.get("style")
    return element.tag in _NOT_SHOWN or bool(style and _HIDDEN.search(style))
