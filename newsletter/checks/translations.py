"""The other languages of an issue, as far as rules compare them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.config.schema import Config
from newsletter.content.document import Document, LinkKind
from newsletter.content.loader import load_issue
from newsletter.content.markdown import parse_markdown
from newsletter.content.siblings import find_siblings
from newsletter.domain.issue import Issue
from newsletter.errors import NewsletterError

__all__ = ["Translation", "parts_of", "read_translations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """The issue in another language: its front matter, and how many of which parts its letter has."""

    issue: Issue
    parts: Mapping[str, int]


def read_translations(path: Path, config: Config) -> Sequence[Translation]:
    """Return the other languages of the issue in the file at `path`, those that can be read."""
    return tuple(_translations(path.absolute(), config))


def parts_of(document: Document) -> dict[str, int]:
    """Return how many questions, buttons, links and pictures a letter has."""
    opened = [token.info for token in document.tokens if token.type == "directive_open"]
    links = [link.kind for link in document.links if link.slot is None]
    return {
        "question": opened.count("question"),
        "button": links.count(LinkKind.BUTTON),
        "link": sum(kind in (LinkKind.TEXT, LinkKind.BARE) for kind in links),
        "picture": len(document.images),
    }


def _translations(path: Path, config: Config) -> Iterator[Translation]:
    for file in find_siblings(path).files:
        if file.path == path:
            continue
        try:
            issue = load_issue(file.path, config)
            document = parse_markdown(issue, fallbacks=config.fallbacks)
        except NewsletterError:  # the check of that file tells
            continue
        yield Translation(issue=issue, parts=parts_of(document))
