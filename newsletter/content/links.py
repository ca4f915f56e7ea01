"""Link targets: what may stand in a letter, and what to type instead of the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from newsletter.content.slots import TOKEN_PATTERN
from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.slot import Slot
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["judge_target"]

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
_LIKE_DOMAIN = re.compile(r"(?:www\.|[a-z0-9-]+\.(?:nl|be|com|org|net|eu|example|gov|info)\b)", re.IGNORECASE)
_LIKE_MAIL = re.compile(r"[^\s/@]+@[^\s/@]+\.[^\s/@]+")
_TELEPHONE = re.compile(r"\+?[0-9().-]{3,30}")
_FULL = "write the full address, such as https://brief.example/artikel"


def judge_target(url: str, slots: Mapping[str, Slot], place: Place) -> Problem | None:
    """Say why `url` (normalised, with inert tokens from `slots`) cannot stand in a letter; None if it can.

    A letter is read outside any site: only whole `https:`, `http:`, `mailto:` and `tel:` addresses work,
    and the links made per reader.
    """
    if url in slots and slots[url].is_link:
        return None
    slip = _with_slots(url, slots) if TOKEN_PATTERN.search(url) else None
    slip = slip or _without_slots(url)
    if slip is None:
        return None
    what, fix = slip
    return Problem(what=what, place=place, fix=fix)


def _with_slots(url: str, slots: Mapping[str, Slot]) -> tuple[str, str] | None:
    for token in TOKEN_PATTERN.findall(url):
        slot = slots.get(token)
        if slot is not None and slot.is_link:
            return (
                f"{{{{ {slot.name} }}}} is a whole address, and something stands beside it",
                f"write ({{{{ {slot.name} }}}}) and nothing more",
            )
    match = TOKEN_PATTERN.match(url)
    if match:
        name = slots[match[0]].name if match[0] in slots else "…"
        return (
            f"the link begins with {{{{ {name} }}}}, which may hold anything",
            f"{_FULL}?name={{{{ {name} }}}}",
        )
    scheme, _, rest = url.partition("://")
    if TOKEN_PATTERN.search(rest.partition("/")[0].partition("?")[0]) and scheme in ("http", "https"):
        return "the name of a site may not differ per reader", "put the slot behind the first / of the link"
    return None


def _without_slots(url: str) -> tuple[str, str] | None:
    if not url:
        return "the link has no address", _FULL
    match = _SCHEME.match(url)
    scheme = match["scheme"].lower() if match else ""
    shown = unquote(url)[:80]
    if scheme in ("http", "https"):
        return _web(url, shown)
    if scheme == "mailto":
        return _mail(url)
    if scheme == "tel":
        number = unquote(url[4:]).replace(" ", "")
        return (
            None
            if _TELEPHONE.fullmatch(number)
            else (f'"{shown}" is not a telephone number', "write tel:+31…")
        )
    if len(scheme) == 1 or scheme == "file":
        return f"{shown} is a file on your own computer", "put it on a site and link to that"
    if scheme and "." not in scheme:
        return f"a link may not begin with {scheme[:20]}:", _FULL
    return _relative(url, shown)


def _web(url: str, shown: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return f"{shown} is not a web address", _FULL
    if not _HOST.fullmatch(f"[{host}]" if ":" in host else host) or ".." in host:
        return f"{shown} names no site", _FULL
    return None


def _mail(url: str) -> tuple[str, str] | None:
    addresses = url[len("mailto:") :].partition("?")[0]
    for address in filter(None, addresses.split(",")):
        if TOKEN_PATTERN.search(address):
            continue
        try:
            normalise_address(unquote(address))
        except AddressError as error:
            return f'"{unquote(address)[:80]}" cannot be mailed: {error}', "write mailto:name@brief.example"
    return None


def _relative(url: str, shown: str) -> tuple[str, str]:
    if url.startswith("//"):
        return f"{shown} has no scheme", f"write https:{shown}"
    if url.startswith("#"):
        return f"{shown} leads to a place inside the letter, which many mail programs ignore", _FULL
    if _LIKE_MAIL.fullmatch(url):
        return f"{shown} is not a full address", f"did you mean mailto:{shown}?"
    if _LIKE_DOMAIN.match(url):
        return f"{shown} is not a full address", f"did you mean https://{shown}?"
    return f"{shown} leads nowhere from a mailbox", _FULL
