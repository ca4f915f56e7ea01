"""For migrations: the rows of a table set aside while it is made anew, on every database."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

__all__ = ["put_back", "set_aside"]


def set_aside(table: str) -> None:
    """Move the rows of `table` to `table_before`; the name and those of its constraints are free then."""
    if _is_postgresql():  # there a constraint keeps its name when its table gets another one
        op.execute(f"CREATE TEMPORARY TABLE {table}_before ON COMMIT DROP AS TABLE {table}")
        op.drop_table(table)
    else:
        op.rename_table(table, f"{table}_before")


def put_back(table: str, columns: Sequence[str]) -> None:
    """Put the rows that were set aside into the new `table`; ids go on after the highest."""
    names = ", ".join(columns)
    op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}_before")  # noqa: S608  # names of our own
    op.drop_table(f"{table}_before")
    if _is_postgresql() and "id" in columns:
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608  # the same
        )


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
