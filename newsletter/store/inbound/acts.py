"""What readers asked for in their mails, and what was done about it: each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from newsletter.domain.inbound_mail import ReplyAct
from newsletter.domain.inbox import ActState
from newsletter.store.database.database import Database
from newsletter.store.schema.inbound import reply_act

__all__ = ["SqlReplyActs"]


class SqlReplyActs:
    """The acts of an inbox, on a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def propose(self, act: ReplyAct) -> ReplyAct:
        """Write down what a mail asks for; return it as it stands, if it was written down before.

        What is proposed still is brought up to date.
        """
        mine = (reply_act.c.inbound_id == act.inbound_id, reply_act.c.act == act.act)
        values = {"subscriber_id": act.subscriber_id, "why": act.why, "detail": dict(act.detail)}
        with self._database.writing() as connection:
            before = connection.execute(select(reply_act).where(*mine)).first()
            if before is None:
                first = {"inbound_id": act.inbound_id, "act": act.act, "proposed_at": act.proposed_at}
                connection.execute(insert(reply_act).values(state=ActState.PROPOSED, **first, **values))
            elif before.state == ActState.PROPOSED:
                connection.execute(update(reply_act).where(*mine).values(values))
            return _act(connection.execute(select(reply_act).where(*mine)).one())

    def settle(
        self, act: ReplyAct, state: ActState, who: str, now: datetime, detail: Mapping[str, str]
    ) -> None:
        """Write down what became of an act, by whom, and `detail` beside what is known of it."""
        statement = (
            update(reply_act)
            .where(reply_act.c.inbound_id == act.inbound_id, reply_act.c.act == act.act)
            .values(
                state=state,
                done_at=now,
                done_by=who,
                subscriber_id=act.subscriber_id,
                detail={**dict(act.detail), **detail},
            )
        )
        with self._database.writing() as connection:
            connection.execute(statement)

    def of(self, number: int) -> Sequence[ReplyAct]:
        """Return the acts of one mail, in the order in which they were found."""
        return self._find(select(reply_act).where(reply_act.c.inbound_id == number))

    def waiting(self) -> Sequence[ReplyAct]:
        """Return the acts that wait for the author."""
        return self._find(select(reply_act).where(reply_act.c.state == ActState.PROPOSED))

    def done(self, act: str) -> Sequence[ReplyAct]:
        """Return the acts of one kind that are done."""
        return self._find(select(reply_act).where(reply_act.c.act == act, reply_act.c.state == ActState.DONE))

    def _find(self, query: Select[Any]) -> Sequence[ReplyAct]:
        with self._database.reading() as connection:
            return [_act(row) for row in connection.execute(query.order_by(reply_act.c.id))]


def _act(row: Row[Any]) -> ReplyAct:
    return ReplyAct(
        inbound_id=row.inbound_id,
        act=row.act,
        state=ActState(row.state),
        subscriber_id=row.subscriber_id,
        why=row.why,
        proposed_at=row.proposed_at,
        done_at=row.done_at,
        done_by=row.done_by,
        detail=tuple((name, str(value)) for name, value in (row.detail or {}).items()),
    )
