"""What mails ask for, and what was done about it: once for each reader it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, delete, insert, select, update

from newsletter.domain.inbound_mail import ReplyAct
from newsletter.domain.inbox import ActState
from newsletter.store.database.database import Database
from newsletter.store.schema.inbound import reply_act
from newsletter.store.schema.tables import subscriber

__all__ = ["SqlReplyActs"]


class SqlReplyActs:
    """The acts of an inbox, on a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def propose(self, act: ReplyAct) -> ReplyAct:
        """Write down what a mail asks for; return it as it stands, if it was written down before.

        What is proposed still is brought up to date. It is asked for each reader apart; what is asked for
        nobody known is no more than what is asked for those who are.
        """
        values: dict[str, object] = {"why": act.why, "detail": dict(act.detail)}
        with self._database.writing() as connection:
            query = _query().where(reply_act.c.inbound_id == act.inbound_id, reply_act.c.act == act.act)
            before = _same(connection.execute(query.order_by(reply_act.c.id)).all(), act.subscriber_id)
            if before is None:
                first = {
                    "inbound_id": act.inbound_id,
                    "act": act.act,
                    "proposed_at": act.proposed_at,
                    "subscriber_id": act.subscriber_id,
                }
                found = connection.execute(
                    insert(reply_act)
                    .values(state=ActState.PROPOSED, **first, **values)
                    .returning(reply_act.c.id)
                ).scalar_one()
            else:
                found = before.id
                if before.state == ActState.PROPOSED and act.subscriber_id is not None:
                    values["subscriber_id"] = act.subscriber_id
                if before.state == ActState.PROPOSED and before.subscriber_id in (None, act.subscriber_id):
                    connection.execute(update(reply_act).where(reply_act.c.id == found).values(values))
            return _act(connection.execute(_query().where(reply_act.c.id == found)).one())

    def drop_others(self, number: int, kept: Collection[int]) -> None:
        """Let go what mail `number` was thought to ask beside those with ids `kept`, and nobody decided."""
        stale = and_(
            reply_act.c.inbound_id == number,
            reply_act.c.state == ActState.PROPOSED,
            reply_act.c.id.not_in(kept),
        )
        with self._database.reading() as connection:
            if connection.scalar(select(reply_act.c.id).where(stale).limit(1)) is None:
                return
        with self._database.writing() as connection:
            connection.execute(delete(reply_act).where(stale))

    def settle(
        self, act: ReplyAct, state: ActState, who: str, now: datetime, detail: Mapping[str, str]
    ) -> None:
        """Write down what became of an act, by whom, and `detail` beside what is known of it."""
        statement = (
            update(reply_act)
            .where(reply_act.c.id == act.id)
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
        return self._find(_query().where(reply_act.c.inbound_id == number))

    def waiting(self) -> Sequence[ReplyAct]:
        """Return the acts that wait for the author."""
        return self._find(_query().where(reply_act.c.state == ActState.PROPOSED))

    def done(self, act: str) -> Sequence[ReplyAct]:
        """Return the acts of one kind that are done."""
        return self._find(_query().where(reply_act.c.act == act, reply_act.c.state == ActState.DONE))

    def _find(self, query: Select[Any]) -> Sequence[ReplyAct]:
        with self._database.reading() as connection:
            return [_act(row) for row in connection.execute(query.order_by(reply_act.c.id))]


def _query() -> Select[Any]:
    reader = subscriber.c.id == reply_act.c.subscriber_id
    return select(reply_act, subscriber.c.email).outerjoin(subscriber, reader)


def _same(rows: Sequence[Row[Any]], reader: int | None) -> Row[Any] | None:
    """Return which of the acts of one name is the one for `reader`."""
    if reader is None:
        return rows[0] if rows else None
    mine = [row for row in rows if row.subscriber_id == reader]
    return next(iter([*mine, *(row for row in rows if row.subscriber_id is None)]), None)


def _act(row: Row[Any]) -> ReplyAct:
    return ReplyAct(
        id=row.id,
        inbound_id=row.inbound_id,
        act=row.act,
        state=ActState(row.state),
        subscriber_id=row.subscriber_id,
        email=row.email,
        why=row.why,
        proposed_at=row.proposed_at,
        done_at=row.done_at,
        done_by=row.done_by,
        detail=tuple((name, str(value)) for name, value in (row.detail or {}).items()),
    )
