"""The archive for feed readers: Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from newsletter.archive.edition import ArchivedIssue, ArchivedLetter, Edition

__all__ = ["ATOM", "JSON_FEED", "atom_feed", "json_feed"]

ATOM = "feed.xml"
JSON_FEED = "feed.json"

_MOST = 50
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # XML 1.0 2.2


def atom_feed(edition: Edition) -> bytes:
    """Return the latest public issues as an Atom feed, each with its whole text."""
    updated = (edition.updated or _NEVER).isoformat()
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_attribute(edition.lang)}">',
        f"<title>{_xml(edition.name)}</title>",
        *([f"<subtitle>{_xml(edition.description)}</subtitle>"] if edition.description else []),
        f"<id>{_xml(edition.address)}</id>",
        f'<link rel="self" type="application/atom+xml" href="{_attribute(edition.address)}/{ATOM}"/>',
        f'<link rel="alternate" type="text/html" href="{_attribute(edition.address)}/"/>',
        f"<updated>{updated}</updated>",
        f"<author><name>{_xml(edition.author)}</name></author>",
    ]
    for issue in edition.listed[:_MOST]:
        lines += _entry(edition, issue, issue.letter(edition.lang))
    return "\n".join([*lines, "</feed>", ""]).encode()


def json_feed(edition: Edition) -> bytes:
    """Return the latest public issues as a JSON feed, each with its whole text."""
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": edition.name,
        "home_page_url": f"{edition.address}/",
        "feed_url": f"{edition.address}/{JSON_FEED}",
        "language": edition.lang,
        "authors": [{"name": edition.author}],
    }
    if edition.description:
        feed["description"] = edition.description
    feed["items"] = [_item(edition, issue, issue.letter(edition.lang)) for issue in edition.listed[:_MOST]]
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _entry(edition: Edition, issue: ArchivedIssue, letter: ArchivedLetter) -> Iterator[str]:
    url = _attribute(f"{edition.address}/{issue.folder(letter)}/")
    yield f'<entry xml:lang="{_attribute(letter.lang)}">'
    yield f"<title>{_xml(letter.title)}</title>"
    yield f"<id>{_xml(edition.address)}/{issue.slug}</id>"  # as the site has it, so nobody sees two
    yield f'<link rel="alternate" type="text/html" hreflang="{_attribute(letter.lang)}" href="{url}"/>'
    yield f"<published>{issue.at.isoformat()}</published>"
    yield f"<updated>{issue.updated.isoformat()}</updated>"
    for tag in letter.tags:
        yield f'<category term="{_attribute(tag)}"/>'
    if letter.preheader:
        yield f"<summary>{_xml(letter.preheader)}</summary>"
    yield f'<content type="html">{_xml(letter.html)}</content>'
    yield "</entry>"


def _item(edition: Edition, issue: ArchivedIssue, letter: ArchivedLetter) -> dict[str, object]:
    item: dict[str, object] = {
        "id": f"{edition.address}/{issue.slug}",
        "url": f"{edition.address}/{issue.folder(letter)}/",
        "title": letter.title,
        "content_html": letter.html,
        "date_published": issue.at.isoformat(),
        "date_modified": issue.updated.isoformat(),
        "language": letter.lang,
    }
    if letter.preheader:
        item["summary"] = letter.preheader
    if letter.tags:
        item["tags"] = list(letter.tags)
    return item


def _xml(text: str) -> str:
    return escape(_NO_XML.sub("", text), quote=False)


def _attribute(text: str) -> str:
    return escape(_NO_XML.sub("", text), quote=True)
