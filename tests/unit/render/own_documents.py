"""MJML documents of our own, built: one for each component, and one for each attribute of each component."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.render.mjml.schema import elements

__all__ = ["attribute_documents", "component_documents", "document", "in_column"]

PIXEL = "https://brief.example/x.png"
HOME = "https://brief.example/"
_QUESTION = (
    "<mj-accordion-title{title}>Vraag</mj-accordion-title>"
    "<mj-accordion-text{text}>Antwoord</mj-accordion-text>"
)
_TEXT = "<mj-text>Dag</mj-text>"
_COLUMN = f"<mj-column>{_TEXT}</mj-column>"


def _accordion(**places: str) -> str:
    inner = _QUESTION.format(title=places.get("title", ""), text=places.get("text", ""))
    around, element = places.get("around", ""), places.get("element", "")
    return (
        f"<mj-accordion{around}><mj-accordion-element{element}>{inner}</mj-accordion-element></mj-accordion>"
    )


_IN_COLUMN = {
    "mj-text": "<mj-text{}>Dag <b>Anna</b>\n<i>en Bo</i></mj-text>",
    "mj-button": f'<mj-button href="{HOME}"{{}}>Lees <b>verder</b></mj-button>',
    "mj-image": f'<mj-image src="{PIXEL}" href="{HOME}" alt="Een plaat"{{}} />',
    "mj-divider": "<mj-divider{} />",
    "mj-spacer": "<mj-spacer{} />",
    "mj-table": "<mj-table{}><tr><th>a</th>\n<td>b</td></tr></mj-table>",
    "mj-raw": "<mj-raw{}><p>ruw</p></mj-raw>",
    "mj-social": f'<mj-social{{}}><mj-social-element name="facebook" href="{HOME}">F</mj-social-element>'
    f'<mj-social-element src="{PIXEL}">G</mj-social-element></mj-social>',
    "mj-social-element": f'<mj-social><mj-social-element src="{PIXEL}" href="{HOME}"{{}}>F'
    "</mj-social-element></mj-social>",
    "mj-navbar": '<mj-navbar hamburger="hamburger"{}><mj-navbar-link href="/a">A</mj-navbar-link>'
    "</mj-navbar>",
    "mj-navbar-link": '<mj-navbar><mj-navbar-link href="/a"{}>A</mj-navbar-link>'
    "<mj-navbar-link>B</mj-navbar-link></mj-navbar>",
    "mj-accordion": _accordion(around="{}"),
    "mj-accordion-element": _accordion(element="{}"),
    "mj-accordion-title": _accordion(title="{}"),
    "mj-accordion-text": _accordion(text="{}"),
    "mj-carousel": f'<mj-carousel{{}}><mj-carousel-image src="{PIXEL}" />'
    f'<mj-carousel-image src="{PIXEL}" /></mj-carousel>',
    "mj-carousel-image": f'<mj-carousel><mj-carousel-image src="{PIXEL}" href="{HOME}"{{}} />'
    f'<mj-carousel-image src="{PIXEL}" /></mj-carousel>',
}
"""Components that stand in a column; `{}` is where an attribute goes."""

_IN_BODY = {
    "mj-section": f'<mj-section background-url="{PIXEL}"{{}}>{_COLUMN}{_COLUMN}</mj-section>',
    "mj-column": f'<mj-section><mj-column padding="1px"{{}}>{_TEXT}</mj-column>{_COLUMN}</mj-section>',
    "mj-group": f"<mj-section><mj-group{{}}>{_COLUMN}{_COLUMN}</mj-group></mj-section>",
    "mj-wrapper": f'<mj-wrapper background-url="{PIXEL}"{{}}><mj-section>{_COLUMN}</mj-section>'
    f"<mj-section>{_COLUMN}</mj-section></mj-wrapper>",
    "mj-hero": f'<mj-hero background-url="{PIXEL}" background-width="600px" background-height="300px"{{}}>'
    f"{_TEXT}</mj-hero>",
}
"""Components that stand in the body."""

_VALUES = {
    "background-height": "200px",
    "background-position": "left top",
    "background-position-x": "left",
    "background-position-y": "bottom",
    "background-repeat": "no-repeat",
    "background-size": "contain",
    "background-url": "https://brief.example/y.png",
    "background-width": "480px",
    "base-url": "https://brief.example",
    "border-radius": "7px",
    "font-family": "Courier",
    "font-weight": "700",
    "full-width": "full-width",
    "height": "77px",
    "href": "https://brief.example/y",
    "icon-position": "left",
    "mode": "vertical",
    "name": "twitter",
    "src": "https://brief.example/y.png",
    "srcset": "https://brief.example/z.png 2x",
    "thumbnails-src": "https://brief.example/y.png",
    "usemap": "#kaart",
    "width": "120px",
}
_SAMPLES = {"color": "#12ab9f", "boolean": "true", "integer": "3"}
_UNUSUAL = ("right", "bottom", "rtl", "justify", "fixed", "always", "vertical", "hidden")


def document(body: str, head: str = "") -> str:
    """Return a whole document around `body`."""
    return f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>"


def in_column(components: str, head: str = "") -> str:
    """Return a whole document with `components` in its one column."""
    return document(f"<mj-section><mj-column>{components}</mj-column></mj-section>", head)


def component_documents() -> dict[str, str]:
    """Return a document for each component, by its name."""
    return {name: document(_block(name, "")) for name in (*_IN_COLUMN, *_IN_BODY)}


def attribute_documents() -> Iterator[tuple[str, str, str]]:
    """Yield each component, each attribute the schema gives it, and a document that sets it."""
    for name in (*_IN_COLUMN, *_IN_BODY):
        for attribute, kind in elements()[name].attributes.items():
            yield name, attribute, document(_with(name, attribute, _unusual_value(attribute, kind)))


def _block(name: str, attribute: str) -> str:
    if name in _IN_BODY:
        return _IN_BODY[name].replace("{}", attribute)
    inner = _IN_COLUMN[name].replace("{}", attribute)
    return f"<mj-section><mj-column>{inner}</mj-column></mj-section>"


def _with(name: str, attribute: str, value: str) -> str:
    """Return the block of component `name` with `attribute` set, in place of its own value for it."""
    before, _, after = _block(name, "{}").partition("{}")
    start = before.rindex("<")
    tag = re.sub(rf' {attribute}="[^"]*"', "", before[start:])
    return f'{before[:start]}{tag} {attribute}="{value}"{after}'


def _unusual_value(name: str, kind: str) -> str:
    """Return a value for attribute `name` of MJML type `kind` that is nobody's default."""
    if kind.startswith("enum(") and name not in _VALUES:
        options = kind[5:-1].split(",")
        return next((one for one in options if one in _UNUSUAL), options[-1])
    if name in _VALUES:
        return _VALUES[name]
    if kind in _SAMPLES:
        return _SAMPLES[kind]
    if kind.startswith("unit"):
        return "17px" if "px" in kind else "17%"
    return "3px solid #12ab9f" if "border" in name.split("-") else "iets"
