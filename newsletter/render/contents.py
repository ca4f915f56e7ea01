"""The table of contents: the headings of a letter, read from its body as it was rendered.

Reading what was rendered, not what was written, keeps out the headings of blocks a reader does not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup

__all__ = ["Entry", "heading_id", "linked_headings", "read_contents"]

_HEADING = re.compile(r'<h(?P<level>[1-6])\b[^>]* id="(?P<id>section-\d+)">(?P<label>.*?)</h(?P=level)>')
_LINKED = re.compile(r"""\bhref=["']#(section-\d+)["']""")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading: its level from 1 to 6, the id a link can jump to, and its words, escaped for HTML."""

    level: int
    id: str
    label: Markup


def heading_id(number: int) -> str:
    """Return the id of the heading with that number, from 1 in reading order."""
    return f"section-{number}"


def read_contents(mjml: str) -> tuple[Entry, ...]:
    """Return the headings of the body in reading order; one without words is left out.

    A link to an id is dead in Gmail on iPhones and in Samsung's mail program (caniemail, HTML anchor links),
    so a list of them must be worth reading by itself.
    """
    found = (
        Entry(int(match["level"]), match["id"], Markup(_TAG.sub("", match["label"])))  # noqa: S704 (rendered, so escaped)
        for match in _HEADING.finditer(mjml)
    )
    return tuple(entry for entry in found if entry.label.strip())


def linked_headings(template: str, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the words of those of `entries` that `template`, filled in, links to, in its order.

    That is the table of contents as readers see it, without the letter itself.
    """
    words = {entry.id: unescape(entry.label) for entry in entries}
    linked = dict.fromkeys(match[1] for match in _LINKED.finditer(template))
    return tuple(words[name] for name in linked if name in words)
