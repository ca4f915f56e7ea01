"""Where links lead, and what kind of target that is for a letter, which has no page of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Need
from newsletter.render.template import template_place
from newsletter.source import Place

__all__ = ["KNOWN_SCHEMES", "Target", "TargetKind", "targets"]

KNOWN_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
"""Schemes every mail program hands to the right place; another one is a slip, or works for few."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_PORT = re.compile(r"[a-z0-9.-]+:\d{1,5}(?:[/?#]|$)", re.IGNORECASE)
_DRIVE = re.compile(r"[a-z]:(?:[\\/]|%5c)", re.IGNORECASE)
_SCRIPTS = frozenset({"javascript", "vbscript", "data"})
_LOCAL_HOST = re.compile(
    r"localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[?::1\]?|10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}"
    r"|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|[^.]+|.+\.(?:localhost|local|internal|lan)",
    re.IGNORECASE,
)


class TargetKind(StrEnum):
    """What a link's target is."""

    SOUND = "sound"
    SLOT = "slot"
    EMPTY = "empty"
    FRAGMENT = "fragment"
    RELATIVE = "relative"
    LOCAL = "local"
    FILE = "file"
    SCRIPT = "script"
    MISTYPED = "mistyped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A link as a rule sees it: target and words to click on (cut to be shown), place, and kind."""

    url: str
    label: str
    place: Place
    kind: TargetKind


def targets(context: CheckContext, *kinds: TargetKind) -> Iterator[Target]:
    """Yield the links of one of `kinds` in the issue, then those of the template (Need.DOCUMENT).

    A link of the template has the template file as its place; they are left out when the letter cannot
    be rendered.
    """
    known = set()
    for link in context.document.links:
        known.add(link.url)
        kind = TargetKind.SLOT if link.slot else _kind_of(link.url)
        if kind in kinds:
            place = context.locate(link.place, f"({link.url}" if link.url else "()")
            yield Target(
                url=context.readable(link.url),
                label=context.readable(link.label),
                place=place,
                kind=kind,
            )
    if context.lacks(Need.RENDERED) is not None:
        return
    template = template_place(context.issue.template)
    for anchor in context.page.anchors:
        kind = _kind_of(anchor.href)
        if kind in kinds and anchor.href not in known and anchor.href not in context.sample_links.values():
            known.add(anchor.href)
            yield Target(url=anchor.href[:80], label=anchor.label[:80], place=template, kind=kind)


def _kind_of(url: str) -> TargetKind:
    """Return what kind of target `url` is in a mail."""
    url = url.strip()
    if not url:
        return TargetKind.EMPTY
    if url.startswith("#"):
        return TargetKind.FRAGMENT
    if _DRIVE.match(url):
        return TargetKind.FILE
    match = _SCHEME.match(url)
    if match is None or _PORT.match(url):
        return TargetKind.RELATIVE
    return _kind_with_scheme(match[1].lower(), url)


def _kind_with_scheme(scheme: str, url: str) -> TargetKind:
    if scheme == "file":
        return TargetKind.FILE
    if scheme in _SCRIPTS:
        return TargetKind.SCRIPT
    if scheme not in KNOWN_SCHEMES:
        return TargetKind.MISTYPED
    if scheme in ("http", "https"):
        return _kind_of_web(url)
    return TargetKind.SOUND


def _kind_of_web(url: str) -> TargetKind:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return TargetKind.MISTYPED
    if not host:
        return TargetKind.MISTYPED
    return TargetKind.LOCAL if _LOCAL_HOST.fullmatch(host) else TargetKind.SOUND
