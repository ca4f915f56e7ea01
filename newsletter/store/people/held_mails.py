"""Mails to one person that may have left already, where the database is older than the mail."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from newsletter.domain.delivery import BatchEvent, BatchState, transition
from newsletter.store.database.dialects import listed_ids
from newsletter.store.schema.tables import service_mail

__all__ = ["hold_mails"]

_PENDING = BatchState.PENDING
_MAY_HAVE_LEFT = "may have left: the queue is older than the mail, from a backup that was put back"


def hold_mails(connection: Connection, waiting: Mapping[str, int]) -> int:
    """Hold the mails to one person that may have left since; those that still wait there have not."""
    query = select(service_mail.c.id, service_mail.c.nonce, service_mail.c.attempt)
    doubted = [
        row.id
        for row in connection.execute(query.where(service_mail.c.state == _PENDING))
        if waiting.get(row.nonce) != row.attempt
    ]
    connection.execute(
        update(service_mail)
        .where(service_mail.c.id.in_(select(listed_ids(doubted).c.value)))
        .values(state=transition(_PENDING, BatchEvent.DOUBT), detail=_MAY_HAVE_LEFT)
    )
    return len(doubted)
