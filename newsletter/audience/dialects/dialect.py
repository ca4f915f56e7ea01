"""What a list program calls its columns, its statuses and its files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["ColumnUse", "Dialect", "TagStyle", "plain"]


class ColumnUse(StrEnum):
    """What a column may be, beside a field."""

    EMAIL = "email"
    STATUS = "status"
    TAGS = "tags"
    LANG = "lang"
    JOINED = "joined"
    CONFIRMED = "confirmed"
    SOURCE = "source"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    MEMBERS = "members"
    """A JSON object, whose members are columns of their own."""
    IGNORED = "-"


class TagStyle(StrEnum):
    """How the tags in a cell are told apart."""

    WORDS = "words"
    """By `|`, comma, semicolon or white space; a tag in quotes may hold them."""
    COMMAS = "commas"
    """By commas alone; a tag may hold spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """An export of one program.

    `name` is what `--from` takes. A header that holds all names of one of `marks` is of this dialect.
    `columns` says what columns are, by `plain` name; others are guessed. `statuses` are the words of each
    status column, by its plain name; a word that is not there is looked up among all words. `files` are the
    beginnings of the names of files in which nobody has another status than the one given; `unconfirmed` is
    the status of who did not confirm in a file whose name says nothing.
    """

    name: str
    title: str
    marks: tuple[frozenset[str], ...]
    columns: Mapping[str, ColumnUse] = field(default_factory=dict)
    statuses: Mapping[str, Mapping[str, SubscriberStatus]] = field(default_factory=dict)
    files: Mapping[str, SubscriberStatus] = field(default_factory=dict)
    unconfirmed: SubscriberStatus | None = None
    tags: TagStyle = TagStyle.WORDS

    def knows(self, names: Collection[str]) -> bool:
        """Say whether a header with these plain names is of this dialect."""
        return any(mark <= set(names) for mark in self.marks)

    def status_of_file(self, name: str) -> SubscriberStatus | None:
        """Return the status everybody in the file of that name has, None where rows say it themselves."""
        lowered = name.lower()
        return next((status for start, status in self.files.items() if lowered.startswith(start)), None)


def plain(name: str) -> str:
    """Return the name of a column without case, spaces, dashes and underscores."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", name).casefold())
