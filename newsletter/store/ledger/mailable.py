"""Who may be mailed an issue: asked once more when a plan is written down."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, Select, Text, bindparam, exists, not_, or_, select

from newsletter.domain.delivery import BatchState
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.database.dialects import list_value, listed_later, without_index_on
from newsletter.store.schema.tables import batch, delivery, subscriber, suppression

__all__ = ["GONE", "LeftOut", "is_taken", "left_out"]

GONE = (
    SubscriberStatus.UNSUBSCRIBED,
    SubscriberStatus.SUSPENDED,
    SubscriberStatus.COMPLAINED,
    SubscriberStatus.ERASED,
)
"""Nobody with one of these statuses is mailed, whatever a segment names."""


class LeftOut(NamedTuple):
    """The keys of who gets no mail, and the statuses, beside active, of others: chosen on purpose."""

    keys: set[str]
    chosen: set[str]


def is_taken(issue: str | ColumnElement[str], email_key: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that the reader known as `email_key` has a delivery of `issue` (a slug).

    One that was cancelled before it was submitted does not count: provably nothing left, so that a later
    campaign of the issue may take the reader over.
    """
    return exists().where(
        delivery.c.issue == issue,
        delivery.c.email_key == email_key,
        batch.c.id == delivery.c.batch_id,
        or_(batch.c.state != BatchState.CANCELLED, delivery.c.override.is_not(None)),
    )


def left_out(connection: Connection, issue: str, page: MemberColumns) -> LeftOut:
    """Return who in `page` has `issue` (a slug) already or may not be mailed, as the list stands now."""
    keys = set(connection.scalars(_out(), {"keys": list_value(page.keys), "issue": issue}))
    between = {"first": min(page.subscriber_ids), "last": max(page.subscriber_ids)}
    unusual = connection.execute(_not_active(), between).all()
    here = set(page.keys) if unusual else set()
    keys |= {key for key, status in unusual if key in here and status in GONE}
    return LeftOut(keys, {status for key, status in unusual if key in here and status not in GONE})


@cache  # made once: it is asked for every page, and to make it takes as long as to answer it
def _out() -> Select[str]:
    """Return the query for who of `keys` may not be mailed, or has `issue`; both are still to come."""
    key = listed_later(bindparam("keys", type_=Text)).c.value
    is_suppressed = exists().where(suppression.c.email_key == key)
    return select(key).where(or_(is_suppressed, is_taken(bindparam("issue", type_=Text), key)))


@cache
def _not_active() -> Select[str, str]:
    """Return the query for who is not active among those with ids from `first` to `last`.

    A walk over neighbours: the members of a list come by id, and a look for each takes three times as long.
    """
    is_near = subscriber.c.id.between(bindparam("first", type_=Integer), bindparam("last", type_=Integer))
    is_active = subscriber.c.status == SubscriberStatus.ACTIVE
    query = select(subscriber.c.email_key, subscriber.c.status)
    return query.where(is_near, without_index_on(subscriber.c.status, not_(is_active)))
