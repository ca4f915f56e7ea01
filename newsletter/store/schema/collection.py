"""What all tables share: the one collection they are in, and how their constraints are called."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import CheckConstraint, MetaData

__all__ = ["any_of", "metadata", "one_of"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the constraint that `column` holds one of `values`, or nothing."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def any_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return what `one_of` returns, for tables of many rows: SQLite makes a table of an IN for each."""
    return CheckConstraint(" OR ".join(f"{column} = '{value}'" for value in values), name=column)
