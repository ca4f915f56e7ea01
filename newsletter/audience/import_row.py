"""Read the cells of one row as a reader: address, status, fields, each by its own rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from sys import intern

from newsletter.audience.columns import Columns
from newsletter.audience.expression import fold_text
from newsletter.audience.importing import DEPARTED
from newsletter.audience.literals import LiteralError, read_day, read_field
from newsletter.config.schema import Config
from newsletter.domain.address import AddressError, address_key, normalise_address
from newsletter.domain.subscriber import FieldType, FieldValue, SubscriberStatus

__all__ = ["ImportRow", "RowError", "RowReader", "join_tags"]

# Words of list programs and of spreadsheets, in English and Dutch; what is not here is refused, not guessed.
_STATUS_WORDS = {
    SubscriberStatus.ACTIVE: "active subscribed actief ingeschreven aangemeld enabled confirmed bevestigd",
    SubscriberStatus.UNSUBSCRIBED: "unsubscribed uitgeschreven afgemeld opt-out optout removed blocklisted",
    SubscriberStatus.SUSPENDED: "suspended bounced cleaned hardbounce hard-bounce undeliverable onbestelbaar",
    SubscriberStatus.COMPLAINED: "complained complaint junk spam abuse klacht",
    SubscriberStatus.PAUSED: "paused gepauzeerd",
    SubscriberStatus.PENDING: "pending unconfirmed unactivated onbevestigd",
}
_STATUS = {word: status for status, words in _STATUS_WORDS.items() for word in words.split()}
# Columns of days on which somebody left; exports of only those who left have nothing else to say so.
_LEFT = {"bounced": SubscriberStatus.SUSPENDED, "unsubscribed": SubscriberStatus.UNSUBSCRIBED}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r" ?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MAX_TAG = 100
_MANY = 10_000  # more different values than this are not worth keeping


class RowError(ValueError):
    """The row cannot be taken; the message says why, every reason of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """What a row says of a reader; None, or absent in `fields`, where it says nothing."""

    line: int
    email: str
    key: str
    status: SubscriberStatus | None
    lang: str | None
    fields: Mapping[str, FieldValue]
    tags: frozenset[str]
    joined: datetime | None
    confirmed: datetime | None
    source: str | None


class RowReader:
    """Reads rows of one table; keeps what repeats from row to row, such as tags and days."""

    def __init__(self, columns: Columns, config: Config, *, day_first: bool = False) -> None:
        self._columns = columns
        self._fields = [(name, index, config.fields[name].type) for name, index in columns.fields.items()]
        self._day_first = day_first
        self._languages: dict[str, str | None] = {"": None}
        self._tags: dict[str, frozenset[str]] = {"": frozenset()}
        self._moments: dict[str, datetime] = {}

    def read(self, line: int, cells: tuple[str, ...]) -> ImportRow:
        """Return what `cells`, one for each column, say. Raises RowError with every reason.

        A reader who left has left, whatever else in the row cannot be read.
        """
        reasons: list[str] = []
        email = self._email(cells, reasons)
        row = ImportRow(
            line=line,
            email=email,
            key=email.lower() if email.isascii() else address_key(email),
            status=self._status(cells, reasons),
            lang=self._lang(cells, reasons),
            fields=self._read_fields(cells, reasons),
            tags=self._read_tags(cells, reasons),
            joined=self._moment("joined", cells, reasons),
            confirmed=self._moment("confirmed", cells, reasons),
            source=self._source(cells, reasons),
        )
        if reasons and not (row.email and row.status in DEPARTED):
            raise RowError("; ".join(reasons))
        return row

    def _cell(self, name: str, cells: tuple[str, ...]) -> str:
        index = self._columns.built_in.get(name)
        return "" if index is None else cells[index]

    def _email(self, cells: tuple[str, ...], reasons: list[str]) -> str:
        try:
            return normalise_address(cells[self._columns.email])
        except AddressError as error:
            reasons.append(str(error))
            return ""

    def _status(self, cells: tuple[str, ...], reasons: list[str]) -> SubscriberStatus | None:
        word = self._cell("status", cells)
        if not word:
            return self._left(cells)
        status = _STATUS.get(word) or _STATUS.get(word.casefold().replace(" ", ""))
        if status is None:
            reasons.append(
                f'"{word[:40]}" is not a status; known are active, pending, paused, unsubscribed, …'
            )
        return status

    def _left(self, cells: tuple[str, ...]) -> SubscriberStatus | None:
        """Return how a reader left, when the row says when; `0000-00-00` is no day."""
        for name, status in _LEFT.items():
            if any(digit in self._cell(name, cells) for digit in "123456789"):
                return status
        return None

    def _lang(self, cells: tuple[str, ...], reasons: list[str]) -> str | None:
        tag = self._cell("lang", cells)
        if tag in self._languages:
            return self._languages[tag]
        if not _LANGUAGE.fullmatch(tag):
            reasons.append(f'"{tag[:40]}" is not a language tag such as nl or en')
            return None
        first, *rest = tag.split("-")
        written = "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])
        if len(self._languages) < _MANY:
            self._languages[tag] = written
        return written

    def _source(self, cells: tuple[str, ...], reasons: list[str]) -> str | None:
        source = self._cell("source", cells)
        if _CONTROL.search(source):
            reasons.append("a control character stands in the source")
        return intern(source) if source else None

    def _read_fields(self, cells: tuple[str, ...], reasons: list[str]) -> dict[str, FieldValue]:
        values: dict[str, FieldValue] = {}
        for name, index, kind in self._fields:
            text = cells[index]
            if not text:
                continue
            if kind is FieldType.TEXT and text.isprintable():
                values[name] = intern(text)
                continue
            if _CONTROL.search(text):
                reasons.append(f"a control character stands in {name}")
                continue
            try:
                values[name] = read_field(text, kind, day_first=self._day_first)
            except LiteralError as error:
                reasons.append(f"{name}: {error}")
        return values

    def _read_tags(self, cells: tuple[str, ...], reasons: list[str]) -> frozenset[str]:
        text = self._cell("tags", cells)
        known = self._tags.get(text)
        if known is not None:
            return known
        tags = join_tags(frozenset(), re.split(r"[|,;\s]+", text))
        if any(len(tag) > _MAX_TAG or _CONTROL.search(tag) for tag in tags):
            reasons.append(f"a tag is longer than {_MAX_TAG} characters or holds a control character")
            return frozenset()
        if len(self._tags) < _MANY:
            self._tags[text] = tags
        return tags

    def _moment(self, name: str, cells: tuple[str, ...], reasons: list[str]) -> datetime | None:
        text = self._cell(name, cells)
        if not text:
            return None
        known = self._moments.get(text)
        if known is not None:
            return known
        try:
            moment = _read_moment(text, day_first=self._day_first)
        except LiteralError as error:
            reasons.append(f"{name}: {error}")
            return None
        if len(self._moments) < _MANY:
            self._moments[text] = moment
        return moment


def join_tags(tags: frozenset[str], more: list[str]) -> frozenset[str]:
    """Return `tags` with those of `more` that are not among them, whatever the letter case."""
    known = {fold_text(tag): tag for tag in tags}
    for tag in more:
        if tag:
            known.setdefault(fold_text(tag), tag)
    return frozenset(known.values())


def _read_moment(text: str, *, day_first: bool) -> datetime:
    """Return the moment in `text`, in UTC: a day is its midnight, a time without a zone is UTC."""
    match = _MOMENT.fullmatch(text)
    if not match:
        return datetime.combine(read_day(text, day_first=day_first), time(), UTC)
    read_day(match["day"])
    zone = (match["zone"] or "Z").replace("UTC", "Z")
    try:
        return datetime.fromisoformat(f"{match['day']}T{match['time']}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise LiteralError(f'"{text}" is not a time; write it as 2024-09-04 12:30') from None
