"""Being alone with a database: nobody sends, plans or makes a backup meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from sqlalchemy import Connection, select

from newsletter.errors import AnotherRunner, Problem
from newsletter.source import Place
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import database_now
from newsletter.store.database.locks import RUNNER_LOCK
from newsletter.store.schema.tables import worker

__all__ = ["alone", "refuse_workers"]

_SILENT = timedelta(seconds=60)


@contextmanager
def alone(database: Database, purpose: str) -> Iterator[None]:
    """Keep out whoever sends, plans or makes a backup; workers are told apart, see `refuse_workers`.

    `purpose` completes "another process is …". Raises AnotherRunner while somebody sends.
    """
    with ExitStack() as stack:
        stack.enter_context(database.hold(RUNNER_LOCK, purpose))
        for name in (".plan-lock", ".backup-lock"):
            stack.enter_context(database.wait_for(name))
        yield


def refuse_workers(connection: Connection, shown: str) -> None:
    """Raise AnotherRunner when workers gave a sign of life lately: they hold no lock of the whole."""
    lately = database_now(connection) - _SILENT
    names = connection.scalars(select(worker.c.name).where(worker.c.seen_at > lately)).all()
    if names:
        raise AnotherRunner(
            Problem(
                what="workers send from this database",
                place=Place(path=shown),
                why=", ".join(names),
                fix="stop them, then try again",
            )
        )
