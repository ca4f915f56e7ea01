"""All files of an archive, from an edition: pages, feeds, search, pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter.archive.card import CARD, Card, draw_card
from newsletter.archive.edition import ArchivedIssue, ArchivedLetter, ArchiveFile, Edition
from newsletter.archive.feeds import ATOM, JSON_FEED, atom_feed, json_feed
from newsletter.archive.pages import ArchivePages, logo_file
from newsletter.archive.search import search_files
from newsletter.archive.sitemap import SITEMAP, sitemap
from newsletter.domain.locales import DateForm, date_text

__all__ = ["Draw", "bind", "card_of"]

Draw = Callable[[Card], bytes | None]
"""Returns a card as PNG, None for one the font cannot write."""


def bind(
    edition: Edition, pages: ArchivePages, font: Path | None = None, draw: Draw = draw_card
) -> tuple[ArchiveFile, ...]:
    """Return every file of the archive, sorted by path: the same bytes for the same edition and templates.

    `font` is for the pictures beside links, where letters need more than Latin script; a title it cannot
    write has no picture. `draw` makes them. Raises ContentError for a template that fails.
    """
    cards = {file.path: file for file in _cards(edition, font, draw)}
    found = {file.path: file for file in pages.files(edition, frozenset(cards))}
    found |= cards
    found |= {file.path: file for file in search_files(edition)}
    for issue in edition.issues:
        for letter in issue.letters:
            for picture in letter.pictures:
                path = f"{issue.slug}/{picture.name}"
                found[path] = ArchiveFile(path=path, data=picture.data)
    if edition.logo is not None:
        path = logo_file(edition.logo)
        found[path] = ArchiveFile(path=path, data=edition.logo.data)
    for path, data in (
        (ATOM, atom_feed(edition)),
        (JSON_FEED, json_feed(edition)),
        (SITEMAP, sitemap(edition)),
    ):
        found[path] = ArchiveFile(path=path, data=data)
    return tuple(found[path] for path in sorted(found))


def card_of(
    edition: Edition,
    issue: ArchivedIssue,
    letter: ArchivedLetter,
    font: Path | None,
    draw: Draw = draw_card,
) -> bytes | None:
    """Return the picture beside links to `letter` (PNG); None when the font lacks a letter of it."""
    at = issue.at.astimezone(ZoneInfo(edition.timezone))
    day = date_text(at, DateForm.LONG, letter.lang)
    colours = edition.theme.light
    return draw(Card(title=letter.title, name=edition.name, day=day, colours=colours, font=font))


def _cards(edition: Edition, font: Path | None, draw: Draw) -> Iterator[ArchiveFile]:
    for issue in edition.issues:
        for letter in issue.letters:
            data = card_of(edition, issue, letter, font, draw)
            if data is not None:
                yield ArchiveFile(path=f"{issue.folder(letter)}/{CARD}", data=data)
