"""Markdown: the body of an issue becomes a Document."""

from __future__ import annotations

from newsletter.content.document import Document, Heading, Image, Link, LinkKind

__all__ = ["Document", "Heading", "Image", "Link", "LinkKind"]

# parse_markdown(issue: Issue, *, fallbacks: Mapping[str, str] | None = None) -> Document
