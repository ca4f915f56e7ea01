"""What is taken from an export: letters and what is known of the newsletter, before any file is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from newsletter.domain.visibility import Visibility
from newsletter.errors import Problem
from newsletter.project.moving.parcel import Parcel
from newsletter.source import Place

__all__ = ["Moved", "MovedLetter", "Program", "moment_of", "not_taken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLetter:
    """A letter of another program; `body` is HTML or Markdown with that program's placeholders.

    `sent` is when it went out, None where that is not known or it did not; `made` is the day of one that has
    no other. `visibility` is who found it in that program's archive.
    """

    place: Place
    subject: str
    body: str
    is_html: bool
    is_sent: bool
    sent: datetime | None = None
    made: datetime | None = None
    slug: str = ""
    preheader: str = ""
    tags: Sequence[str] = ()
    visibility: Visibility = Visibility.HIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """All that is taken: `lists` are the names of list files, `suppressed` addresses never to be mailed.

    Each of `suppressed` is an address, why (a word of `suppressions.csv`) and since when. `notes` tells
    what is not taken. Empty texts are not known.
    """

    letters: Sequence[MovedLetter] = ()
    lists: Sequence[str] = ()
    suppressed: Sequence[tuple[str, str, str]] = ()
    fields: Sequence[str] = ()
    name: str = ""
    sender: str = ""
    base_url: str = ""
    lang: str = ""
    notes: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program one can come from.

    `knows` says whether a parcel is its export. `slots` gives for what stands between the braces of a
    placeholder what to write here, None where there is nothing like it.
    """

    name: str
    title: str
    knows: Callable[[Parcel], bool]
    read: Callable[[Parcel], Moved]
    slots: Callable[[str], str | None]


def not_taken(parcel: Parcel, name: str) -> Problem:
    """Tell that the file `name` is left out."""
    is_table = name.lower().endswith(".csv")
    fix = "if it is your list: newsletter subscribers import takes it" if is_table else None
    return Problem(what="this is not taken over", place=parcel.place(name), fix=fix)


def moment_of(text: object) -> datetime | None:
    """Return the moment `text` tells in ISO 8601, UTC when it names no zone; None when it tells none."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if found.year < 1971:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
