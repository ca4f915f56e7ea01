"""The links of an issue that lead to the web, taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from newsletter.checks.context import CheckContext
from newsletter.content.document import LinkKind
from newsletter.source import Place

__all__ = ["WebLink", "web_links"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLink:
    """A link to http or https: `url` whole, `host` in small letters without `www.`, `label` for people.

    The column of `place` is that of the address.
    """

    url: str
    parts: SplitResult
    host: str
    label: str
    kind: LinkKind
    place: Place


def web_links(context: CheckContext) -> Iterator[WebLink]:
    """Yield the links of the body to the web, in reading order; pictures' own links too (Need.DOCUMENT)."""
    for link in context.document.links:
        if link.slot is not None or not link.url.lower().startswith(("http://", "https://")):
            continue
        try:
            parts = urlsplit(link.url)
            host = (parts.hostname or "").removeprefix("www.")
        except ValueError:  # another rule tells
            continue
        if host:
            yield WebLink(
                url=link.url,
                parts=parts,
                host=host,
                label=context.readable(link.label),
                kind=link.kind,
                place=context.locate(link.place, link.url),
            )
