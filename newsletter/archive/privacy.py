"""Nothing of one reader in the archive: a look at the bytes of every file before any is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
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


def personal_problems(
    files: Iterable[ArchiveFile],
    written: frozenset[str],
    is_reader: Callable[[str], bool],
    braces: frozenset[str] = frozenset(),
) -> list[Problem]:
    """Return what in `files` belongs to one reader, a problem each, with the file's path as its place.

    That is an open slot, a link or token signed for somebody, a mail address that its author did not write
    (`written` has those, in small letters), and one of a person on the list, which `is_reader` knows. What
    looks like a slot and is in `braces` was written to be shown as it is.
    """
    problems: dict[tuple[str, str], Problem] = {}
    for file in files:
        if file.path.endswith(_TEXT):
            text = _spelled_out(file.data.decode("utf-8", "replace"))
            found = [
                *_found(text, written, is_reader),
                *(_open_slots(text, braces) if file.path.endswith(".html") else ()),
            ]
            for what, fix in found:
                place = Place(path=file.path)
                problems.setdefault((file.path, what), Problem(what=what, place=place, fix=fix))
    return list(problems.values())


def mail_addresses(text: str) -> frozenset[str]:
    """Return what looks like a mail address in `text`, in small letters."""
    return frozenset(
        found.lower()
        for found in _ADDRESS.findall(_spelled_out(text))
        if not _NO_DOMAIN.fullmatch(found.rpartition(".")[2])
    )


def shown_braces(text: str) -> frozenset[str]:
    r"""Return what looks like a slot in Markdown and is to be shown as it is: ``\{{ name }}``."""
    return frozenset(match[0][1:] for match in _SHOWN_BRACES.finditer(text))


def has_own_link(text: str) -> bool:
    """Say whether there is a link or token of one reader in `text`, such as one copied from a mail."""
    plain = _spelled_out(text)
    return bool(_OWN_LINK.search(plain) or _SIGNED.search(plain))


def _found(
    text: str, written: frozenset[str], is_reader: Callable[[str], bool]
) -> Iterator[tuple[str, str | None]]:
    for match in TOKEN_PATTERN.finditer(text):
        yield f"a slot was left open: {match[0]}", None
    for match in _OWN_LINK.finditer(text):
        yield (
            f"there is a link of one reader's own: …{match[0][:24]}…",
            "take it out of the letter; {{ unsubscribe_url }} is left out here by itself",
        )
    for match in _SIGNED.finditer(text):
        yield f"there is a token signed for one reader: {match[0][:12]}…", "take it out of the letter"
    for address in sorted(mail_addresses(text)):
        if address not in written:
            yield f"there is a mail address nobody wrote in a letter: {address}", "see where it comes from"
        elif is_reader(address):
            yield (
                f"there is the mail address of a reader on the list: {address}",
                "take it out of the letter, or write archive: hidden above it",
            )


def _open_slots(page: str, braces: frozenset[str]) -> Iterator[tuple[str, str | None]]:
    for match in _OPEN_SLOT.finditer(_CODE.sub("", page)):  # code shows slots as they are
        if match[0] in braces:
            continue
        yield f"a slot was left open: {match[0][:_MOST_SHOWN]}", None


def _spelled_out(text: str) -> str:
    """Return `text` with what HTML and addresses can hide letters behind written out (RFC 3986 2.1)."""
    plain = unescape(unescape(text))  # a feed holds HTML in XML
    return f"{plain}\n{unquote(plain)}" if "%" in plain else plain
