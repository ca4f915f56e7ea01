"""Gmail: the cut near 102 kB, its limits on style sheets, and the body that becomes a `div`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element

from newsletter.render.clients.css import AtRule, Declaration, read_sheet
from newsletter.render.clients.losses import LossKind
from newsletter.render.clients.page import Page
from newsletter.render.clients.tree import drop, set_style

__all__ = ["CLIP_BYTES", "Clipped", "clip", "limit_styles", "mark_cut", "replace_body"]

CLIP_BYTES = 102_400
"""Where Gmail cuts, measured by many and told by none: near 102 kB of the HTML in UTF-8, so a guess."""

_STYLE_BYTES = 16_384
_CUT_WORDS = "[Message clipped]  View entire message"
_WORDS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Clipped:
    """A letter cut in two: what Gmail shows and what is lost behind it (empty: nothing)."""

    shown: str
    lost: str


def clip(text: str) -> Clipped:
    """Cut `text` where Gmail does, before a tag that would be cut through."""
    data = text.encode("utf-8", "replace")
    if len(data) <= CLIP_BYTES:
        return Clipped(text, "")
    shown = data[:CLIP_BYTES].decode("utf-8", "ignore")
    if shown.rfind("<") > shown.rfind(">"):
        shown = shown[: shown.rfind("<")]
    return Clipped(shown, data.decode("utf-8")[len(shown) :])


def mark_cut(page: Page, lost: str) -> None:
    """Show on `page` where it is cut, and name what is lost: the words behind the cut, and every link."""
    for style in page.styles():
        page.losses.add(LossKind.STYLES, "<style>", style)
        drop(style)
    words, links = _words_and_links(lost)
    page.losses.add(LossKind.CLIPPED, " ".join(words[:_WORDS_SHOWN]))
    for link in links:
        page.losses.add(LossKind.LOST_LINK, link)
    mark = etree.SubElement(page.body, "div")
    mark.text = _CUT_WORDS
    set_style(
        mark,
        [
            Declaration("border-top", "3px dashed #b3261e"),
            Declaration("padding", "12px 8px 24px"),
            Declaration("color", "#202124"),
            Declaration("background-color", "#ffffff"),
            Declaration("font", "14px/1.5 Arial,sans-serif"),
        ],
    )


def limit_styles(page: Page) -> None:
    """Take out the style sheets Gmail does not read: in the body, too long, or an @ rule in an @ rule."""
    for style in page.styles():
        text = style.text or ""
        if any(parent.tag == "body" for parent in style.iterancestors()):
            page.losses.add(LossKind.ELEMENT, "<style> in <body>", style)
        elif len(text.encode("utf-8", "replace")) > _STYLE_BYTES:
            page.losses.add(LossKind.LONG_STYLES, _start(text), style)
        elif _is_nested(text):
            page.losses.add(LossKind.NESTED_STYLES, _start(text), style)
        else:
            continue
        drop(style)


def replace_body(page: Page) -> None:
    """Put the letter in a `div` with the body's attributes after a `<u>`, as Gmail does."""
    body = page.body
    inside = etree.Element("div", {str(name): str(value) for name, value in body.attrib.items()})
    inside.text, body.text = body.text, None
    inside.extend(list(body))
    for name in list(body.attrib):
        del body.attrib[name]
    set_style(body, [Declaration("margin", "0")])
    body.append(etree.Element("u"))
    body.append(inside)


def _is_nested(text: str) -> bool:
    outer = [node for node in read_sheet(text) if isinstance(node, AtRule)]
    return any(isinstance(node, AtRule) for rule in outer for node in rule.rules or ())


def _start(text: str) -> str:
    return " ".join(text.split())[:60]


def _words_and_links(lost: str) -> tuple[list[str], list[str]]:
    text = f"<html><body><div>{lost}"
    page = Page(text[text.find("<") :])
    links = [one for one in page.body.iter("a") if one.get("href")]
    return _text(page.body).split(), [_name(one) for one in links]


def _name(link: _Element) -> str:
    words = re.sub(r"\s+", " ", _text(link)).strip()
    return f"{words} ({link.get('href')})" if words else str(link.get("href"))


def _text(element: _Element) -> str:
    return " ".join(str(part) for part in element.itertext())
