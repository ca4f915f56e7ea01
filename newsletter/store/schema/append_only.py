"""Tables that only grow: the database itself refuses to change or remove their rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import DDL, Table, event

__all__ = ["append_only_statements", "make_append_only"]

_WORDS = "the consent log is only added to"


def append_only_statements(table: str, dialect: str, verbs: tuple[str, ...]) -> Iterator[str]:
    """Yield what makes the database refuse `verbs` ("UPDATE", "DELETE") on the rows of `table`."""
    if dialect == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION newsletter_append_only() RETURNS trigger AS $$"
            f" BEGIN RAISE EXCEPTION '{_WORDS}'; END $$ LANGUAGE plpgsql"
        )
    for verb in verbs:
        name = f"{table}_no_{verb.lower()}"
        if dialect == "postgresql":
            body = "FOR EACH ROW EXECUTE FUNCTION newsletter_append_only()"
        else:
            body = f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {body}"


def make_append_only(table: Table, *verbs: str) -> None:
    """Let `table` refuse `verbs` wherever it is made from what the code knows, not by the migrations."""
    for dialect in ("sqlite", "postgresql"):
        for statement in append_only_statements(table.name, dialect, verbs):
            made = DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's own
            event.listen(table, "after_create", made.execute_if(dialect=dialect))
