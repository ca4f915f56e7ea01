"""A letter as a tree to change: read whatever it is, made harmless, written out again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from lxml import etree, html
from lxml.etree import _Element

from newsletter.render.clients.css import (
    AtRule,
    Declaration,
    Rule,
    change_sheet,
    read_sheet,
    write_sheet,
)
from newsletter.render.clients.losses import Losses, LossKind
from newsletter.render.clients.tree import CONTROLS, drop, set_style, style_of

__all__ = ["Page"]

_EMPTY = "<!DOCTYPE html><html><head></head><body></body></html>"
_RUNNING = frozenset(
    [
        *("script", "noscript", "iframe", "frame", "frameset", "object", "embed", "applet", "portal", "base"),
        *("link", "image", "use", "feimage"),
    ]
)
_LOADING = (
    "src",
    "background",
    "srcset",
    "poster",
    "data",
    "dynsrc",
    "lowsrc",
    "longdesc",
    "ping",
    "manifest",
)
_URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)", re.IGNORECASE | re.DOTALL)
_CALLS = re.compile(r"(?:url|image-set|image|src|cross-fade)\(", re.IGNORECASE)
_SUSPECT = re.compile(rf"{_CALLS.pattern}|\\|@import", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_LINK = re.compile(r"(?:https?|mailto|tel|sms):", re.IGNORECASE)


class Page:
    """A parsed letter. `own` has the addresses of its own pictures; only those are loaded."""

    def __init__(self, text: str, own: Collection[str] = ()) -> None:
        """Read `text`, however broken; scripts and what loads from elsewhere are taken out."""
        self.losses = Losses()
        self._own = own
        self.root = _parse(text)
        self._make_harmless()

    def elements(self) -> Iterator[_Element]:
        """Yield every element, in order; comments and the like are left out."""
        yield from list(self.root.iter("*"))

    def styles(self) -> list[_Element]:
        """Return the style elements, in order."""
        return [one for one in self.elements() if one.tag == "style"]

    @property
    def body(self) -> _Element:
        """Return the body, made when there is none."""
        found = self.root.find("body")
        return found if found is not None else etree.SubElement(self.root, "body")

    @property
    def head(self) -> _Element:
        """Return the head, made when there is none."""
        found = self.root.find("head")
        if found is None:
            found = etree.Element("head")
            self.root.insert(0, found)
        return found

    def write(self) -> str:
        """Return the letter as HTML."""
        for style in self.styles():
            style.text = (style.text or "").replace("</", "<\\/")  # a string in CSS must not end the element
        text = html.tostring(self.root, encoding="unicode", method="html")
        return f"<!DOCTYPE html>\n{text}"

    def is_own(self, address: str) -> bool:
        """Say whether a preview may load `address`: the letter's own, or one that is in it."""
        return address in self._own or address.lower().startswith("data:image/")

    def _make_harmless(self) -> None:
        for node in self.root.iter():
            _drop_controls(node)
        for comment in list(self.root.iter(etree.Comment, etree.ProcessingInstruction)):
            drop(comment)  # what classic Outlook reads in one was opened before
        for element in self.elements():
            if element.tag in _RUNNING or (element.tag == "meta" and element.get("http-equiv") is not None):
                drop(element)
            else:
                self._clean(element)

    def _clean(self, element: _Element) -> None:
        for name, value in [(str(name), str(value)) for name, value in element.attrib.items()]:
            lower = name.lower()
            if lower in _LOADING and not (lower == "src" and self.is_own(value)):
                if lower in ("src", "background"):
                    self.losses.add(LossKind.REMOTE, value, element)
                del element.attrib[name]
            elif _is_acting(lower) or (lower == "href" and not _is_link(element, value)):
                del element.attrib[name]
        if _SUSPECT.search(element.get("style", "")):
            set_style(element, self._local_declarations(style_of(element), element))
        if element.tag == "style" and _SUSPECT.search(element.text or ""):
            element.text = self._local_sheet(element)

    def _is_local(self, text: str, element: _Element) -> bool:
        """Say whether a piece of CSS loads nothing but the letter's own pictures."""
        calls = [call.lower() for call in _CALLS.findall(text)]
        addresses = [found[2] for found in _URL.finditer(text)]
        if len(calls) == len(addresses) and all(self.is_own(one) for one in addresses):
            return True
        self.losses.add(LossKind.REMOTE, addresses[0] if addresses else text, element)
        return False

    def _local_declarations(
        self, declarations: tuple[Declaration, ...], element: _Element
    ) -> tuple[Declaration, ...]:
        return tuple(one for one in declarations if self._is_local(one.value, element))

    def _local_sheet(self, style: _Element) -> str:
        def rule(one: Rule) -> Rule:
            return replace(one, declarations=self._local_declarations(one.declarations, style))

        def at_rule(one: AtRule) -> AtRule | None:
            return one if one.name != "import" and self._is_local(one.text or "", style) else None

        return write_sheet(change_sheet(read_sheet(style.text or ""), rule, at_rule))


def _parse(text: str) -> _Element:
    clean = CONTROLS.sub("", text.replace("\0", ""))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    data = clean.encode()
    try:
        root = (
            html.document_fromstring(data, parser=parser)
            if data.strip()
            else html.document_fromstring(_EMPTY)
        )
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it but, say, a comment
        root = html.document_fromstring(_EMPTY)
    return root


def _drop_controls(element: _Element) -> None:
    """Drop characters that a reference such as `&#1;` made and that no tree takes back."""
    if isinstance(element.tag, str) and element.text and CONTROLS.search(element.text):
        element.text = CONTROLS.sub("", element.text)
    if element.tail and CONTROLS.search(element.tail):
        element.tail = CONTROLS.sub("", element.tail)
    for name, value in element.attrib.items():
        if CONTROLS.search(str(value)):
            element.set(name, CONTROLS.sub("", str(value)))


def _is_acting(name: str) -> bool:
    """Say whether an attribute does something, or is none at all, as in `<p <script>`."""
    return name.startswith("on") or not _NAME.fullmatch(name) or name in ("srcdoc", "formaction", "action")


def _is_link(element: _Element, address: str) -> bool:
    return element.tag in ("a", "area") and (address.startswith("#") or bool(_LINK.match(address.strip())))
