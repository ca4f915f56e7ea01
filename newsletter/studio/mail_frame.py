"""The HTML of a mail made fit for a frame: looks are kept, and nothing is run, loaded or sent."""

from __future__ import annotations

import html as entities
import re
from collections import Counter

import nh3

from newsletter.replies.text import text_of_html

__all__ = ["MAIL_POLICY", "mail_page"]

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""The Content-Security-Policy of a mail's frame. It holds without the cleaning below, and that without it."""

_MOST = 1_000_000  # characters
_MOST_WORK = 800_000  # elements that a parser might have to make or look through
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})")
_NEVER_DEEP = {
    *("area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li"),
    *("link", "meta", "option", "p", "source", "td", "th", "tr", "track", "wbr"),
}
"""Elements that end by themselves."""

_TAGS = {
    *("a", "abbr", "address", "article", "aside", "b", "blockquote", "br", "caption", "center", "cite"),
    *("code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "ins", "kbd", "li", "main", "mark"),
    *("ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "sup"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var"),
}
_GONE = {
    *("applet", "audio", "canvas", "embed", "form", "frame", "frameset", "head", "iframe", "math", "noembed"),
    *("noframes", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title"),
    "video",
}
"""What goes with all that stands in it; of every other tag the words stay."""

_STYLES = {
    *("border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius"),
    *("border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction"),
    *("background-color", "font-family", "font-size", "font-style", "font-variant", "font-weight", "height"),
    *("letter-spacing", "line-height", "margin", "margin-bottom", "margin-left", "margin-right"),
    *("margin-top", "max-width", "min-width", "padding", "padding-bottom", "padding-left", "padding-right"),
    *("padding-top", "text-align", "text-decoration", "text-indent", "text-transform", "unicode-bidi"),
    *("vertical-align", "white-space", "width", "word-break", "word-wrap"),
}
"""Properties that hold no address."""

_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_GONE,
    attributes={
        "*": {"style", "align", "valign", "bgcolor", "dir", "lang", "width", "height"},
        "font": {"color", "face", "size"},
        "ol": {"start", "type"},
        "table": {"border", "cellpadding", "cellspacing"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    filter_style_properties=_STYLES,
    url_schemes=set(),
    link_rel=None,
)
_LOOKS = (
    ":root { color-scheme: light; background: #ffffff; color: #1f2723; }"
    " body { margin: 14px 16px; font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }"
    " a { text-decoration: underline; }"
    " table { max-width: 100%; }"
)


def mail_page(html: str, title: str) -> str:
    """Return `html`, the HTML of a mail, as a whole page called `title`, for a frame under `MAIL_POLICY`.

    Scripts, forms, pictures, style sheets and addresses are gone: links are words, and lead nowhere. More
    than a million characters are cut off, and HTML that would take a parser too long is shown as its text.
    """
    shown = html[:_MOST]
    body = _CLEANER.clean(shown) if _is_light(shown) else f"<pre>{entities.escape(text_of_html(shown))}</pre>"
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{entities.escape(title)}</title>'
        f"<style>{_LOOKS}</style></head><body>{body}</body></html>"
    )


def _is_light(html: str) -> bool:
    """Say whether the tree of `html` grows with its length.

    An element that is not ended is looked through, or made anew, for every tag behind it (HTML 13.2.4.3).
    """
    tags = most_open = now_open = 0
    opened: Counter[str] = Counter()
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        tags += 1
        if name in _NEVER_DEEP:
            continue
        if not tag[1]:
            opened[name] += 1
            now_open += 1
            most_open = max(most_open, now_open)
        elif opened[name]:
            opened[name] -= 1
            now_open -= 1
    return tags * most_open <= _MOST_WORK
