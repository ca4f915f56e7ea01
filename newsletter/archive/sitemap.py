"""The public pages for search engines: https://www.sitemaps.org/protocol.html, also in other languages."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from newsletter.archive.edition import TAGS, ArchivedIssue, Edition

__all__ = ["SITEMAP", "sitemap"]

SITEMAP = "sitemap.xml"


def sitemap(edition: Edition) -> bytes:
    """Return every public page once, the list first."""
    day = f"<lastmod>{edition.updated.date()}</lastmod>" if edition.updated else ""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        f"<url><loc>{escape(edition.address)}/</loc>{day}</url>",
    ]
    for issue in edition.listed:
        lines += _urls(edition, issue)
    for _tag, slug, issues in edition.tags():
        day = max(issue.updated for issue in issues).date().isoformat()
        lines.append(
            f"<url><loc>{escape(edition.address)}/{TAGS}/{slug}/</loc><lastmod>{day}</lastmod></url>"
        )
    return "\n".join([*lines, "</urlset>", ""]).encode()


def _urls(edition: Edition, issue: ArchivedIssue) -> Iterator[str]:
    places = [(one.lang, f"{escape(edition.address)}/{issue.folder(one)}/") for one in issue.letters]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{escape(lang)}" href="{url}"/>' for lang, url in places
    )
    for _lang, url in places:
        also = links if len(places) > 1 else ""
        yield f"<url><loc>{url}</loc><lastmod>{issue.updated.date()}</lastmod>{also}</url>"
