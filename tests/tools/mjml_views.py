"""Two HTML documents compared as a mail program sees them: in the web view and in Outlook's (mso) view.

Listed equivalences, which change nothing a reader sees, are taken out first: E1 decimals of
widths, E2 `word-spacing:normal`, E3 the `vertical-align` attribute, E4 the order of
classes, E5 grouping of CSS rules, E6 short
and long hex colours, E7 `alt=""` on icons, E8 `border:0` on pictures, E9 `0`, `0px` and `0pt`, E10 the
import of web fonts, E11 percent-encoding of addresses,
E12 attributes of table cells that say what the style says (juice adds them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from urllib.parse import quote

from lxml import html as lxml_html

from newsletter.render.mjml.views import View, seen_in

__all__ = ["Difference", "differences"]

_DECIMALS = re.compile(r"\d+\.\d+(?=%|px)")
_COLUMN_CLASS = re.compile(r"\b(mj-column-(?:per|px)-\d+)-(\d+)\b")
_SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])(?![0-9a-f])")
_ZERO = re.compile(r"(?<![\w.#-])0(?:px|pt|em|%)(?![\w.])")
_SPACE = re.compile(r"\s+")
_CAROUSEL = re.compile(r"(?<=carousel-)(?:radio-)?(?:[0-9a-f]{16}|[0-9a-f]{8})\b")  # ids, random in theirs
_IMPORTANT = re.compile(r"\s*!\s*important", re.IGNORECASE)
_DERIVED = {"valign": "vertical-align", "align": "text-align", "bgcolor": "background-color"}
_ID = re.compile(r"(?:[0-9a-f]{16}|[0-9a-f]{8})")
_RULE = re.compile(r"([^{}]*)\{((?:[^{}]|\{[^{}]*\})*)\}")
_FONT_IMPORT = re.compile(r"@import\s+url\([^)]*\)\s*;?")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs in `view`: the path of the element, what, and both values."""

    view: View
    path: str
    what: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.view} {self.path} {self.what}: {self.ours!r} instead of {self.theirs!r}"


@dataclass(frozen=True, slots=True)
class _Node:
    path: str
    depth: int
    attributes: dict[str, str]
    text: str

    @property
    def is_sheet(self) -> bool:
        return self.path.endswith("/style")

    @property
    def key(self) -> tuple[str, int]:
        return self.path, self.depth


def differences(ours: str, theirs: str) -> list[Difference]:
    """Return what differs between two documents after the equivalences, in both views."""
    found: list[Difference] = []
    for view in View:
        found += _compare(view, _nodes(ours, view), _nodes(theirs, view))
    return found


def _compare(view: View, ours: list[_Node], theirs: list[_Node]) -> Iterator[Difference]:
    matcher = SequenceMatcher(a=[n.key for n in ours], b=[n.key for n in theirs], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield from (Difference(view, n.path, "element", _shown(n), "nothing") for n in ours[a:b])
            yield from (Difference(view, n.path, "element", "nothing", _shown(n)) for n in theirs[c:d])
            continue
        for one, other in zip(ours[a:b], theirs[c:d], strict=True):
            if one.text != other.text and one.is_sheet:
                mine, its = set(one.text.split("\n")), set(other.text.split("\n"))
                yield from (
                    Difference(view, one.path, "rule", rule, "nothing") for rule in sorted(mine - its)
                )
                yield from (
                    Difference(view, one.path, "rule", "nothing", rule) for rule in sorted(its - mine)
                )
            elif one.text != other.text:
                yield Difference(view, one.path, "text", one.text, other.text)
            for name in sorted(one.attributes.keys() | other.attributes.keys()):
                mine, its = one.attributes.get(name, ""), other.attributes.get(name, "")
                if mine != its:
                    yield Difference(view, one.path, name, mine, its)


def _shown(node: _Node) -> str:
    return node.path.rpartition("/")[2] + " " + " ".join(f"{k}={v}" for k, v in node.attributes.items())


def _nodes(html: str, view: View) -> list[_Node]:
    root = lxml_html.document_fromstring(seen_in(html, view).replace("\0", ""))
    nodes: list[_Node] = []
    for element in root.iter():
        node = _node(element)
        if node is None:
            continue
        if nodes and node.is_sheet and nodes[-1].is_sheet and node.attributes == nodes[-1].attributes:
            rules = sorted([*nodes.pop().text.split("\n"), *node.text.split("\n")])  # E5
            node = replace(node, text="\n".join(rules))
        nodes.append(node)
    return nodes


def _node(element: lxml_html.HtmlElement) -> _Node | None:
    if not isinstance(element.tag, str):
        return None
    tag, text = element.tag.lower(), element.text or ""
    if tag == "link" and "fonts." in element.get("href", ""):  # E10
        return None
    if tag == "style":
        text = _sheet(text)
        if not text:
            return None
    elif element.getparent() is not None and element.getparent().tag == "pre":
        pass
    else:
        text = _SPACE.sub(" ", text.replace("\u00a0", "&nbsp;")).strip()
    tail = _SPACE.sub(" ", element.tail or "").strip()
    names = [ancestor.tag for ancestor in element.iterancestors()]
    path = "/".join([*(str(name) for name in reversed(names)), tag])
    text = f"{text} … {tail}" if tail else text
    return _Node(path, len(names), _attributes(element, tag), text)


def _attributes(element: lxml_html.HtmlElement, tag: str) -> dict[str, str]:
    result: dict[str, str] = {}
    for name, value in element.attrib.items():
        name, value = str(name).lower(), str(value).strip()
        if name == "style":
            result |= {f"style.{key}": worth for key, worth in _style(value, tag).items()}
        elif name == "vertical-align" or (name == "alt" and not value):  # E3, E7
            continue
        elif name in ("href", "src"):
            result[name] = quote(value, safe="%/:?#[]@!$&'()*+,;=~{} ")  # E11
        elif name in ("id", "for"):
            result[name] = _ID.sub("ID", _same(value))
        elif name == "class":
            result[name] = " ".join(sorted(_same(value).split()))  # E4
        else:
            result[name] = _same(value)
    for name, source in _DERIVED.items():
        if name in result and result[name] == result.get(f"style.{source}"):  # E12
            del result[name]
    return {name: value for name, value in result.items() if value or name == "alt"}


def _style(value: str, tag: str) -> dict[str, str]:
    style: dict[str, str] = {}
    for declaration in re.split(r";(?![^(]*\))", value):
        name, _, worth = declaration.partition(":")
        name, worth = name.strip().lower(), _same(worth.strip())
        if not name or (name, worth) == ("word-spacing", "normal"):  # E2
            continue
        if tag == "img" and (name, worth) == ("border", "0"):  # E8
            continue
        style[name] = worth
    return style


def _same(value: str) -> str:
    """Return `value` in the one way to write it that the equivalences leave."""
    value = _SPACE.sub(" ", value).strip()
    value = _DECIMALS.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), value)  # E1
    value = _COLUMN_CLASS.sub(lambda m: f"{m[1]}-{m[2][:2]}", value)  # E1
    value = _CAROUSEL.sub("ID", value)
    lowered = value.lower() if "#" in value else value
    value = _SHORT.sub(r"#\1\1\2\2\3\3", lowered) if re.search(r"#[0-9a-f]{3}\b", lowered) else lowered  # E6
    value = _IMPORTANT.sub("!important", value)
    value = _ZERO.sub("0", value)  # E9
    return re.sub(r"\s*,\s*", ",", value).replace('"', "'")


def _sheet(css: str) -> str:
    """Return the rules of a style sheet, one a line, in order of selector (E5); imports of fonts go (E10)."""
    css = _FONT_IMPORT.sub("", _COMMENT.sub("", css))
    lines: list[str] = []
    for match in _RULE.finditer(css):
        selector, body = re.sub(r"\s*([>+~,])\s*", r"\1", " ".join(match[1].split())), match[2]
        if "{" in body:
            lines += [f"{selector} {line}" for line in _sheet(body).split("\n")]
            continue
        body = ";".join(sorted(f"{k}:{v}" for k, v in _style(body, "").items()))
        lines += [f"{_same(one)} {{{body}}}" for one in selector.split(",")]
    return "\n".join(sorted(line for line in lines if line.strip()))
