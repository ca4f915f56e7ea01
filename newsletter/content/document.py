"""What the Markdown of an issue says: tokens, slots, links, images, headings, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from markdown_it.token import Token

from newsletter.domain.issue import Issue
from newsletter.domain.slot import Slot
from newsletter.domain.variant import Condition
from newsletter.errors import ContentError, Problem
from newsletter.source import Place

__all__ = ["Document", "Heading", "Image", "Link", "LinkKind"]


class LinkKind(StrEnum):
    """How a link is written."""

    TEXT = "text"
    BARE = "bare"
    BUTTON = "button"
    IMAGE = "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as the reader gets it.

    `url` is the target after normalising (percent-encoded, host in punycode), still with inert tokens.
    `label` is the text to click, inert tokens inside; the alternative text for an IMAGE, the address
    itself for a BARE link (`<https://…>`). `slot` is the link slot when the target is one, such as
    `{{ unsubscribe_url }}`.
    """

    url: str
    label: str
    kind: LinkKind
    place: Place
    slot: Slot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture in the letter.

    `source` is what the author wrote, percent-decoded; `path` the absolute path of the file (which may
    not exist), None for a picture from the web. `alt` is the alternative text, empty when there is none;
    inert tokens may stand in it. `is_alone` says that it is a paragraph of its own, `link` where a click
    on it leads.
    """

    source: str
    path: Path | None
    alt: str
    place: Place
    is_alone: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading: level 1 to 6 and its text, inert tokens inside."""

    level: int
    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The body of an issue, understood.

    `tokens` are markdown-it block tokens; `inline` tokens have children. Directives are pairs of
    `directive_open` and `directive_close` with the name in `info` and, for the opening one, the argument
    in `meta["argument"]`. Footnotes stand at the end.

    `slots` maps the inert token of each distinct slot (name and fallback), as it stands in the tokens, to
    the slot, in reading order; `slot_uses` has every slot at every place it is used, in reading order.

    `conditions` are the distinct ones of `::: only`; with any, `conditions.show_variant` gives the letter
    of one variant, and only that can be rendered.

    `problems` make it impossible to build the letter; `notes` are warnings. Lists are in reading order.
    """

    issue: Issue
    tokens: tuple[Token, ...]
    slots: Mapping[str, Slot] = field(default_factory=dict)
    slot_uses: tuple[Slot, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    headings: tuple[Heading, ...] = ()
    conditions: tuple[Condition, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def title(self) -> str | None:
        """Return the text of the first heading of level 1, None when there is none."""
        return next((heading.text for heading in self.headings if heading.level == 1), None)

    def require_sound(self) -> None:
        """Raise ContentError with every problem, when there is one."""
        ContentError.raise_if(self.problems)
