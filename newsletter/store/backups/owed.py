"""What a database owes since a backup was put in its place: erasing again whoever was erased since."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from newsletter.store.database.database import Database
from newsletter.store.schema.tables import meta

__all__ = ["owe_erasures", "owes_erasures", "settle_erasures"]

_NAME = "erasures_owed"


def owe_erasures(connection: Connection) -> None:
    """Write down that they are owed, so that a crash between putting back and erasing loses none."""
    connection.execute(delete(meta).where(meta.c.name == _NAME))
    connection.execute(insert(meta).values(name=_NAME, value="1"))


def owes_erasures(database: Database) -> bool:
    """Say whether they are owed. Raises StoreError."""
    with database.reading() as connection:
        return connection.scalar(select(meta.c.value).where(meta.c.name == _NAME)) is not None


def settle_erasures(database: Database) -> None:
    """Write down that they are done. Raises StoreError."""
    with database.writing() as connection:
        connection.execute(delete(meta).where(meta.c.name == _NAME))
