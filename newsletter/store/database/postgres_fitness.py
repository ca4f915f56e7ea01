"""Whether a PostgreSQL server and a database on it can hold a store."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.errors import Problem, StoreError
from newsletter.source import Place

__all__ = ["Fitness"]

_OLDEST = 150_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """What a server says of itself: its version as a number, the encoding, and whether it is a copy."""

    version: int
    encoding: str
    is_copy: bool
    is_to_be_written: bool

    def check(self, shown: str) -> None:
        """Raise StoreError, naming the database as `shown`, when it cannot hold a store."""
        problem = self._problem(Place(path=shown))
        if problem is not None:
            raise StoreError(problem)

    def _problem(self, place: Place) -> Problem | None:
        if self.version < _OLDEST:
            return Problem(
                what=f"the server is PostgreSQL {self.version // 10_000}, which is too old",
                place=place,
                why="the store needs PostgreSQL 15 or later",
                fix="upgrade the server, or name another one in [store] url",
            )
        if self.encoding != "UTF8":
            return Problem(
                what=f"the database keeps its text as {self.encoding}",
                place=place,
                why="names and letters may hold any character, and only UTF8 has them all",
                fix="make another one: createdb --encoding UTF8 --template template0 NAME",
            )
        if self.is_copy and self.is_to_be_written:
            return Problem(
                what="the server is a copy of another one and may only be read",
                place=place,
                why="a newsletter that is sent has to be written down",
                fix="name the server that takes writes, or add ?target_session_attrs=read-write to the URL",
            )
        return None
