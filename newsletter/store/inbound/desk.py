"""What the author sees of the mail that came in, and does with it: list, look up, tag, put away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from newsletter.domain.delivery import BatchState
from newsletter.domain.inbound_mail import InboundFilter, InboundMail
from newsletter.domain.inbox import ActState, InboundState
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed_ids
from newsletter.store.inbound.rows import inbound_mail
from newsletter.store.schema.inbound import inbound, inbound_tag, reply_act, reply_answer, spool
from newsletter.store.schema.tables import subscriber

__all__ = ["SqlInboundDesk"]


class SqlInboundDesk:
    """The author's view of the inbox, on a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Look in `database`."""
        self._database = database
        self._reading: Callable[[], AbstractContextManager[Connection]] = database.reading

    @contextmanager
    def at_one_moment(self) -> Iterator[SqlInboundDesk]:
        """Give a desk all of whose answers are of one moment, whatever is written meanwhile."""
        still = SqlInboundDesk(self._database)
        with self._database.reading() as connection:
            still._reading = lambda: nullcontext(connection)
            yield still

    def find(self, wanted: InboundFilter) -> Sequence[InboundMail]:
        """Return the mails that `wanted` chooses, the newest first."""
        query = _MAILS.where(*_conditions(wanted)).order_by(inbound.c.received_at.desc(), inbound.c.id.desc())
        if wanted.limit is not None:
            query = query.limit(wanted.limit)
        with self._reading() as connection:
            return _mails(connection, query)

    def get(self, number: int) -> InboundMail | None:
        """Return one mail, None when there is none of that number."""
        if not 0 < number <= _LARGEST:
            return None
        with self._reading() as connection:
            return next(iter(_mails(connection, _MAILS.where(inbound.c.id == number))), None)

    def count(self, wanted: InboundFilter) -> int:
        """Return how many mails `wanted` chooses, whatever its limit."""
        query = select(func.count()).select_from(inbound).where(*_conditions(wanted))
        with self._reading() as connection:
            return connection.scalar(query) or 0

    def counts(self) -> Mapping[str, int]:
        """Return how many mails there are in each state."""
        query = select(inbound.c.state, func.count()).group_by(inbound.c.state)
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def move(self, numbers: Collection[int], state: InboundState, now: datetime) -> Sequence[int]:
        """Put mails in `state`; return those whose state changed. What the program has not read yet stays."""
        wanted = listed_ids(numbers)
        mine: tuple[ColumnElement[bool], ...] = (
            inbound.c.id.in_(select(wanted.c.value)),
            inbound.c.state != state,
            inbound.c.state.not_in([InboundState.WAITING, InboundState.PARKED]),
        )
        values: dict[str, Any] = {"state": state}
        if state is InboundState.READ:
            values["state"] = _SEEN
            mine = (*mine, inbound.c.state != InboundState.ANSWERED)
        if state is not InboundState.NEW:
            values["read_at"] = func.coalesce(inbound.c.read_at, now)
        with self._database.writing() as connection:
            changed = connection.scalars(select(inbound.c.id).where(*mine).order_by(inbound.c.id)).all()
            if changed:
                connection.execute(update(inbound).where(inbound.c.id.in_(changed)).values(values))
        return changed

    def mark_read(self, number: int, now: datetime) -> None:
        """Write down that the author saw a new mail."""
        statement = (
            update(inbound)
            .where(inbound.c.id == number, inbound.c.state == InboundState.NEW)
            .values(state=_SEEN, read_at=now)
        )
        with self._database.writing(is_durable=False) as connection:
            connection.execute(statement)

    def tag(self, number: int, add: Collection[str], remove: Collection[str]) -> Sequence[str]:
        """Give a mail tags and take others from it; return those it then has.

        Tags in another letter case are the same tag, as they were written first.
        """
        gone = [one.casefold() for one in remove]
        with self._database.writing() as connection:
            mine = inbound_tag.c.inbound_id == number
            connection.execute(delete(inbound_tag).where(mine, inbound_tag.c.tag_key.in_(gone)))
            known = set(connection.scalars(select(inbound_tag.c.tag_key).where(mine)))
            new = {one.casefold(): one for one in reversed(list(add)) if one.casefold() not in known}
            for key, tag in new.items():
                connection.execute(insert(inbound_tag).values(inbound_id=number, tag_key=key, tag=tag))
            return connection.scalars(select(inbound_tag.c.tag).where(mine).order_by(inbound_tag.c.tag)).all()

    def tags(self) -> Mapping[str, int]:
        """Return every tag and how many mails have it."""
        query = (
            select(func.min(inbound_tag.c.tag), func.count())
            .group_by(inbound_tag.c.tag_key)
            .order_by(func.min(inbound_tag.c.tag))
        )
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def issues(self) -> Mapping[str, int]:
        """Return every issue that mails answer, and how many do."""
        query = select(inbound.c.issue, func.count()).where(inbound.c.issue.is_not(None))
        with self._reading() as connection:
            rows = connection.execute(query.group_by(inbound.c.issue).order_by(inbound.c.issue))
            return {row[0]: row[1] for row in rows}


_SEEN = case(
    (
        exists().where(
            reply_answer.c.inbound_id == inbound.c.id,
            reply_answer.c.key.startswith("answer:"),
            reply_answer.c.state == BatchState.ACCEPTED,
        ),
        InboundState.ANSWERED,
    ),
    else_=InboundState.READ,
)
"""What a mail is that the author saw: one that was answered stays so, whatever it was put to in between."""

_MAILS: Select[Any] = (
    select(inbound, spool.c.path, spool.c.size_bytes, spool.c.removed_at, subscriber.c.email.label("email"))
    .join(spool, spool.c.sha256 == inbound.c.sha256)
    .outerjoin(subscriber, subscriber.c.id == inbound.c.subscriber_id)
)


_LARGEST = 2**63 - 1  # a larger number cannot be asked for
_SAID = (inbound.c.reply_text, inbound.c.subject, inbound.c.from_name, inbound.c.from_address)


def _conditions(wanted: InboundFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(inbound.c.state.in_(wanted.states))
    if wanted.issue is not None:
        found.append(inbound.c.issue == wanted.issue)
    if wanted.kinds:
        # What was not read yet, or could not be, may be a person.
        found.append(or_(inbound.c.kind.in_(wanted.kinds), inbound.c.kind.is_(None)))
    if wanted.is_asking:
        waiting = select(reply_act.c.inbound_id).where(reply_act.c.state == ActState.PROPOSED)
        found.append(inbound.c.id.in_(waiting))
    if wanted.since is not None:
        found.append(inbound.c.received_at >= wanted.since)
    found += [or_(*(one.icontains(word, autoescape=True) for one in _SAID)) for word in wanted.words]
    if wanted.tag is not None:
        tagged = select(inbound_tag.c.inbound_id).where(inbound_tag.c.tag_key == wanted.tag.casefold())
        found.append(inbound.c.id.in_(tagged))
    if wanted.reader is not None:
        listed_as = select(subscriber.c.id).where(subscriber.c.email_key == wanted.reader)
        found.append(or_(inbound.c.from_key == wanted.reader, inbound.c.subscriber_id.in_(listed_as)))
    return found


def _mails(connection: Connection, query: Select[Any]) -> list[InboundMail]:
    rows = connection.execute(query).all()
    wanted = listed_ids(row.id for row in rows)
    tags: dict[int, list[str]] = {}
    tagged = select(inbound_tag.c.inbound_id, inbound_tag.c.tag)
    for number, tag in connection.execute(tagged.join(wanted, inbound_tag.c.inbound_id == wanted.c.value)):
        tags.setdefault(number, []).append(tag)
    return [inbound_mail(row, tags.get(row.id, ())) for row in rows]
