"""Choosing readers by segment expressions, within one transaction, whatever the database.

On SQLite each leaf becomes a set of readers, and sets are joined here (`reader_sets.py` says why); elsewhere
the whole expression becomes one condition. Both say the same, and the same as plain Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce

from sqlalchemy import (
    ColumnElement,
    Connection,
    UnaryExpression,
    and_,
    case,
    exists,
    func,
    not_,
    select,
    true,
)
from sqlalchemy.sql.operators import custom_op

from newsletter.audience.expression import (
    Aged,
    And,
    Expression,
    History,
    HistoryKind,
    IsNone,
    Leaf,
    Not,
    Or,
    Sample,
    SegmentRef,
    mentions_status,
    walk,
)
from newsletter.domain.delivery import BatchState
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import last_subscriber_id, without_index_on
from newsletter.store.ledger.mailable import GONE, is_taken
from newsletter.store.ledger.received import ReceivedSets, slugs_meant
from newsletter.store.readers.reader_sets import ReaderSet, ReaderSets
from newsletter.store.readers.segment_values import Condition
from newsletter.store.readers.segments import SegmentCompiler
from newsletter.store.schema.tables import (
    batch,
    delivery,
    reader_event,
    subscriber,
    subscriber_tag,
    suppression,
)

__all__ = ["Selector", "selecting"]

_FEW = 8
"""With one reader in so many or more, sorting them takes longer than a walk through the whole list."""

_INSIDE = (And, Or, Not, SegmentRef, Aged)


@contextmanager
def selecting(database: Database) -> Iterator[Selector]:
    """Give a selector that sees the list as it is now; what was costly to find is kept for the next."""
    with database.reading() as connection:
        selector = Selector(connection)
        yield selector
    selector.keep(database)


class Selector:
    """Makes conditions on `subscriber` that may be asked in the transaction they were made in."""

    def __init__(self, connection: Connection) -> None:
        """Ask `connection`."""
        self.connection = connection
        self._compiler = SegmentCompiler(connection.dialect.name)
        self._sets = _LeafSets(connection, self._compiler) if connection.dialect.name == "sqlite" else None

    def holds(self, expression: Expression) -> Condition:
        """Return the condition that `expression` holds for a reader: yes or no, never NULL."""
        if self._sets is None:
            return self._compiler.compile(expression, negated=True)
        plain, others = _parted(expression)
        chosen = [self._compiler.compile(term) for term in plain]
        if others:
            chosen.append(self._sets.all_of(others).holds())
        return and_(true(), *chosen)

    def mailable(self, expression: Expression) -> Condition:
        """Return the condition for who may be mailed: in the segment, active unless it names a status.

        Suppressed readers, and those who left, bounced or complained, are out whatever it names.
        """
        status = _may_be_mailed(subscriber.c.status, expression)
        is_suppressed = exists().where(suppression.c.email_key == subscriber.c.email_key)
        if self._sets is None:
            return and_(self._compiler.compile(expression), status, not_(is_suppressed))
        plain, others = _parted(expression)
        chosen = [self._compiler.compile(term) for term in plain]
        if not others:
            return and_(status, not_(self._sets.suppressed.holds()), *chosen)
        found = self._sets.all_of(others)
        if found.is_sparse:
            # Looking up these few must lead the way.
            mailable = and_(found.holds(), status, not_(is_suppressed), *chosen)
            return without_index_on(subscriber.c.status, mailable)
        return and_(status, (found - self._sets.suppressed).holds(), *chosen)

    def in_order(self, expression: Expression) -> Condition:
        """Return what `mailable` does, for who reads by id: most of a list is sooner walked than sorted."""
        condition = self.mailable(expression)
        if self._sets is None or self.count(expression) * _FEW < last_subscriber_id(self.connection):
            return condition
        return without_index_on(subscriber.c.status, condition)

    def count(self, expression: Expression) -> int:
        """Return how many `mailable` holds for."""
        if self._sets is not None and not all(map(_is_plain, _terms(expression))):
            return len(self._sets.mailable(expression))
        condition = self.mailable(expression)
        return self.connection.scalar(select(func.count()).select_from(subscriber).where(condition)) or 0

    def taken(self, issue: str) -> Condition:
        """Return the condition that a reader has a delivery of `issue` that was not cancelled."""
        if self._sets is None:
            return is_taken(issue, subscriber.c.email_key)
        return self._sets.taken(issue).holds()

    def marks(self, conditions: Sequence[Expression]) -> list[ColumnElement[int]]:
        """Return a column for each of `conditions`: 1 for subscribers for whom it holds, else 0.

        A column each, because joined in one expression they could be deeper than a database takes.
        """
        return [
            case((self.holds(condition), 1), else_=0).label(f"mark_{number}")
            for number, condition in enumerate(conditions)
        ]

    def keep(self, database: Database) -> None:
        """Keep for later what was costly to find; call it when the transaction is over."""
        if self._sets is not None:
            self._sets.received.keep(database)


class _LeafSets:
    """The set of each expression, found once."""

    def __init__(self, connection: Connection, compiler: SegmentCompiler) -> None:
        self._connection, self._compiler = connection, compiler
        self._sets = ReaderSets(connection)
        self.received = ReceivedSets(connection, self._sets)
        self._known: dict[Leaf, ReaderSet] = {}
        self._suppressed: ReaderSet | None = None

    @property
    def suppressed(self) -> ReaderSet:
        """Return who may never be mailed."""
        if self._suppressed is None:
            # Computed, the address of a suppression can only be what is looked up, in the index of the list:
            # that is the short way round, and in order of address on both sides. The unary + computes nothing
            # (sqlite.org/optoverview.html, 1).
            address: UnaryExpression[str] = UnaryExpression(suppression.c.email_key, operator=custom_op("+"))
            self._suppressed = self._sets.where(subscriber.c.email_key == address)
        return self._suppressed

    def mailable(self, expression: Expression) -> ReaderSet:
        """Return for whom `Selector.mailable` holds."""
        found = self.all_of([expression]) - self.suppressed
        if any(isinstance(node, History) for node in walk(expression)):
            found &= self._sets.everybody  # what happened outlives its reader
        others = GONE if mentions_status(expression) else set(SubscriberStatus) - {SubscriberStatus.ACTIVE}
        return found - self._sets.where(subscriber.c.status.in_(others))

    def taken(self, issue: str) -> ReaderSet:
        """Return who has a delivery of `issue` that was not cancelled."""
        stands = (batch.c.state != BatchState.CANCELLED) | delivery.c.override.is_not(None)
        had_it = (delivery.c.issue == issue, batch.c.id == delivery.c.batch_id, stands)
        former = subscriber.alias("former")
        is_gone = ~exists().where(former.c.id == delivery.c.subscriber_id)
        return self._sets.selected(delivery.c.subscriber_id, *had_it) | self._sets.selected(
            # Who left the list and came back is another row with the same address.
            subscriber.c.id,
            *had_it,
            is_gone,
            subscriber.c.email_key == delivery.c.email_key,
        )

    def all_of(self, expressions: Sequence[Expression]) -> ReaderSet:
        """Return for whom all of one or more `expressions` hold."""
        return reduce(ReaderSet.__and__, map(self._of, expressions))

    def _of(self, expression: Expression) -> ReaderSet:
        match expression:
            case And(terms):
                return self.all_of(terms)
            case Or(terms):
                return self._sets.joined(map(self._of, terms))
            case Not(term):
                return self._sets.everybody - self._of(term)
            case SegmentRef(_, inner) | Aged(_, inner):
                return self._of(inner)
            case _:
                if expression not in self._known:
                    self._known[expression] = self._leaf(expression)
                return self._known[expression]

    def _leaf(self, leaf: Leaf) -> ReaderSet:
        match leaf:
            case History(HistoryKind.RECEIVED, issues):
                return self.received.of(issues)
            case History(kind, issues):
                slugs = slugs_meant(self._connection, issues)
                meant = true() if slugs is None else reader_event.c.issue.in_(slugs)
                return self._sets.selected(
                    reader_event.c.subscriber_id, reader_event.c.kind == kind.value, meant
                )
            case IsNone("tag"):
                tagged = self._sets.selected(subscriber_tag.c.subscriber_id, subscriber_tag.c.tag_key != "")
                return self._sets.everybody - tagged
            case Sample() | Aged():
                return self._sets.where(self._compiler.compile(leaf))
            case _ if leaf.name == "tag" and not isinstance(leaf, IsNone):
                return self._sets.selected(subscriber_tag.c.subscriber_id, self._compiler.tag(leaf))
            case _:
                return self._sets.where(self._compiler.compile(leaf))


def _parted(expression: Expression) -> tuple[list[Expression], list[Expression]]:
    """Return the terms that all must hold: those that only ask the columns of one small index, and others."""
    terms = _terms(expression)
    plain = [term for term in terms if _is_plain(term)]
    return plain, [term for term in terms if not _is_plain(term)]


def _terms(expression: Expression) -> tuple[Expression, ...]:
    return expression.terms if isinstance(expression, And) else (expression,)


def _may_be_mailed(status: ColumnElement[str], expression: Expression) -> Condition:
    return status.not_in(GONE) if mentions_status(expression) else status == SubscriberStatus.ACTIVE


def _is_plain(expression: Expression) -> bool:
    return all(
        isinstance(node, (*_INSIDE, Sample)) or getattr(node, "name", "") == "status"
        for node in walk(expression)
    )
