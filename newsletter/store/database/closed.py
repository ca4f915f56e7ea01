"""A store whose tables refuse every change, for it goes on in another database; whoever writes is told where.

The database itself refuses, by triggers: so processes learn it that opened the store long before, also those
of an older version. What is in it can be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, column, select, table

from newsletter.errors import Problem
from newsletter.source import Place
from newsletter.store.schema.tables import meta, metadata

__all__ = ["CLOSED", "Closed", "close_tables", "closed_as", "closed_by", "open_tables", "problem_of"]

CLOSED = "moved"
"""The name in `meta` of the mark on a closed store; it goes to no other database."""

_NAME = "newsletter_closed"
_STATE = "NLCLS"  # what PostgreSQL calls the refusal: none of its own begins so
_SAID = "newsletter, closed: "
_VERBS = ("INSERT", "UPDATE", "DELETE")
_SCHEMA = table("sqlite_master", column("type"), column("name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Why a store is closed: it was moved to the one shown as `other`, or the move from there did not end.

    `at` is the moment as text; `token` is the same in both stores of one move.
    """

    is_moved: bool
    other: str
    at: str
    token: str

    def line(self) -> str:
        """Return it as one line without a character that means something within a text in SQL."""
        line = json.dumps(asdict(self))
        for special in "'$%":
            line = line.replace(special, f"\\u{ord(special):04x}")
        return line

    @classmethod
    def of(cls, line: str) -> Closed:
        """Return what `line` made a line of."""
        return cls(**json.loads(line))


def problem_of(closed: Closed, shown: str) -> Problem:
    """Return what to tell whoever wants to change the closed store called `shown`."""
    here, other = _url(shown), _url(closed.other)
    if closed.is_moved:
        return Problem(
            what=f"this store was moved to {closed.other} on {closed.at[:10]}",
            place=Place(path=shown),
            why="what was sent since is known there alone, so sending from here would mail readers twice",
            fix="let [store] url in newsletter.toml name that database, and start again what still runs;"
            f" to come back: newsletter store copy {other} {here} --replace",
        )
    return Problem(
        what=f"the move of the store at {closed.other} to here did not come to its end",
        place=Place(path=shown),
        why="perhaps the other one is still in use, and sending from both would mail readers twice",
        fix=f"end it: newsletter store copy {other} {here}",
    )


def closed_by(error: BaseException | None) -> Closed | None:
    """Return why the store is closed when that is what an `error` of a driver says."""
    first = str(error).partition("\n")[0] if error is not None else ""
    return Closed.of(first.removeprefix(_SAID)) if first.startswith(_SAID) else None


def closed_as(connection: Connection) -> Closed | None:
    """Return why the store of `connection` is closed, None when it is not."""
    found = connection.scalar(select(meta.c.value).where(meta.c.name == CLOSED))
    return None if found is None else Closed.of(found)


def close_tables(connection: Connection, closed: Closed) -> None:
    """Let the database refuse every change of the store's rows from the end of this transaction on.

    The marks of transactions in PostgreSQL are none, see `PostgresDatabase`: it may be opened again.
    """
    for statement in _statements(connection.dialect.name, f"{_SAID}{closed.line()}"):
        connection.exec_driver_sql(statement)


def open_tables(connection: Connection) -> None:
    """Let the rows of the store be changed again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {_NAME}() CASCADE")  # and so the triggers
        return
    ours = select(_SCHEMA.c.name).where(_SCHEMA.c.type == "trigger", _SCHEMA.c.name.startswith(_NAME))
    for name in connection.scalars(ours).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def _url(shown: str) -> str:
    return shown if shown.startswith("postgresql:") else f"sqlite:///{shown}"


def _statements(dialect: str, said: str) -> Iterator[str]:
    names = [one.name for one in metadata.sorted_tables]
    if dialect != "postgresql":
        for name in names:
            for verb in _VERBS:
                yield (
                    f'CREATE TRIGGER "{_NAME}_{name}_{verb.lower()}" BEFORE {verb} ON "{name}"'
                    f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
                )
        return
    yield (
        f"CREATE FUNCTION {_NAME}() RETURNS trigger AS $$ BEGIN"
        f" RAISE EXCEPTION USING MESSAGE = '{said}', ERRCODE = '{_STATE}'; END $$ LANGUAGE plpgsql"
    )
    for name in names:
        if name != meta.name:
            yield _trigger(name, "INSERT OR UPDATE OR DELETE OR TRUNCATE", "STATEMENT")
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        is_no_mark = f"WHEN (left({row}.name, 10) <> 'commit of ')"
        yield _trigger(meta.name, verb, f"ROW {is_no_mark}", f"{_NAME}_{verb.lower()}")


def _trigger(on: str, verbs: str, each: str, name: str = _NAME) -> str:
    return f'CREATE TRIGGER {name} BEFORE {verbs} ON "{on}" FOR EACH {each} EXECUTE FUNCTION {_NAME}()'
