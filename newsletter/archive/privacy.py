"""Nothing of one reader in the archive: a look at the bytes of every file before any is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

from newsletter.archive.edition import ArchiveFile
from newsletter.content.slots import TOKEN_PATTERN
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["has_own_link", "mail_addresses", "personal_problems", "shown_braces"]

_TEXT = (".html", ".xml", ".json", ".js", ".css", ".txt")
_SIGNED = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}\.[A-Za-z0-9_-]{20,}")  # see `domain.token`
_OWN_LINK = re.compile(r"/(?:unsubscribe|preferences|confirm|never|my-data)/[^\s\"'<>]{8,}")
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_NO_DOMAIN = re.compile(r".*[\d_]|.|png|jpe?g|gif", re.IGNORECASE)  # wide@2x.0a1b2c.png is a picture
_OPEN_SLOT = re.compile(r"\{\{ *[a-z_][a-z0-9_]* *(?:\|[^{}\n]*)?\}\}")
_SHOWN_BRACES = re.compile(r"\\" + _OPEN_SLOT.pattern)
_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
_MOST_SHOWN = 60
_MOST_NAMED = 3

_IsReader = Callable[[str], bool]


@dataclass(frozen=True, slots=True, order=True)
class _Trace:
    """Something of one reader: the line it stands in, what it is, and what to do about it."""

    line: int
    what: str
    fix: str | None = None


def personal_problems(
    files: Iterable[ArchiveFile],
    written: frozenset[str],
    is_reader: _IsReader,
    braces: frozenset[str] = frozenset(),
    sources: Callable[[], Mapping[str, str]] = dict,
) -> list[Problem]:
    """Return what in `files` belongs to one reader, a problem for each place where it is to be mended.

    That is an open slot, a link or token signed for somebody, a mail address that its author did not write
    (`written` has those, in small letters), and one of a person on the list, which `is_reader` knows. What
    looks like a slot and is in `braces` was written to be shown as it is. `sources` returns the letters as
    they lie on disk, by path: what stands in them is told with their lines, and else with those of `files`.
    """
    judged = lru_cache(maxsize=None)(is_reader)
    found: dict[str, list[tuple[Place, str | None]]] = {}
    for file in files:
        if file.path.endswith(_TEXT):
            text = file.data.decode("utf-8", "replace")
            is_page = file.path.endswith(".html")
            for trace in _traces(text, written, judged, braces if is_page else None):
                place = Place(path=file.path, line=trace.line)
                found.setdefault(trace.what, []).append((place, trace.fix))
    if not found:
        return []
    told = _in_sources(sources(), written, judged)
    return [problem for what, places in found.items() for problem in _told(what, places, told.get(what, ()))]


def mail_addresses(text: str) -> frozenset[str]:
    """Return what looks like a mail address in `text`, in small letters."""
    return _addresses(_spelled_out(text))


def shown_braces(text: str) -> frozenset[str]:
    r"""Return what looks like a slot in Markdown and is to be shown as it is: ``\{{ name }}``."""
    return frozenset(match[0][1:] for match in _SHOWN_BRACES.finditer(text))


def has_own_link(text: str) -> bool:
    """Say whether there is a link or token of one reader in `text`, such as one copied from a mail."""
    plain = _spelled_out(text)
    return bool(_OWN_LINK.search(plain) or _SIGNED.search(plain))


def _told(
    what: str, places: Sequence[tuple[Place, str | None]], origins: Sequence[Place]
) -> Iterator[Problem]:
    if not origins:
        for place, fix in places:
            yield Problem(what=what, place=place, fix=fix)
        return
    named = [str(place) for place, _fix in sorted(places, key=lambda one: ".html" not in one[0].path)]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    why = f"everybody could read it in {', '.join(named[:_MOST_NAMED])}{more}"
    for origin in origins:
        yield Problem(what=what, place=origin, why=why, fix=places[0][1])


def _in_sources(
    sources: Mapping[str, str], written: frozenset[str], is_reader: _IsReader
) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for path, text in sources.items():
        for trace in _traces(text, written, is_reader, None):
            found.setdefault(trace.what, []).append(Place(path=path, line=trace.line))
    return found


def _traces(
    text: str, written: frozenset[str], is_reader: _IsReader, braces: frozenset[str] | None
) -> list[_Trace]:
    """Return what is found in `text`, from its first line on; slots only where there are `braces`."""
    if not any(_found(text, written, is_reader, braces)):
        return []
    without_code = _CODE.sub(lambda code: "\n" * code[0].count("\n"), text)  # code shows slots as they are
    pairs = zip(text.split("\n"), without_code.split("\n"), strict=True)
    found: dict[_Trace, None] = {}
    for number, (line, bare) in enumerate(pairs, start=1):
        for what, fix in _found(line, written, is_reader, None):
            found[_Trace(number, what, fix)] = None
        for what, fix in _open_slots(_spelled_out(bare), braces) if braces is not None else ():
            found[_Trace(number, what, fix)] = None
    return list(found)


def _found(
    text: str, written: frozenset[str], is_reader: _IsReader, braces: frozenset[str] | None
) -> Iterator[tuple[str, str | None]]:
    plain = _spelled_out(text)
    for match in TOKEN_PATTERN.finditer(plain):
        yield f"a slot was left open: {match[0]}", None
    for match in _OWN_LINK.finditer(plain):
        yield (
            f"there is a link of one reader's own: …{match[0][:24]}…",
            "take it out of the letter; {{ unsubscribe_url }} is left out here by itself",
        )
    for match in _SIGNED.finditer(plain):
        yield f"there is a token signed for one reader: {match[0][:12]}…", "take it out of the letter"
    for address in sorted(_addresses(plain)):
        if address not in written:
            yield f"there is a mail address nobody wrote in a letter: {address}", "see where it comes from"
        elif is_reader(address):
            yield (
                f"there is the mail address of a reader on the list: {address}",
                "take it out of the letter, or write archive: hidden above it",
            )
    if braces is not None:
        yield from _open_slots(_CODE.sub("", plain), braces)


def _open_slots(page: str, braces: frozenset[str]) -> Iterator[tuple[str, str | None]]:
    for match in _OPEN_SLOT.finditer(page):
        if match[0] not in braces:
            yield f"a slot was left open: {match[0][:_MOST_SHOWN]}", None


def _addresses(plain: str) -> frozenset[str]:
    return frozenset(
        found.lower()
        for word in plain.split()
        if "@" in word  # the pattern tries every letter of a word
        for found in _ADDRESS.findall(word)
        if not _NO_DOMAIN.fullmatch(found.rpartition(".")[2])
    )


def _spelled_out(text: str) -> str:
    """Return `text` with what HTML and addresses can hide letters behind written out (RFC 3986 2.1)."""
    plain = unescape(unescape(text))  # a feed holds HTML in XML
    return f"{plain}\n{unquote(plain)}" if "%" in plain else plain
