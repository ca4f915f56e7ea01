"""Find out what each column of a list file is: as chosen, else by its dialect, else by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from newsletter.audience.columns import REFUSED_COLUMNS, Columns, Member, StatusColumn
from newsletter.audience.dialects import DIALECTS, ColumnUse, Dialect, TagStyle, plain
from newsletter.audience.table import Table
from newsletter.config.schema import Config
from newsletter.domain.address import AddressError, normalise_address
from newsletter.domain.nearest import nearest
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["ColumnChoices", "map_columns", "may_hold_addresses", "refuse_unknown_columns"]

_MANY_COLUMNS = (ColumnUse.STATUS, ColumnUse.MEMBERS, ColumnUse.IGNORED)  # other uses are of one column

# What lists in Dutch and English call the columns every subscriber has, by plain name.
_NAMES = {
    ColumnUse.EMAIL: (
        *("email", "emailaddress", "mail", "mailaddress"),
        *("emailadres", "mailadres", "epost"),
    ),
    ColumnUse.STATUS: ("status", "subscriptionstatus", "toestand"),
    ColumnUse.TAGS: ("tags", "tag", "labels", "label", "groups", "groepen"),
    ColumnUse.LANG: ("lang", "language", "taal"),
    ColumnUse.JOINED: (
        *("joined", "joinedat", "subscribedat", "signupdate", "subscribedon", "dateadded"),
        *("aangemeld", "aangemeldop", "aanmelddatum", "aanmeldingsdatum", "datumaanmelding"),
        *("ingeschrevenop", "inschrijfdatum", "inschrijvingsdatum", "datuminschrijving", "datumingeschreven"),
    ),
    ColumnUse.CONFIRMED: ("confirmed", "confirmedat", "bevestigd", "bevestigdop"),
    ColumnUse.SOURCE: ("source", "bron", "herkomst"),
    ColumnUse.UNSUBSCRIBED: (
        *("unsubtime", "unsubscribedat", "unsubscribedon", "unsubscribedate", "optouttime"),
        *("uitgeschrevenop", "uitschrijfdatum", "uitschrijvingsdatum", "datumuitschrijving"),
        *("afgemeldop", "afmelddatum", "datumafmelding", "opgezegdop", "opzegdatum", "datumopzegging"),
    ),
    ColumnUse.BOUNCED: ("cleantime", "cleanedat", "bouncedat", "bouncedon"),
}

# Names of one field in two languages: a column of one name fills a declared field of another.
_SAME_FIELD = (
    frozenset({"firstname", "givenname", "voornaam", "roepnaam", "fname"}),
    frozenset({"lastname", "surname", "familyname", "achternaam", "lname"}),
    frozenset({"name", "fullname", "naam", "volledigenaam"}),
    frozenset({"organisation", "organization", "company", "organisatie", "bedrijf", "bedrijfsnaam"}),
    frozenset({"role", "jobtitle", "functie", "rol"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoices:
    """What the user says of the columns: the name of a dialect, and what columns are, by their names.

    A column is a field, a `ColumnUse`, or `-` for not taken.
    """

    dialect: str | None = None
    picked: Mapping[str, str] = field(default_factory=dict)

    def of(self, table: Table) -> ColumnChoices:
        """Return what is said of the columns that `table` has."""
        names = {plain(name) for name in table.header}
        return replace(self, picked={name: use for name, use in self.picked.items() if plain(name) in names})


@dataclass(frozen=True, slots=True)
class _Field:
    """The use of a column that is a field."""

    name: str


class _Mapping:
    """What is known so far of the columns of one table; a column is given one use, the first."""

    def __init__(self, table: Table, config: Config, dialect: Dialect | None) -> None:
        self.table = table
        self.config = config
        self.dialect = dialect
        self.names = [plain(name) for name in table.header]
        self.uses: dict[int, ColumnUse | _Field] = {}
        self.own = {self.names.index(plain(name)) for name in REFUSED_COLUMNS if plain(name) in self.names}

    def give(self, index: int, use: ColumnUse | _Field) -> None:
        """Let column `index` be `use`, unless it is something, or another column is that already."""
        is_taken = use in self.uses.values() and use not in _MANY_COLUMNS
        if not is_taken and index not in self.own:
            self.uses.setdefault(index, use)

    def guess(self) -> None:
        """Give a use to every column that tells it by its name."""
        for name in self.config.fields:  # the very name of a field goes before all else
            self._give_first((plain(name),), _Field(name))
        if self.dialect:
            for index, column in enumerate(self.names):
                if column in self.dialect.columns:
                    self.give(index, self.dialect.columns[column])
        for name in self.config.fields:
            self._give_first(_meanings(name), _Field(name))
        for use, names in _NAMES.items():
            if use not in self.uses.values():
                self._give_first(names, use)

    def _give_first(self, names: Sequence[str], use: ColumnUse | _Field) -> None:
        for name in names:
            if name in self.names and self.names.index(name) not in self.uses:
                self.give(self.names.index(name), use)
                return

    def indexes(self, use: ColumnUse) -> list[int]:
        """Return the columns of that use."""
        return [index for index, one in sorted(self.uses.items()) if one is use]

    def columns(self) -> Columns:
        """Return what is known. Raises UsageError when no column is the address."""
        emails = self.indexes(ColumnUse.EMAIL)
        if not emails:
            raise UsageError(
                Problem(
                    what="no column holds the address",
                    place=self.table.place(self.table.header_line),
                    why=f"the columns are: {', '.join(self.table.header)}",
                    fix="call that column email, or say which one it is: --map COLUMN=email",
                )
            )
        fields = {use.name: index for index, use in sorted(self.uses.items()) if isinstance(use, _Field)}
        members = self._members(fields)
        known = self.dialect.statuses if self.dialect else {}
        built_in = {
            str(use): index
            for index, use in self.uses.items()
            if isinstance(use, ColumnUse) and use not in (ColumnUse.EMAIL, *_MANY_COLUMNS)
        }
        return Columns(
            email=emails[0],
            built_in=built_in,
            fields=fields,
            statuses=tuple(
                StatusColumn(index=index, words=known.get(self.names[index], {}))
                for index in self.indexes(ColumnUse.STATUS)
            ),
            members=members,
            tags=self.dialect.tags if self.dialect else TagStyle.WORDS,
            file_status=self.dialect.status_of_file(self.table.path.name) if self.dialect else None,
            unconfirmed_status=self._unconfirmed(built_in),
            dialect=self.dialect,
            ignored=tuple(
                name
                for index, name in enumerate(self.table.header)
                if name and index not in self.uses and index not in self.own
            ),
            shown=tuple(
                (name, _shown(self.uses.get(index)))
                for index, name in enumerate(self.table.header)
                if name and index not in self.own
            ),
        )

    def _unconfirmed(self, built_in: Mapping[str, int]) -> SubscriberStatus | None:
        """Return the status of who did not confirm, where neither the file's name nor a column says one."""
        left = {str(ColumnUse.UNSUBSCRIBED), str(ColumnUse.BOUNCED)} & built_in.keys()
        if self.dialect is None or left or self.dialect.status_of_file(self.table.path.name):
            return None
        return self.dialect.unconfirmed

    def _members(self, fields: dict[str, int]) -> tuple[Member, ...]:
        """Look for fields without a column in the JSON objects, and put them behind the columns."""
        members: list[Member] = []
        for index in self.indexes(ColumnUse.MEMBERS):
            for name in self.config.fields:
                if name not in fields:
                    fields[name] = len(self.names) + len(members)
                    members.append(Member(index=index, names=(plain(name), *_meanings(name))))
        return tuple(members)


def map_columns(table: Table, config: Config, choices: ColumnChoices | None = None) -> Columns:
    """Return what each column of `table` is.

    Raises UsageError without an address, with one name twice, or for choices that do not fit.
    """
    choices = choices or ColumnChoices()
    _refuse_headless(table)
    _refuse_doubles(table)
    mapping = _Mapping(table, config, _dialect(table, choices))
    _pick(mapping, choices.picked)
    mapping.guess()
    return mapping.columns()


def may_hold_addresses(table: Table, choices: ColumnChoices) -> bool:
    """Say whether a column of `table` is chosen to be the address or has the name of one."""
    names = {plain(name) for name in table.header}
    dialect = _dialect(table, choices)
    known = {name for name, use in (dialect.columns if dialect else {}).items() if use is ColumnUse.EMAIL}
    return ColumnUse.EMAIL in choices.picked.values() or bool(names & {*_NAMES[ColumnUse.EMAIL], *known})


def is_of_its_dialect(table: Table, columns: Columns) -> bool:
    """Say whether the header of `table` is what an export of its dialect has, be that guessed or chosen."""
    return columns.dialect is not None and columns.dialect.knows({plain(name) for name in table.header})


def refuse_unknown_columns(tables: Sequence[Table], choices: ColumnChoices) -> None:
    """Raise UsageError when columns are chosen that none of `tables` has."""
    header = [name for table in tables for name in table.header]
    names = {plain(name) for name in header}
    UsageError.raise_if(
        [_no_column(column, header, None) for column in choices.picked if plain(column) not in names]
    )


def _no_column(column: str, header: Sequence[str], place: Place | None) -> Problem:
    near = nearest(column, header)
    return Problem(
        what=f'--map: there is no column "{column}"',
        place=place,
        why=f"the columns are: {', '.join(header)}",
        fix=f'did you mean "{near}"?' if near else "name one of these",
    )


def _dialect(table: Table, choices: ColumnChoices) -> Dialect | None:
    if choices.dialect is None:
        names = {plain(name) for name in table.header}
        return next((dialect for dialect in DIALECTS if dialect.knows(names)), None)
    by_name = {dialect.name: dialect for dialect in DIALECTS}
    if choices.dialect == "csv":
        return None
    if choices.dialect not in by_name:
        near = nearest(choices.dialect, by_name)
        known = ", ".join([*by_name, "csv"])
        raise UsageError(
            Problem(
                what=f'"{choices.dialect}" is no program whose exports are known',
                why=f"known are {known}",
                fix=f"did you mean --from {near}?" if near else "leave --from away: columns are guessed",
            )
        )
    return by_name[choices.dialect]


def _pick(mapping: _Mapping, picked: Mapping[str, str]) -> None:
    """Give columns the uses the user chose. Raises UsageError with everything that does not fit."""
    problems: list[Problem] = []
    targets = {str(use): use for use in ColumnUse} | {name: _Field(name) for name in mapping.config.fields}
    for column, target in picked.items():
        place = mapping.table.place(mapping.table.header_line)
        if plain(column) not in mapping.names:
            problems.append(_no_column(column, mapping.table.header, place))
        elif target not in targets:
            near = nearest(target, targets)
            problems.append(
                Problem(
                    what=f'--map: "{target}" is no field of this newsletter',
                    place=place,
                    why=f"known are {', '.join(targets)}",
                    fix=f"did you mean {near}?" if near else f"declare it first: [fields.{target}]",
                )
            )
        elif targets[target] in mapping.uses.values() and targets[target] not in _MANY_COLUMNS:
            problems.append(
                Problem(what=f'--map: two columns are to be "{target}"', place=place, fix="choose one")
            )
        else:
            mapping.uses[mapping.names.index(plain(column))] = targets[target]
    UsageError.raise_if(problems)


def _shown(use: ColumnUse | _Field | None) -> str:
    if isinstance(use, _Field):
        return f"field {use.name}"
    if use is ColumnUse.MEMBERS:
        return "fields, by their names"
    return "not taken" if use is None or use is ColumnUse.IGNORED else str(use)


def _meanings(field_name: str) -> tuple[str, ...]:
    name = plain(field_name)
    return next((tuple(sorted(same)) for same in _SAME_FIELD if name in same), ())


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


def _refuse_doubles(table: Table) -> None:
    names = [plain(name) for name in table.header]
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
