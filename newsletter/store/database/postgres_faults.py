"""What PostgreSQL and its driver raise, in words that say what to do."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Told", "is_of_postgres", "is_passing", "told"]


class Told(NamedTuple):
    """A fault in words."""

    what: str
    why: str
    fix: str


_BUSY = Told(
    "the database is locked",
    "another process has been writing to it for longer than we wait",
    "wait until the other command is done, then try again",
)
_FULL = Told(
    "the disk of the database server is full",
    "the database could not grow; nothing was half written",
    "make room on the server, then try again; `newsletter resume` goes on with a campaign",
)
_READ_ONLY = Told(
    "the database cannot be written",
    "the server is a copy that may only be read, or the user may only read",
    "name the server that takes writes in [store] url, or add ?target_session_attrs=read-write to it",
)
_RIGHTS = Told(
    "the user of the database lacks a right",
    "the tables or their schema belong to somebody else",
    "let the user of [store] url own the database: ALTER DATABASE name OWNER TO user",
)
_LOGIN = Told(
    "the database server does not let us in",
    "user, password or the server's rules do not fit",
    "check user and password of [store] url; psql with the same URL shows whether they fit",
)
_GONE = Told(
    "the connection with the database server was lost",
    "nothing of what was under way was kept",
    "see whether the server runs, then try again; `newsletter resume` goes on with a campaign",
)
_AGAIN = Told(
    "two processes were in each other's way in the database",
    "PostgreSQL undid one of them, so nothing was half written",
    "try again",
)
_CROWD = Told(
    "the database server has no connection left",
    "others use all it allows",
    "wait, or raise max_connections on the server",
)
_SLOW = Told(
    "the database server took too long",
    "a statement was stopped at its time limit; nothing was half written",
    "see what keeps the server busy, then try again",
)
_TEXT = Told(
    "the database cannot hold this text",
    "it has a character that PostgreSQL keeps in no text, such as NUL",
    "take the character out, then try again",
)
_NO_DATABASE = Told(
    "there is no such database on the server",
    "it was not made yet, or has another name",
    "make it: createdb --encoding UTF8 --template template0 NAME",
)
_UNREACHABLE = Told(
    "the database server cannot be reached",
    "it does not run, is not there, or does not let us in",
    "check host, port, user and password of [store] url, and that the server runs",
)
_OTHER = Told(
    "the database refused",
    "this should not happen",
    "try again; if it stays, report it with the line above",
)
# By state, or the class that its first two characters are (PostgreSQL 18, appendix A).
_STATES = {
    "55P03": _BUSY,  # lock_not_available
    "53100": _FULL,
    "53": _CROWD,
    "25006": _READ_ONLY,
    "42501": _RIGHTS,
    "28": _LOGIN,
    "3D000": _NO_DATABASE,
    "40001": _AGAIN,
    "40P01": _AGAIN,
    "57014": _SLOW,  # query_canceled
    "57": _GONE,
    "08": _GONE,
    "25P03": _GONE,  # idle in a transaction for longer than is allowed
    "22021": _TEXT,
    "22P05": _TEXT,
}
_PASSING = {"40001", "40P01", "57P01", "57P02", "57P03", "57P05", "25P03"}


def is_of_postgres(error: BaseException | None) -> bool:
    """Say whether `error` is one of PostgreSQL's driver, which need not be installed."""
    return error is not None and any(one.__module__.startswith("psycopg") for one in type(error).__mro__)


def told(error: BaseException) -> Told:
    """Return what an error of the driver means."""
    state = _state(error)
    if state is None:
        if "NUL" in str(error):  # found by the driver before anything was sent
            return _TEXT
        if "Operational" not in {one.__name__.removesuffix("Error") for one in type(error).__mro__}:
            return _OTHER  # the driver did not understand us
        return _GONE if _had_connection(error) else _UNREACHABLE
    return _STATES.get(state) or _STATES.get(state[:2]) or _OTHER


def is_passing(error: BaseException) -> bool:
    """Say whether an error undid all of its transaction and need not come again.

    So it is after a lost connection, a deadlock or a server that stops; at a COMMIT it is not known.
    """
    state = _state(error)
    if state is None:
        return _had_connection(error)
    return state in _PASSING or state.startswith("08")


def _state(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _had_connection(error: BaseException) -> bool:
    """Say whether the connection was there once and is lost; see `postgres_sessions.Unreachable`."""
    return type(error).__name__ == "OperationalError"
