"""MJML checked against its schema: mjml-python itself passes over every mistake in silence.

Where the official compiler passes over it too, and both come to the same letter, the fault is a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from newsletter.render.mjml.attributes import DEFAULTS, FOR_ANY, attribute_faults, unknown_name
from newsletter.render.mjml.defaults import read_defaults
from newsletter.render.mjml.nesting import Nested
from newsletter.render.mjml.schema import UNSUPPORTED, elements
from newsletter.render.mjml.styles import inline_css_faults
from newsletter.render.mjml.tokens import Fault, Kind, Token, is_conditional

__all__ = ["validate"]

_REFUSED = {
    "mj-include": 'use {% include "…" %} or {% extends "…" %}',
    "mj-html-attributes": "write the attribute in the HTML inside mj-text, mj-table or mj-raw",
    "mj-selector": "write the attribute in the HTML inside mj-text, mj-table or mj-raw",
    "mj-html-attribute": "write the attribute in the HTML inside mj-text, mj-table or mj-raw",
}
_OPTIONAL_CLASSES = frozenset(
    {"question", "note"}
)  # given to the letter's parts, for templates that style them
_WITH_CONDITIONS = ("mj-text", "mj-raw")
_TEXT_ONLY = ("mj-title", "mj-preview", "mj-breakpoint", "mj-accordion-title")
_DRAWN_ALL_THE_SAME = ("mj-spacer", "mj-body")
_ONCE = ("mjml", "mj-body", "mj-head", "mj-title", "mj-preview")


def validate(nested: Sequence[Nested]) -> list[Fault]:
    """Return every fault of `nested` against the schema, in the order of the text."""
    faults: list[Fault] = []
    for index, item in enumerate(nested):
        if item.token.kind is Kind.OPEN:
            faults += _element(item) if item.ending is None else _html(item)
            faults += _duplicates(item.token)
        elif is_conditional(item.token):
            faults += _conditional(item)
        elif item.token.kind is Kind.TEXT and item.ending is None:
            faults += _loose_text(item)
        elif item.token.kind is Kind.CSS and nested[index - 1].token.attribute("inline") is not None:
            faults += inline_css_faults(item.token.text, item.token.start)
    faults += _whole(nested)
    faults += _classes([item.token for item in nested if item.ending is None])
    faults += _titled_links(nested)
    return sorted(faults, key=lambda fault: fault.offset)


def _element(item: Nested) -> list[Fault]:
    token, parent = item.token, item.parent
    if token.name in _REFUSED:
        return [
            Fault(offset=token.start, what=f"<{token.name}> cannot be used here", fix=_REFUSED[token.name])
        ]
    if not parent and token.name != "mjml":
        return [Fault(offset=token.start, what="a template starts with <mjml>")]
    if parent == DEFAULTS:
        return _default_attributes(token)
    if parent in FOR_ANY:
        return [Fault(offset=token.start, what=f"<{parent}> takes no elements", fix="give it attributes")]
    known = elements()
    element = known.get(token.name)
    if element is None:
        return [unknown_name(token.start, f"<{token.name}> is not an MJML element", token.name, known)]
    faults = _parent(token, parent)
    for attribute in token.attributes:
        faults += attribute_faults(token.name, attribute, element.attributes)
    return faults


def _parent(token: Token, parent: str) -> list[Fault]:
    around = elements().get(parent)
    if around is None:  # the top, or an unknown element, which was said already
        return []
    if token.name in around.children:
        return []
    if (token.name, parent) == _DRAWN_ALL_THE_SAME:
        return [
            Fault(
                offset=token.start,
                what=f"<{token.name}> stands in <{parent}>, outside every section",
                why="MJML draws it there, but does not promise to",
                fix="give a section padding instead",
                is_note=True,
            )
        ]
    allowed = ", ".join(f"<{name}>" for name in sorted(around.children)) or "nothing"
    what = f"<{token.name}> cannot stand in <{parent}>"
    return [Fault(offset=token.start, what=what, why=f"<{parent}> takes {allowed}")]


def _default_attributes(token: Token) -> list[Fault]:
    """Check an element in <mj-attributes>, where each sets defaults for a component, a class or all."""
    known = elements()
    if token.name in FOR_ANY:
        allowed = {name: "string" for element in known.values() for name in element.attributes}
        allowed |= {
            name: kind
            for element in known.values()
            for name, kind in element.attributes.items()
            if kind == "color"
        }
        if token.name == "mj-class":
            allowed["name"] = "string"
    elif token.name in known:
        allowed = dict(known[token.name].attributes)
    else:
        return [
            unknown_name(
                token.start,
                f"<{token.name}> is not an MJML element",
                token.name,
                [*known, *FOR_ANY],
            )
        ]
    faults: list[Fault] = []
    for attribute in token.attributes:
        faults += attribute_faults(token.name, attribute, allowed)
    return faults


def _html(item: Nested) -> list[Fault]:
    token = item.token
    if item.ending in _TEXT_ONLY:
        return [Fault(offset=token.start, what=f"<{item.ending}> takes text only", fix="take the tag out")]
    if token.name.startswith("mj-") or token.name == "mjml":
        what = f"<{token.name}> cannot stand in <{item.ending}>"
        return [Fault(offset=token.start, what=what, why=f"<{item.ending}> takes text and HTML")]
    if token.name == "script":
        return [Fault(offset=token.start, what="a script never runs in a mail", fix="take it out")]
    style = token.attribute("style")
    if style and style.strip() and ":" not in style:
        return [
            Fault(offset=token.start, what=f'style="{style[:60]}" is not CSS', fix="write property:value")
        ]
    return []


def _duplicates(token: Token) -> list[Fault]:
    seen: set[str] = set()
    faults: list[Fault] = []
    for attribute in token.attributes:
        if attribute.name in seen:
            faults.append(
                Fault(
                    offset=attribute.offset,
                    what=f'<{token.name}> has "{attribute.name}" twice',
                    fix="keep one",
                )
            )
        seen.add(attribute.name)
    return faults


def _loose_text(item: Nested) -> list[Fault]:
    text = item.token.text
    if not text.strip():
        return []
    start = item.token.start + len(text) - len(text.lstrip())
    around = f"in <{item.parent}>" if item.parent else "outside <mjml>"
    is_kept = item.parent == "mj-section"
    return [
        Fault(
            offset=start,
            what=f'"{text.strip()[:40]}" stands loose {around}',
            why="it is shown between the columns; MJML would lose it" if is_kept else None,
            fix="put it in an <mj-text>",
            is_note=is_kept,
        )
    ]


def _conditional(item: Nested) -> list[Fault]:
    """Check a comment for classic Outlook: mjml-python takes it in text and raw HTML only."""
    if item.ending in _WITH_CONDITIONS:
        return []
    what = f"a conditional comment cannot stand in <{item.parent}>"
    return [Fault(offset=item.token.start, what=what, fix="put it in an <mj-raw> or <mj-text>")]


def _whole(nested: Sequence[Nested]) -> list[Fault]:
    """Check that there is one root and one body, and at most one head, title and preview."""
    faults: list[Fault] = []
    found: dict[str, list[Token]] = {name: [] for name in _ONCE}
    for item in nested:
        if item.token.kind is not Kind.OPEN or item.ending is not None or item.parent == DEFAULTS:
            continue
        if item.token.name in found:
            found[item.token.name].append(item.token)
    for name, tokens in found.items():
        if not tokens and name in ("mjml", "mj-body"):
            faults.append(Fault(offset=0, what=f"the template has no <{name}>"))
        faults += [
            Fault(offset=token.start, what=f"there is a second <{name}>", fix="keep one")
            for token in tokens[1:]
        ]
    return faults


def _classes(tokens: Iterable[Token]) -> list[Fault]:
    """Check that each mj-class named exists, and that two on one element set different things (D11)."""
    faults: list[Fault] = []
    defined: dict[str, set[str]] = {}
    users: list[tuple[Token, list[str]]] = []
    for token in tokens:
        if token.kind is not Kind.OPEN:
            continue
        if token.name == "mj-class":
            names = {attribute.name for attribute in token.attributes} - {"name"}
            defined.setdefault(token.attribute("name") or "", set()).update(names)
        elif token.attribute("mj-class"):
            users.append((token, (token.attribute("mj-class") or "").split()))
    for token, names_used in users:
        taken: dict[str, str] = {}
        for name in names_used:
            if name not in defined and name not in _OPTIONAL_CLASSES:
                faults.append(unknown_name(token.start, f'there is no mj-class "{name}"', name, defined))
            for attribute in sorted(defined.get(name, ())):
                faults += _class_attribute(token, name, attribute, taken)
                taken.setdefault(attribute, name)
    return faults


def _titled_links(nested: Sequence[Nested]) -> list[Fault]:
    """Check that no picture with a link has a title, which MJML puts on the link as well (D8)."""
    faults: list[Fault] = []
    defaults = read_defaults(nested)
    for item in nested:
        if item.token.name == "mj-image" and item.parent != DEFAULTS:
            given = defaults.given_to(item.token)
            if all(name in given and given[name].value for name in ("href", "title")):
                what = '"title" on an <mj-image> with a link would have no effect on the link'
                faults.append(Fault(offset=item.token.start, what=what, fix="say it in alt"))
    return faults


def _class_attribute(token: Token, name: str, attribute: str, taken: Mapping[str, str]) -> list[Fault]:
    """Check what mj-class `name` sets on the element of `token`; `taken` is what other classes set there."""
    if (token.name, attribute) in UNSUPPORTED:
        what = f'mj-class "{name}" sets {attribute}, which would have no effect on <{token.name}>'
        return [Fault(offset=token.start, what=what, fix=UNSUPPORTED[token.name, attribute])]
    if attribute in taken and attribute != "css-class":
        what = f'mj-class "{taken[attribute]}" and "{name}" both set {attribute}'
        return [Fault(offset=token.start, what=what, fix="let one of them set it")]
    return []
