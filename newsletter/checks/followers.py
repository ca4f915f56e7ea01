"""Pictures that tell who opens a letter: as small as a pixel, one per reader, or at a known counter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from lxml import html as parser
from lxml.html import HtmlElement

from newsletter.domain.slot import SlottedText

__all__ = ["Follower", "FollowerKind", "find_followers"]

_MARK = "slotofareader"
"""Stands in every hole, so that a picture with one in its address shows."""

_FETCHED = ("src", "srcset", "background", "poster", "data")
_IN_CSS = re.compile(r"url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)
_IN_IMPORT = re.compile(r"@import\s+[\"']([^\"']+)", re.IGNORECASE)
_TINY_SIZE = re.compile(r"\s*[01](?:\.0+)?(?:px)?\s*")
_TINY_STYLE = re.compile(
    r"(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*[01](?:\.0+)?(?:px|pt)?\s*(?:!important\s*)?(?:;|$)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)

# Hosts, or hosts with the beginning of a path, that exist to count who opens a mail.
_COUNTERS = (
    "analytics.google.com",
    "bat.bing.com",
    "connect.facebook.net",
    "ct.sendgrid.net",
    "emltrk.com",
    "facebook.com/tr",
    "google-analytics.com",
    "googletagmanager.com",
    "list-manage.com/track",
    "mailfoogae.appspot.com",
    "mailtrack.io",
    "mandrillapp.com/track",
    "mltrk.io",
    "pixel.wp.com",
    "px.ads.linkedin.com",
    "scorecardresearch.com",
    "sendgrid.net/wf/open",
    "t.hubspotemail.net",
    "track.customer.io",
    "track.hubspot.com",
    "yamm-track.appspot.com",
)


class FollowerKind(StrEnum):
    """What gives it away."""

    TINY = "tiny"
    OWN = "own"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Follower:
    """Something a letter fetches that tells who opens it, and its address as the reader's letter has it."""

    kind: FollowerKind
    url: str

    @property
    def host(self) -> str:
        """Return the host that is told."""
        return urlsplit(_whole(self.url)).hostname or self.url[:60]


def find_followers(letter: SlottedText) -> Iterator[Follower]:
    """Yield what in the HTML of a letter follows its readers, each address once."""
    holes = {hole.slot.name: _MARK for hole in letter.holes()}
    root = parser.document_fromstring(letter.fill(holes).encode("utf-8", "replace") or b"<p></p>")
    seen: set[str] = set()
    for element in root.iter():
        for url in _fetched(element):
            kind = _kind(url, element)
            if kind is not None and url not in seen:
                seen.add(url)
                yield Follower(kind, url.replace(_MARK, "…"))


def _fetched(element: HtmlElement) -> Iterator[str]:
    for name in _FETCHED:
        value = element.get(name)
        if value:
            yield from (part.split()[0] for part in value.split(",") if part.strip())
    if element.tag == "link" and element.get("href"):
        yield element.get("href", "")
    for css in (element.get("style"), element.text if element.tag == "style" else None):
        yield from _IN_CSS.findall(css or "")
        yield from _IN_IMPORT.findall(css or "")


def _kind(url: str, element: HtmlElement) -> FollowerKind | None:
    if _MARK in url:
        return FollowerKind.OWN
    try:
        parts = urlsplit(_whole(url))
        host = (parts.hostname or "").lower()
    except ValueError:  # no address at all; other rules tell
        return None
    if parts.scheme not in ("http", "https"):
        return None
    if any(_is_at(host, parts.path, counter) for counter in _COUNTERS):
        return FollowerKind.COUNTER
    return FollowerKind.TINY if element.tag == "img" and _is_unseen(element) else None


def _is_at(host: str, path: str, counter: str) -> bool:
    name, slash, start = counter.partition("/")
    is_there = host == name or host.endswith(f".{name}")
    return is_there and (not slash or path.lstrip("/").startswith(start))


def _is_unseen(image: HtmlElement) -> bool:
    sizes = (image.get("width"), image.get("height"))
    style = image.get("style") or ""
    is_tiny = any(_TINY_SIZE.fullmatch(size) for size in sizes if size) or _TINY_STYLE.search(style)
    return bool(is_tiny or _HIDDEN.search(style))


def _whole(url: str) -> str:
    return f"https:{url}" if url.startswith("//") else url
