"""Which column of a list file is the address, which a field, and which is left alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.audience.table import Table
from newsletter.config.schema import Config
from newsletter.domain.address import AddressError, normalise_address
from newsletter.errors import Problem, UsageError

__all__ = ["REFUSED_COLUMNS", "Columns", "map_columns"]

REFUSED_COLUMNS = ("refused_line", "refused_reason")
"""What a file of refused rows has beside the columns of the list; an import passes over them."""

# What lists in Dutch and English call the columns every subscriber has, without case, spaces and dashes.
_BUILT_IN = {
    "email": (
        *("email", "emailaddress", "mail", "mailaddress"),
        *("emailadres", "mailadres", "epost"),
    ),
    "status": ("status", "subscriptionstatus", "toestand"),
    "tags": ("tags", "tag", "labels", "label", "groups", "groepen"),
    "lang": ("lang", "language", "taal"),
    "joined": (
        "joined",
        "joinedat",
        "subscribedat",
        "signupdate",
        "aangemeld",
        "aangemeldop",
        "aanmelddatum",
    ),
    "confirmed": ("confirmed", "confirmedat", "bevestigd", "bevestigdop"),
    "source": ("source", "bron", "herkomst"),
    "unsubscribed": (
        *("unsubtime", "unsubscribedat", "unsubscribedon", "unsubscribedate", "optouttime"),
        *("uitgeschrevenop", "uitschrijfdatum", "afgemeldop", "afmelddatum"),
    ),
    "bounced": ("cleantime", "cleanedat", "bouncedat", "bouncedon"),
}

# Names of one field in two languages: a column of one name fills a declared field of another.
_SAME_FIELD = (
    frozenset({"firstname", "givenname", "voornaam", "roepnaam"}),
    frozenset({"lastname", "surname", "familyname", "achternaam"}),
    frozenset({"name", "fullname", "naam", "volledigenaam"}),
    frozenset({"organisation", "organization", "company", "organisatie", "bedrijf", "bedrijfsnaam"}),
    frozenset({"role", "jobtitle", "functie", "rol"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Positions of columns: those every subscriber has by name, fields by name; and what is ignored."""

    email: int
    built_in: Mapping[str, int]
    fields: Mapping[str, int]
    ignored: tuple[str, ...]


def map_columns(table: Table, config: Config) -> Columns:
    """Return what each column of `table` is. Raises UsageError without an address or with one name twice."""
    names = [_plain(name) for name in table.header]
    _refuse_headless(table)
    _refuse_doubles(table, names)
    taken: set[int] = {names.index(_plain(name)) for name in REFUSED_COLUMNS if _plain(name) in names}
    fields: dict[str, int] = {}
    for same in (False, True):  # a column of the very name goes before one that means the same
        for field in config.fields:
            wanted = _meanings(field) if same else (_plain(field),)
            found = _first(names, wanted, taken) if field not in fields else None
            if found is not None:
                fields[field] = found
                taken.add(found)
    built_in: dict[str, int] = {}
    for name, wanted in _BUILT_IN.items():
        found = _first(names, wanted, taken)
        if found is not None:
            built_in[name] = found
            taken.add(found)
    if "email" not in built_in:
        raise UsageError(
            Problem(
                what="no column holds the address",
                place=table.place(table.header_line),
                why=f"the columns are: {', '.join(table.header)}",
                fix="call that column email",
            )
        )
    email = built_in.pop("email")
    ignored = tuple(name for index, name in enumerate(table.header) if name and index not in taken)
    return Columns(email=email, built_in=built_in, fields=fields, ignored=ignored)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", name).casefold())


def _meanings(field: str) -> tuple[str, ...]:
    plain = _plain(field)
    return next((tuple(sorted(same)) for same in _SAME_FIELD if plain in same), ())


def _first(names: list[str], wanted: tuple[str, ...], taken: set[int]) -> int | None:
    for name in wanted:
        if name in names and names.index(name) not in taken:
            return names.index(name)
    return None


def _refuse_headless(table: Table) -> None:
    for cell in table.header:
        try:
            normalise_address(cell)
        except AddressError:
            continue
        raise UsageError(
            Problem(
                what="the first line is a reader already; there is no header",
                place=table.place(table.header_line),
                fix=f"put a line above it that names the columns: email{table.delimiter}first_name",
            )
        )


def _refuse_doubles(table: Table, names: list[str]) -> None:
    doubles = sorted(
        {table.header[index] for index, name in enumerate(names) if name and name in names[:index]}
    )
    UsageError.raise_if(
        [
            Problem(
                what=f'the column "{name}" stands there twice',
                place=table.place(table.header_line),
                fix="take one out, or give it another name",
            )
            for name in doubles
        ]
    )
